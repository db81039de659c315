# shellcheck shell=sh
#
# Downloads into the layer, from the cache mount where it has a module and else from where the build says, and leaves
# what was new in the cache mount, even when the network broke down in between. Files appear there at once or not at
# all, since others read meanwhile. Archives were checked against `go.sum` as they came, so what is verified in the
# end is what was unpacked.
export GOMODCACHE=/go/pkg/mod
status=0
again env "GOPROXY=file:///var/cache/go-mod/cache/download,$(go env GOPROXY)" go mod download || status=$?
cache=/var/cache/go-mod
find "$cache" -maxdepth 1 -name 'new-*' -mtime +1 -exec rm -rf {} +
new=$(mktemp -d "$cache/new-XXXXXX")
mkdir -p "$cache/cache/download" /go/pkg/mod/cache/download
workdir=$PWD
cd /go/pkg/mod/cache/download
find . -type f \( -name '*.zip' -o -name '*.ziphash' -o -name '*.mod' -o -name '*.info' \) | while read -r file; do
  [ -e "$cache/cache/download/$file" ] || echo "$file"
done > /tmp/new
tar -cf - -T /tmp/new | tar -xf - -C "$new"
cp -rln "$new/." "$cache/cache/download/" 2>/dev/null || true
rm -rf "$new"
[ $status = 0 ] || exit $status
cd "$workdir"
find /go/pkg/mod/cache/download -name '*.zip' -delete
go mod verify
