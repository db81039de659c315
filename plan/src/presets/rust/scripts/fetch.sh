# shellcheck shell=sh
# shellcheck disable=SC2154 # `LOCKFILE` is a variable of the step
#
# Leaves the archives of crates.io and other registries in the layer, with a list of them and their checksums, and the
# configuration that makes Cargo read what is unpacked from them. Of packages that no program for Linux is made of, it
# leaves their manifests and empty source files: Cargo reads them, and those for Windows weigh as much as all others
# together.
export CARGO_HOME=/var/cache/cargo LC_ALL=C
tab=$(printf '\t')
cargo fetch --locked

# Checksum, package and source. Old lockfiles have the checksums at their end.
tr -d '\r' <"$LOCKFILE" | awk '
  { value = $3; gsub(/"/, "", value) }
  /^\[/ { package = $0 == "[[package]]"; count += package; next }
  package && $1 == "name" { name[count] = value }
  package && $1 == "version" { version[count] = value }
  package && $1 == "source" { source[count] = value }
  package && $1 == "checksum" { sum[count] = value }
  /^"checksum / { key = $2 " " $3; value = $6; gsub(/"/, "", value); old[key] = value }
  END {
    for (i = 1; i <= count; i++) if (source[i] ~ /^(registry|sparse)\+/) {
      print (i in sum ? sum[i] : old[name[i] " " version[i]]) "\t" name[i] "-" version[i] "\t" source[i]
    }
  }' | sort -u >/tmp/locked
while IFS=$tab read -r sum package _; do
  for archive in "$CARGO_HOME"/registry/cache/*/"$package.crate"; do
    [ ! -e "$archive" ] || printf '%s  %s\n' "$sum" "$archive"
  done
done </tmp/locked | sha256sum -c 2>/dev/null | sed -n 's/: OK$//p' | awk -F/ '!known[$NF]++' >/tmp/archives
cut -f2 /tmp/locked | sort -u >/tmp/wanted
sed 's|.*/||; s|\.crate$||' /tmp/archives | sort -u | comm -23 /tmp/wanted - >/tmp/damaged
if [ -s /tmp/damaged ]; then
  while IFS= read -r package; do rm -f "$CARGO_HOME"/registry/cache/*/"$package.crate"; done </tmp/damaged
  echo "These downloads were damaged, and the next build repeats them: $(tr '\n' ' ' </tmp/damaged)" >&2
  exit 1
fi

if cargo tree --locked --offline --workspace --all-features --prefix none --format '{p}' --target x86_64-unknown-linux-gnu \
    --target aarch64-unknown-linux-gnu --target armv7-unknown-linux-gnueabihf >/tmp/tree 2>/tmp/errors; then
  sed 's/^\([^ ]*\) v\([^ ]*\).*/\1-\2/' /tmp/tree | sort -u >/tmp/used
else
  cp /tmp/wanted /tmp/used
fi
mkdir -p /deps/crates /deps/vendor
: >/tmp/copied; : >/tmp/unused; : >/deps/packages; : >/tmp/sums
awk 'FILENAME == "/tmp/used" { used[$0]; next }
  FILENAME == "/tmp/locked" { if (!($2 in sum)) sum[$2] = $1; next }
  { count = split($0, parts, "/"); package = parts[count]; sub(/\.crate$/, "", package) }
  package in used { print >"/tmp/copied"; print sum[package] " " package >"/deps/packages"; next }
  { print parts[count - 1] "/" package >"/tmp/unused"; print sum[package] " " package >"/tmp/sums" }
' /tmp/used /tmp/locked /tmp/archives
xargs -r -d '\n' cp -t /deps/crates </tmp/copied
# A project without packages of a registry has no such folder.
mkdir -p "$CARGO_HOME/registry/src"
cd "$CARGO_HOME/registry/src"
sed 's|$|/Cargo.toml|' /tmp/unused | tar -cf - -T - | tar -xf - -C /deps/vendor --strip-components=1 --no-same-owner
xargs -r -d '\n' sh -c 'find "$@" -type f -regextype posix-extended -regex "[^/]*/[^/]*/(build|src/lib|src/main|(src/bin|examples|tests|benches)/.*)\.rs"' \
  find </tmp/unused | sed 's|^[^/]*/|/deps/vendor/|' >/tmp/stubs
sed 's|/[^/]*$||' /tmp/stubs | sort -u | xargs -r -d '\n' mkdir -p
xargs -r -d '\n' touch </tmp/stubs
while read -r sum package; do
  printf '{"files":{},"package":"%s"}' "$sum" >"/deps/vendor/$package/.cargo-checksum.json"
done </tmp/sums
cd "$OLDPWD"

cut -f3 /tmp/locked | sort -u | while IFS= read -r source; do
  case $source in
    registry+https://github.com/rust-lang/crates.io-index | sparse+https://index.crates.io/) echo '[source.crates-io]' ;;
    *) printf '[source."%s"]\nregistry = "%s"\n' "$source" "${source#registry+}" ;;
  esac
  printf 'replace-with = "vendored-sources"\n\n'
done >/deps/config.toml
printf '[source.vendored-sources]\ndirectory = "/deps/vendor"\n' >>/deps/config.toml
unset LC_ALL
