# shellcheck shell=sh
#
# Copies what a step has written to /run/slipway-output, at its place in the repository. Installed dependencies are
# mounts, and are not taken. A file that was written has changed since the mark; the clock of file systems ticks a few
# times in a hundredth of a second.
changes() {
  find . -xdev \( -type f -o -type l -o -type d -empty \) -cnewer /tmp/slipway-before "$@"
}
take_changes() {
  changes -exec cp -a --parents -t /run/slipway-output {} +
}
take() {
  for path in "$@"; do
    if [ ! -e "$path" ] && [ ! -L "$path" ]; then
      wrote=$(changes | sort | head -n 5 | tr '\n' ' ')
      wrote=${wrote:-nothing}
      echo "The step left no $path. It wrote: ${wrote% }. Name what it writes with \`output\`." >&2
      exit 1
    fi
    cp -a -x --parents "$path" /run/slipway-output
  done
}
: >/tmp/slipway-before
sleep 0.02
