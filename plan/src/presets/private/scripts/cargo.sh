# shellcheck shell=sh
# shellcheck disable=SC2154 # read.sh sets the login, and what stands ahead `manifests`
# shellcheck disable=SC2086 # `kind` is one of two words
#
# The names of the registries whose index is at the host, in every form that TOML has for it.
registries() {
    if [ $kind = token ]; then printf '%s\n' "$word"; else printf 'Basic %s\n' "$basic"; fi >"$place/cargo"
    for file in .cargo/config.toml .cargo/config; do
      if [ -e "$manifests/$file" ]; then cat "$manifests/$file"; echo; fi
    done | tr -d '"\r' | tr "'" ' ' | awk -v host="//$1/" '
      /^[ \t]*\[/ { section = $0; gsub(/[][ \t]/, "", section); next }
      !index($0, host) || !/index/ { next }
      { key = $0; sub(/=.*/, "", key); gsub(/[ \t]/, "", key); name = "" }
      section ~ /^registries\./ && key == "index" { name = section; sub(/^registries\./, "", name) }
      section == "registries" { name = key; sub(/\.index$/, "", name) }
      section == "" && key ~ /^registries\./ { name = key; sub(/^registries\./, "", name); sub(/\.index$/, "", name) }
      name ~ /^[A-Za-z0-9_-]+$/ { print toupper(name) }
    ' | tr - _ >"$place/registries"
  }
