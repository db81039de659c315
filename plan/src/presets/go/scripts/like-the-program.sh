# shellcheck shell=sh
# shellcheck disable=SC2154 # `tags` is set ahead of it
#
# Settings of the spec come last, so they win. With `-trimpath`, tests that look for files beside their own code by
# `runtime.Caller` do not find them.
flags=-tags=$tags
[ -n "$(find /src -name vendor -prune -o -type f -name '*.go' -exec grep -lF runtime.Caller {} + | head -n 1)" ] || flags="$flags -trimpath"
export GOFLAGS="$flags ${GOFLAGS:-}"
unset flags tags
