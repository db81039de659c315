# shellcheck shell=sh
#
# Copies the reports of a check, which keep their paths, to a folder. Images of checks may have any shell and any `cp`.
report() {
  to=$1
  shift
  for path in "$@"; do
    if [ ! -e "$path" ] && [ ! -L "$path" ]; then
      echo "The check left no $path, which its \`output\` names." >&2
      exit 1
    fi
    case $path in */*) mkdir -p "$to/${path%/*}" ;; esac
    cp -R -p "$path" "$to/$path"
  done
}
