# shellcheck shell=sh
# shellcheck disable=SC2016 # `$` starts a packet of the protocol
#
# Starts a program in gdbserver, and lets it run: gdbserver itself would wait for a debugger. Two packets of its protocol
# do that, as a first debugger that goes away: report stops without waiting for them, and continue. Each `+` acknowledges
# an answer.
port=$1
shift
folder=/.slipway/debug
(
  until { printf '$QNonStop:1#8d'; sleep 0.3; printf '+$vCont;c#a8'; sleep 0.3; printf '+'; sleep 0.3; } |
    "$folder/bin/busybox" nc 127.0.0.1 "$port" >/dev/null 2>&1; do
    sleep 0.1
  done
) &
exec "$folder/gdb/loader" --library-path "$folder/gdb" "$folder/gdb/gdbserver" --no-startup-with-shell \
  --no-disable-randomization "0.0.0.0:$port" "$@"
