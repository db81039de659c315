#!/bin/sh
# A scanner in BuildKit's protocol that reads what Docker's reads: what package managers installed, and lists of modules
# only if it is told so.
set -eu

selected() {
  case ",${BUILDKIT_SCAN_SELECT_CATALOGERS:-}," in *",+$1,"*) true ;; *) false ;; esac
}

go_modules() { # the lines of `require` in go.mod
  selected go-module-file-cataloger || return 0
  find "$1" -name go.mod -exec awk '
    /^require \(/ { block = 1; next }
    /^\)/ { block = 0 }
    block && NF { print $1, $2 }
    /^require [^(]/ { print $2, $3 }' {} +
}
crates() {
  selected rust-cargo-lock-cataloger || return 0
  find "$1" -name Cargo.lock -exec awk -F '"' '/^name = / { name = $2 } /^version = "/ { print name, $2 }' {} +
}
node_packages() {
  find "$1" -path '*/node_modules/*' -name package.json | while read -r file; do
    name=${file##*/node_modules/}
    name=${name%/package.json}
    case $name in
    @*/*/* | [!@]*/*) continue ;; # a folder of a package
    esac
    version=$(grep -o '"version": *"[^"]*"' "$file" | head -n 1 | cut -d '"' -f 4)
    [ -z "$version" ] || echo "$name $version"
  done
}
python_packages() {
  find "$1" -path '*.dist-info/METADATA' -exec awk '
    /^Name: / { name = $2 }
    /^Version: / { print name, $2; nextfile }' {} +
}

scan() {
  { go_modules "$1"; crates "$1"; node_packages "$1"; python_packages "$1"; } | sort -u | awk '
    BEGIN { printf "{\"_type\":\"https://in-toto.io/Statement/v0.1\",\"predicateType\":\"https://spdx.dev/Document\"," \
      "\"predicate\":{\"packages\":[" }
    { printf "%s{\"name\":\"%s\",\"versionInfo\":\"%s\"}", (NR > 1 ? "," : ""), $1, $2 }
    END { print "]}}" }' >"$BUILDKIT_SCAN_DESTINATION/$(basename "$1").spdx.json"
}
scan "$BUILDKIT_SCAN_SOURCE"
for extra in "${BUILDKIT_SCAN_SOURCE_EXTRAS:-/none}"/*; do
  [ ! -d "$extra" ] || scan "$extra"
done
