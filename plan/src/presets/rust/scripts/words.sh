# shellcheck shell=sh
#
# Takes the words before `--` off the arguments: folders to watch, and files that have to stand in for others.
: >/tmp/whole; : >/tmp/stubs
while [ "$1" != -- ]; do
  case $1 in
    whole=*) printf '%s\n' "${1#*=}" >>/tmp/whole ;;
    *) printf '%s\n' "$1" >>/tmp/stubs ;;
  esac
  shift
done
shift
