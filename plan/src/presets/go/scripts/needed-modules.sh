# shellcheck shell=sh
# shellcheck disable=SC2154 # `list`, `module` and `into` are set ahead of it
#
# Leaves only what the packages need: archives, requirements and sums of their modules. So a change of `go.mod` compiles
# those programs again that it concerns, and no others. Where Go finds other modules with these requirements, all stay.
archives=/var/cache/go-archives
kept=${into%/*}
keep_all() {
  cp go.mod go.sum "$kept/"
}
# Lines about modules, each once.
modules() { sed -n -e '/^module /p' -e '/^missing /p' | sort -u; }
reduce() {
  # Before Go 1.17, `go.mod` does not list all that a program needs.
  case $(awk '$1 == "go" { print $2 }' go.mod) in 1.1[7-9]* | 1.[2-9][0-9]*) ;; *) return 1 ;; esac
  modules </tmp/compiled >/tmp/needed
  ! grep -q '^missing ' /tmp/needed || return 1
  go mod edit -json >/tmp/manifest.json || return 1
  # The modules of this repository are among those that are replaced by folders.
  awk 'NR == FNR { needed[$2]; next }
    /^\t"/ { part = $1; side = "" }
    $1 ~ /^"(Old|New)":$/ { side = $1 }
    $1 == "\"Path\":" {
      path = $2; gsub(/[",]/, "", path)
      if (part == "\"Require\":") required[path]
      if (side == "\"Old\":") old = path
      if (side == "\"New\":" && path ~ /^[.\/]/) needed[old]
    }
    END { for (path in required) if (!(path in needed)) print "-droprequire=" path }
  ' /tmp/needed /tmp/manifest.json >/tmp/dropped
  # shellcheck disable=SC2046 # paths of modules have no blanks
  [ ! -s /tmp/dropped ] || go mod edit $(cat /tmp/dropped) "$kept/go.mod" || return 1
  awk 'NR == FNR { needed[$3 " " $4]; next }
    { version = $2; sub(/\/go\.mod$/, "", version) }
    ($1 " " version) in needed' /tmp/needed go.sum >"$kept/go.sum"
  list -modfile="$kept/go.mod" -f "$module" 2>/dev/null | modules >/tmp/found
  cmp -s /tmp/needed /tmp/found
}
keep_all
if reduce; then
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
    find . -mindepth 1 -depth -type d -empty -delete
  )
else
  keep_all
fi
# An archive whose date changes would be in this layer, too.
find "$archives" -type d -exec touch -d @946684800 {} +
find "$kept" -exec touch -h -d @946684800 {} +
