# shellcheck shell=sh
# shellcheck disable=SC2154 # `tags` and `packages` are set ahead of it
# shellcheck disable=SC2046,SC2086 # packages are words; their paths have no blanks
#
# The part of the script that is the same for all.
#
# Go tells which entries of its cache it used by their times, but refreshes one only when it is older than an hour: so
# all that are younger are made older first. What cannot be built on this platform is left out, and looked for only
# where there is such a thing, since a list takes as long as a build that has little to do; should anything fail all
# the same, the compile step says it better.
old=$(($(date +%s) - 7200))
find "$GOCACHE" -type f -mmin -70 -exec touch -c -d "@$old" {} +
: > /tmp/start
compile() { [ $# = 0 ] || go build -o /dev/null -trimpath -buildvcs=false -tags "$tags" "$@"; }
compile $packages 2>/dev/null ||
  compile $(go list -e -tags "$tags" -f '{{if and (not .Error) (not .DepsErrors) (ne .Name "main") (or .GoFiles .CgoFiles)}}{{.ImportPath}}{{end}}' $packages) ||
  echo 'What could not be compiled is left to the program.' >&2
cd "$GOCACHE"
find . -type f -name '*-[ad]' -newer /tmp/start > /tmp/entries
tar -cf - -T /tmp/entries | tar -xf - -C /out
echo "$(date +%s%N)-$$" > /out/id
