# shellcheck shell=sh
#
# Fills the compile cache from the layer, once for each layer; Go forgets entries after five days without use, so a
# mark counts for three. Entries are named by what is in them: whoever else compiles meanwhile can read what is there
# already.
seeded() { [ -n "$(find "$GOCACHE/slipway-$id" -mtime -3 2>/dev/null)" ]; }
id=$(cat /var/cache/go-dependencies/id)
if ! seeded; then
  exec 9>"$GOCACHE/slipway-lock"
  flock 9 2>/dev/null || true
  if ! seeded; then
    cp -rn /var/cache/go-dependencies/. "$GOCACHE/" 2>/dev/null || true
    : > "$GOCACHE/slipway-$id"
  fi
  exec 9>&-
fi
