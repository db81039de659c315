# shellcheck shell=sh
#
# With a cache folder of its own, apk keeps indexes and packages there, and none in the image. Where an index could not
# be read, apk says the same of packages that exist.
command -v apk >/dev/null || { echo 'This image has no apk: packages need an image of Alpine Linux or Wolfi.' >&2; exit 1; }
again apk add --no-progress --cache-dir /var/cache/apk --update-cache "$@" || {
  status=$?
  grep -q WARNING /tmp/again.said ||
    sed -n 's/^ *\(.*\) (no such package):.*/No repository of this image has the package \1: check its name/p' /tmp/again.said >&2
  exit $status
}
rm -rf /var/log/apk.log
