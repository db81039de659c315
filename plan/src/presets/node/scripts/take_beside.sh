# shellcheck shell=sh
#
# Copies outputs beside the package, which are relative to the root of the repository, to a folder.
take_beside() {
  to=$1
  shift
  mkdir -p "$to"
  for path; do
    if [ ! -e "$path" ]; then
      echo "The scripts left no $path in the repository. Name what they make with output." >&2
      exit 1
    fi
    cp -a -x --parents -- "$path" "$to"
  done
}
