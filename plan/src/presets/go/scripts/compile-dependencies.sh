# shellcheck shell=sh
# shellcheck disable=SC2154 # `tags`, `packages` and `turn` are set ahead of it
# shellcheck disable=SC2086 # packages are words; their paths have no blanks
#
# Go tells where the result of each package is, and what it is the result of: the name of the entry that leads to it
# starts with that. So this leaves exactly what these packages consist of, without what the layer of the standard
# library has, whoever else writes to the mount meanwhile. What cannot be built on this platform is left out; should
# anything fail that matters, the compile step says it better.
#
# Programs of a project take turns, so that what they share is compiled once.
seed /var/cache/go-standard-library
exec 9>"$GOCACHE/slipway-turn-$turn"
flock 9 2>/dev/null || true
go list -e -export -deps -trimpath -buildvcs=false -tags "$tags" -f '{{if .Export}}{{.BuildID}} {{.Export}}{{end}}' $packages >/tmp/compiled ||
  echo 'What could not be compiled is left to the program.' >&2
exec 9>&-
cd "$GOCACHE"
find . -type f -name '*-a' >/tmp/names
# The first 20 digits of an id are in base 64, those of a name in base 16.
awk 'BEGIN { digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" }
  FNR == NR {
    if ($2 !~ /-d$/) next
    count = split($2, parts, "/"); print parts[count - 1] "/" parts[count]
    name = ""
    for (i = 1; i < 20; i += 4) {
      value = 0
      for (j = i; j < i + 4; j++) value = value * 64 + index(digits, substr($1, j, 1)) - 1
      name = name sprintf("%06x", value)
    }
    wanted[name]; next
  }
  substr($1, 6, 30) in wanted { print substr($1, 3) }' /tmp/compiled /tmp/names >/tmp/entries
while read -r entry; do
  [ -e "/var/cache/go-standard-library/$entry" ] || echo "$entry"
done </tmp/entries >/tmp/files
[ ! -s /tmp/files ] || tar -cf - -T /tmp/files | tar -xf - -C /out
echo "$(date +%s%N)-$$" >/out/id
