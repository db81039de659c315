# shellcheck shell=sh
# shellcheck disable=SC2016 # the inner script expands its own arguments
#
# Unpacks the archives that are not in the cache mount yet, and puts all of them where Cargo looks for them. What is in
# the mount is named by the checksum of its archive, and appears there at once, since others unpack meanwhile. Every
# file is as old as every other: build scripts run again when one is younger than their results, and what a version has
# in it never changes.
while read -r sum package; do
  [ -e "/var/cache/crates/$sum/$package" ] || echo "$sum $package"
done </deps/packages >/tmp/packed
if [ -s /tmp/packed ]; then
  find /var/cache/crates -maxdepth 1 -name 'new-*' -mmin +60 -exec rm -rf {} +
  xargs -n 2 -P "$(nproc)" sh -euc '
    echo "$1  /deps/crates/$2.crate" | sha256sum -c --status || { echo "The archive of $2 has another checksum than Cargo.lock." >&2; exit 255; }
    new=$(mktemp -d /var/cache/crates/new-XXXXXX)
    chmod 755 "$new"
    tar -xzf "/deps/crates/$2.crate" --no-same-owner -C "$new"
    printf "{\"files\":{},\"package\":\"%s\"}" "$1" >"$new/$2/.cargo-checksum.json"
    find "$new" -exec touch -h -d @946684800 {} +
    mv -T "$new" "/var/cache/crates/$1" 2>/dev/null || rm -rf "$new"
  ' unpack </tmp/packed
fi
mkdir -p /deps/vendor
sed 's|\(.*\) \(.*\)|/var/cache/crates/\1/\2|' /deps/packages | xargs -r -d '\n' ln -s -t /deps/vendor
