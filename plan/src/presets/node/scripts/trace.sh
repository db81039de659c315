# shellcheck shell=sh
#
# Traces the files that the program of an image reaches, and copies those that the output of the build does not contain.
trace() {
  WARNINGS=/out/warnings node /run/slipway/trace.js "$@" >/tmp/files
  mkdir -p /out/files/"${3#/}"
  cd "$1"
  xargs -0 -r cp -a --parents -t /out/files </tmp/files
}
