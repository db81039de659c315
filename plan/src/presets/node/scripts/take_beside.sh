# shellcheck shell=sh
#
# Copies outputs beside the package, which are relative to the root of the repository.
take_beside() {
  mkdir -p /out/beside
  for path; do
    if [ ! -e "$path" ]; then
      echo "The scripts left no $path in the repository. Name what they make with output." >&2
      exit 1
    fi
    cp -a -x --parents -- "$path" /out/beside
  done
}
