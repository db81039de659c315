# shellcheck shell=sh
# shellcheck disable=SC2154 # `manifests`, `locals`, `list`, `module` and `into` are set ahead of it
# shellcheck disable=SC2086 # `locals` are words; paths of modules have no blanks
#
# Leaves only what the packages need: archives, requirements and sums of their modules. So a change of `go.mod` compiles
# those programs again that it concerns, and no others. Where Go finds other modules with these requirements, or cannot
# tell, all stay.
archives=/var/cache/go-archives
kept=${into%/*}
# Calls a command with each manifest, by its path in the repository.
each() {
  printf '%s\n' "$manifests" | while IFS= read -r manifest; do
    [ ! -e "/src/$manifest" ] || "$@" "$manifest" || exit
  done
}
save() { # FOLDER MANIFEST
  mkdir -p "$1/$(dirname "$2")"
  cp "/src/$2" "$1/$2"
}
# Lines about modules, each once.
modules() { sed -n -e '/^module /p' -e '/^missing /p' | sort -u; }
# Before Go 1.17, `go.mod` does not list all that a program needs.
lists_all() {
  case $1 in
    go.mod | */go.mod) case $(awk '$1 == "go" { print $2 }' "/src/$1") in 1.1[7-9]* | 1.[2-9][0-9]*) ;; *) return 1 ;; esac ;;
  esac
}
shorten() {
  case $1 in
    go.mod | */go.mod)
      go mod edit -json "/src/$1" >/tmp/manifest.json || return
      awk 'NR == FNR { needed[$2]; next }
        /^\t"/ { inside = /^\t"Require": \[/ }
        inside && $1 == "\"Path\":" { path = $2; gsub(/[",]/, "", path); if (!(path in needed)) print "-droprequire=" path }
      ' /tmp/needed /tmp/manifest.json >/tmp/dropped
      # shellcheck disable=SC2046 # paths of modules have no blanks
      [ ! -s /tmp/dropped ] || go mod edit $(cat /tmp/dropped) "/src/$1" ;;
    *.sum)
      awk 'NR == FNR { needed[$3 " " $4]; next }
        { version = $2; sub(/\/go\.mod$/, "", version) }
        NF && ($1 " " version) in needed' /tmp/needed "/src/$1" >/tmp/sums
      cp /tmp/sums "/src/$1" ;;
  esac
}
reduce() {
  each lists_all || return
  modules </tmp/compiled >/tmp/found
  ! grep -q '^missing ' /tmp/found || return
  # Modules in folders of this repository have no version.
  { cat /tmp/found; printf 'module %s\n' $locals; } >/tmp/needed
  each shorten || return
  list -f "$module" 2>/dev/null | modules | cmp -s - /tmp/found
}
each save /tmp/original
if reduce; then
  each save "$kept/manifests"
  # A proxy writes capitals as `!` and the small letter.
  awk '
    function escaped(text, i, letter, result) {
      for (i = 1; i <= length(text); i++) {
        letter = substr(text, i, 1)
        result = result (letter ~ /[A-Z]/ ? "!" tolower(letter) : letter)
      }
      return result
    }
    NF == 4 { print "./" escaped($3) "/@v/" escaped($4) }' /tmp/needed >/tmp/kept
  (
    cd "$archives"
    find . -path './.slipway' -prune -o -type f -print | awk 'NR == FNR { kept[$0]; next }
      { name = $0; sub(/\.(zip|mod|info)$/, "", name) }
      !(name in kept)' /tmp/kept - | tr '\n' '\0' | xargs -r -0 rm -f
    # Some versions of find lack it; empty folders do no harm.
    find . -mindepth 1 -depth -type d -empty -delete 2>/dev/null || :
  )
else
  mkdir -p "$kept"
  cp -R /tmp/original "$kept/manifests"
fi
# An archive whose date changes would be in this layer, too.
find "$archives" -type d -exec touch -d @946684800 {} +
find "$kept" -exec touch -h -d @946684800 {} +
