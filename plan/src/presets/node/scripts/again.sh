# shellcheck shell=sh
# shellcheck disable=SC2086 # `status` and `pause` hold a number or a word
#
# Runs a command again that the network broke off. Package managers ask again for single files, and give up the whole
# when that was not enough; what they have by then is in their cache. A line about such a retry is not what made them
# fail. One that succeeds without a file says so through `left_out`: the step would stay in the cache without it.
left_out() { :; }
again() {
  for pause in 2 10 none; do
    { "$@" 2>&1 && echo 0 >/tmp/status || echo $? >/tmp/status; } | tee /tmp/said
    read -r status </tmp/status
    if [ $status = 0 ]; then
      missing=$(left_out)
      [ -n "$missing" ] || return 0
      echo "Downloads of optional dependencies failed:" $missing >&2
      [ $pause = 2 ] || return 1
    else
      [ $pause != none ] || return $status
      grep -viE 'retry|(tries|retries) (left|remaining)' /tmp/said | grep -qE 'ECONNRESET|ECONNREFUSED|ETIMEDOUT|ESOCKETTIMEDOUT|EPIPE|EAI_AGAIN|ERR_SOCKET|ERR_STREAM_PREMATURE_CLOSE|socket hang up|network timeout|ConnectionClosed|ConnectionReset|aborted' || return $status
    fi
    echo "The network broke off; trying again in $pause s" >&2
    sleep $pause
  done
}
