# shellcheck shell=sh
#
# Finds what the build's own output, which is not yet part of the image, imports.
imports() {
  cp -a /run/own/. "$1"/
  node /run/slipway/trace.js imports "$@" >/out/imports.json
}
# Traces the files that it reaches by these imports, and copies them.
trace() {
  WARNINGS=/out/warnings node /run/slipway/trace.js files "$1" "$2" /run/slipway/imports.json >/tmp/files
  mkdir -p /out/files/"${3#/}"
  cd "$1"
  xargs -0 -r cp -a --parents -t /out/files </tmp/files
}
