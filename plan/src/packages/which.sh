# shellcheck shell=sh
#
# Which manager an image has, where its files could not be read before the build.
if command -v apt-get >/dev/null; then
  with_apt "$@"
elif command -v apk >/dev/null; then
  with_apk "$@"
elif command -v dnf >/dev/null || command -v microdnf >/dev/null; then
  with_dnf "$@"
else
  echo 'This image has none of apt, apk, dnf and microdnf: packages need an image of a distribution.' >&2
  exit 1
fi
