# shellcheck shell=sh
# shellcheck disable=SC2086 # names of modules have no blanks
#
# Leaves the archives of the modules, their manifests and those that Go reads to choose versions in the layer, which
# Go's later steps use as a module proxy. Go downloads into the project's cache mount, where it unpacks what is new,
# and takes what another project downloaded from the mount of all projects, as from a proxy: there, it checks the sums.
# What comes from private hosts is not left for other projects.
export GOMODCACHE=/go/pkg/mod
here=$GOMODCACHE/cache/download all=/var/cache/go-mod layer=/var/cache/go-archives
online() { again env "GOPROXY=file://$all/cache/download,$(go env GOPROXY)" "$@"; }
# A list may be empty, which some versions of tar do not accept.
copy() {
  [ -s /tmp/files ] || return 0
  { tar -cf - -C "$here" -T /tmp/files || : >/tmp/incomplete; } | tar -xf - -C "$1"
  [ ! -e /tmp/incomplete ]
}

online sh -c 'go mod graph >/dev/null'
# Without names, it downloads what `go.mod` lists, and for a workspace or before Go 1.17, every module that one of them
# mentions. Then only those can be imported whose archive has a sum.
names=
case $GOWORK:$(go list -m -f '{{.GoVersion}}') in
  off:1.1[7-9]* | off:1.[2-9][0-9]*) ;;
  *)
    find /src -type f -name '*.sum' -exec cat {} + >/tmp/sums
    # Other modes add sums, or name other files.
    case $(go env GOFLAGS) in *-mod*) ;; *)
      names=$(go list -m -f '{{if not .Main}}{{if not .Replace}}{{.Path}} {{.Path}} {{.Version}}{{else if .Replace.Version}}{{.Path}} {{.Replace.Path}} {{.Replace.Version}}{{end}}{{end}}' all 2>/dev/null |
        awk 'NR == FNR { sums[$1 " " $2]; next } NF && ($2 " " $3) in sums { print $1 }' /tmp/sums -) ;;
    esac ;;
esac
online go mod download $names

# Only the manifests that Go reads for this project are in an empty cache.
env GOMODCACHE=/tmp/graph "GOPROXY=file://$here" GONOPROXY=none GOSUMDB=off go mod graph >/dev/null
{
  (cd /tmp/graph/cache/download && find . -type f -name '*.mod' | sed 's|^\./||')
  GOPROXY=off go mod download -json $names |
    sed -n -e 's/^\t"Zip": "\(.*\)".*/\1/p' -e 's/^\t"Info": "\(.*\)".*/\1/p' -e 's/^\t"GoMod": "\(.*\)".*/\1/p' |
    sed "s|^$here/||"
} | sort -u >/tmp/files
copy "$layer"
find "$layer" -exec touch -h -d @946684800 {} +

# Files appear in the mount of all projects at once or not at all, since others read meanwhile.
case $(go env GONOPROXY) in '' | none)
  mkdir -p "$all/cache/download"
  find "$all" -maxdepth 1 -name 'new-*' -mtime +1 -exec rm -rf {} +
  while read -r file; do [ -e "$all/cache/download/$file" ] || echo "$file"; done </tmp/files >/tmp/new
  mv /tmp/new /tmp/files
  new=$(mktemp -d "$all/new-XXXXXX")
  copy "$new"
  cp -rln "$new/." "$all/cache/download/" 2>/dev/null || :
  rm -rf "$new" ;;
esac
