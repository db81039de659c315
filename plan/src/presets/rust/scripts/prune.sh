# shellcheck shell=sh
#
# Of packages that no program for Linux is made of, leaves their manifests and nothing else: Cargo reads them, and
# those for Windows weigh more than all others together. Then every file is as old as every other: build scripts run
# again when one is younger than their results, and what a version has in it never changes.
export CARGO_HOME=/deps
if cargo tree --locked --offline --workspace --all-features --prefix none --format '{p}' --target x86_64-unknown-linux-gnu \
    --target aarch64-unknown-linux-gnu --target armv7-unknown-linux-gnueabihf >/tmp/used 2>/tmp/unused; then
  sed 's/^\([^ ]*\) v\([^ ]*\).*/\1-\2/' /tmp/used | LC_ALL=C sort -u >/tmp/used.sorted
  (cd /deps/vendor && ls) | LC_ALL=C sort | LC_ALL=C comm -23 - /tmp/used.sorted | while IFS= read -r package; do
    cd "/deps/vendor/$package"
    checksum=$(sed -n 's/.*"package":\("[0-9a-f]*"\).*/\1/p' .cargo-checksum.json)
    [ -n "$checksum" ] || continue
    find . -type f ! -name Cargo.toml \( ! -name '*.rs' -o ! -path ./build.rs ! -path ./src/lib.rs ! -path ./src/main.rs ! -path './src/bin/*' \
      ! -path './examples/*' ! -path './tests/*' ! -path './benches/*' \) -delete -o -type f -name '*.rs' -exec truncate -s 0 {} +
    printf '{"files":{},"package":%s}' "$checksum" >.cargo-checksum.json
  done
fi
find /deps -mindepth 1 -exec touch -h -d @946684800 {} +
