# shellcheck shell=sh
#
# Defines `again`, which runs a command once more, a few times, where what it said tells of a connection that broke.
# Most tools ask again by themselves before a transfer starts, and not once it breaks off in the middle. A line about
# such a retry of the tool is not what made it fail, nor is what a server refuses. What the command says is shown while
# it runs. One that succeeds although a download failed is told by `left_out`, which prints what it said about that.
left_out() { :; }
again() {
  for pause in 1 5 20 none; do
    rm -f /tmp/again.pipe
    mkfifo /tmp/again.pipe
    tee /tmp/again.said </tmp/again.pipe &
    copying=$!
    status=0
    "$@" >/tmp/again.pipe 2>&1 || status=$?
    wait $copying
    if [ $status = 0 ]; then
      [ -n "$(left_out)" ] || return 0
      status=1
    else
      grep -viE 'retry|(tries|retries) (left|remaining)|maven-default-http-blocker|status(| code)?: 4(0[0-79]|1|2[0-8]|[3-9])|not authorized|access denied' /tmp/again.said | grep -qiE 'EOF|end of file|temporary failure in name resolution|name or service not known|unknown host|server misbehaving|could not resolve host|reset by peer|connection (reset|closed|aborted|broken)|broken pipe|timed? ?out|deadline exceeded|stream error|incomplete ?read|premature end|error sending request|body error|decoding response|remote ?disconnected|terminated the handshake|transfer failed for|could not transfer artifact|request of: [^ ]+ from [^ ]+ failed|status code:? (429|50[0-9])|: (429|50[0-9]) | (429 Too|50[234] [SBG])' || return $status
    fi
    [ $pause != none ] || return $status
    echo "The network broke off; trying again in $pause s" >&2
    sleep $pause
  done
}
