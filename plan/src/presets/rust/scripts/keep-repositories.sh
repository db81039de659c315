# shellcheck shell=sh
#
# Keeps repositories of git as Cargo itself has them, whole, because code may read files elsewhere in its repository.
# Only those that this project's lockfile names, of all that are in the cache.
CARGO_HOME=/var/cache/cargo cargo metadata --locked --offline --format-version 1 >/tmp/metadata
grep -o '"manifest_path":"/var/cache/cargo/git/checkouts/[^/"]*/[^/"]*' /tmp/metadata | sed 's|.*/checkouts/||' | sort -u >/tmp/checkouts
mkdir -p /deps/git/checkouts /deps/git/db
while IFS=/ read -r repository commit; do
  mkdir -p "/deps/git/checkouts/$repository"
  cp -a "/var/cache/cargo/git/checkouts/$repository/$commit" "/deps/git/checkouts/$repository/"
  [ -e "/deps/git/db/$repository" ] || cp -a "/var/cache/cargo/git/db/$repository" /deps/git/db/
done </tmp/checkouts
