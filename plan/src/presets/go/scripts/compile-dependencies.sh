# shellcheck shell=sh
# shellcheck disable=SC2154 # `tags`, `packages`, `turn` and `into` are set ahead of it
# shellcheck disable=SC2086 # packages are words; their paths have no blanks
#
# Go tells where the result of each package is, and what it is the result of: the name of the entry that leads to it
# starts with that. So this leaves exactly what these packages consist of, without what the layer of the standard
# library has, whoever else writes to the mount meanwhile. What cannot be built on this platform is left out; should
# anything fail that matters, the compile step says it better.
#
# Programs of a project take turns, so that what they share is compiled once. The same packages leave the same bytes,
# so entries are equally old.
seed /var/cache/go-standard-library
list() {
  go list -e -deps -tags "$tags" "$@" $packages
}
# The module of a package, and what it is replaced by; a package that no module has.
module='{{if .Module}}{{with .Module}}{{if not .Main}}module {{.Path}} {{with .Replace}}{{.Path}} {{.Version}}{{else}}{{.Path}} {{.Version}}{{end}}{{end}}{{end}}{{else if not .Standard}}missing {{.ImportPath}}{{end}}'
exec 9>"$GOCACHE/slipway-turn-$turn"
flock 9 2>/dev/null || true
list -export -trimpath -buildvcs=false -f "{{if .Export}}entry {{.BuildID}} {{.Export}}
{{end}}$module" >/tmp/compiled || echo 'What could not be compiled is left to the program.' >&2
exec 9>&-
mkdir -p "$into"
cd "$GOCACHE"
find . -type f -name '*-a' >/tmp/names
# The first 20 digits of an id are in base 64, those of a name in base 16.
awk 'BEGIN { digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" }
  FNR == NR {
    if ($1 != "entry" || $3 !~ /-d$/) next
    count = split($3, parts, "/"); print parts[count - 1] "/" parts[count]
    name = ""
    for (i = 1; i < 20; i += 4) {
      value = 0
      for (j = i; j < i + 4; j++) value = value * 64 + index(digits, substr($2, j, 1)) - 1
      name = name sprintf("%06x", value)
    }
    wanted[name]; next
  }
  substr($1, 6, 30) in wanted { print substr($1, 3) }' /tmp/compiled /tmp/names | sort >/tmp/entries
while read -r entry; do
  [ -e "/var/cache/go-standard-library/$entry" ] || echo "$entry"
done </tmp/entries >/tmp/files
if [ -s /tmp/files ]; then
  grep -e '-d$' /tmp/files >/tmp/results || :
  [ ! -s /tmp/results ] || tar -cf - -T /tmp/results | tar -xf - -C "$into"
  sed "s|/.*||; s|^|$into/|" /tmp/files | sort -u | xargs mkdir -p
  # A date ends each entry, in 20 characters.
  # shellcheck disable=SC2016 # awk's own fields
  grep -e '-a$' /tmp/files | xargs awk -v into="$into" '
    { file = into "/" FILENAME; print substr($0, 1, length($0) - 20) "  946684800000000000" >file; close(file) }'
fi
sha256sum </tmp/files | cut -d ' ' -f 1 >"$into/id"
cd "$OLDPWD"
