# shellcheck shell=sh
# shellcheck disable=SC2016 # `$` starts a packet of the protocol
#
# Starts a program in gdbserver, and lets it run: gdbserver itself would wait for a debugger. A few packets of its
# protocol do that, as a first debugger that goes away. Each `+` acknowledges an answer.
#
# While a program runs, gdbserver answers the first packet of a debugger with an error. So debuggers connect to `nc`,
# which stops the program before it connects them.
folder=/.slipway/debug
box=$folder/bin/busybox
ask() { # PORT PACKET…
  to=$1
  shift
  for packet; do
    printf %s "$packet"
    "$box" sleep 0.2
    printf +
  done | "$box" nc 127.0.0.1 "$to" >/dev/null 2>&1
}

if [ "$1" = attach ]; then
  ask "$2" '$QNonStop:0#8c' '$?#3f'
  exec "$box" nc 127.0.0.1 "$2"
fi

port=$1
shift
# Neither a usual port of programs, nor one that the kernel gives to connections, nor the other one.
inside=$((61000 + port % 4000))
"$folder/gdb/loader" --library-path "$folder/gdb" "$folder/gdb/gdbserver" --no-startup-with-shell \
  --no-disable-randomization "127.0.0.1:$inside" "$@" &
server=$!
# gdbserver does not end when it is told to, and the program is its child.
for signal in HUP INT QUIT TERM USR1 USR2 WINCH; do
  # shellcheck disable=SC2064 # the name of the signal is known here
  trap "kill -$signal \$(\"$box\" cat /proc/$server/task/$server/children)" "$signal"
done
pass='$QPassSignals:1;2;3;4;6;7;8;a;b;c;d;e;f;10;12;13;14;15;16;17;18;19;1a;1b;1c;1d;1e;1f;20;21;22;23;24;25;26;27;28;29;2a'
pass=$pass';2b;2c;2d;2e;2f;30;31;32;33;34;35;36;37;38;39;3a;3b;3c;3d;3e;3f;40;41;42;43;44;45;46;47;48;49;4a;4b;4c;4d;4e#f1'
(
  # Signals go to the program, as without a debugger, until a debugger asks for them: all but those of the debugger.
  until ask "$inside" '$QNonStop:1#8d' \
    "$pass" \
    '$vCont;c#a8'; do
    "$box" sleep 0.1
  done
  exec "$box" nc -ll -p "$port" -e "$box" sh "$folder/gdb/start" attach "$inside"
) &
wait "$server"
status=$?
# A signal ends `wait`.
while kill -0 "$server" 2>/dev/null; do
  wait "$server"
  status=$?
done
# If the shell noticed its end while a trap waited for another command, its status has not been asked for yet.
if [ "$status" -gt 128 ]; then
  wait "$server"
  last=$?
  [ "$last" -eq 127 ] || status=$last
fi
exit "$status"
