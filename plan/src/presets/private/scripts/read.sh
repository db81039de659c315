# shellcheck shell=sh
# shellcheck disable=SC2034 # scripts behind it read the login
#
# Reads a secret and leaves it where the lines behind it find it: `$user` and `$word`, `$kind` that tells whether they
# were written as `user:password`, and files in `$place`. Arguments are the place, the secret, and the user for a
# token; it fails where the secret is not there, which only one that is not required can do.
login() {
    place=$1
    [ -e "$2" ] || return 1
    line=
    IFS= read -r line <"$2" || :
    line=${line%"$(printf '\r')"}
    case $line in
      '') echo "The secret ${2##*/} is empty: it holds user:password or a token in its first line." >&2; exit 1 ;;
      *:*) kind=password user=${line%%:*} word=${line#*:} ;;
      *) kind=token user=$3 word=$line ;;
    esac
    mkdir -p "$place"
    printf %s "$user" >"$place/user"
    printf %s "$word" >"$place/password"
    printf 'username=%s\npassword=%s\n' "$user" "$word" >"$place/git"
    basic=$(printf '%s:%s' "$user" "$word" | base64 | tr -d '\n')
  }
  netrc() {
    case $user$word in
      *[[:space:]]*) echo "The login of $1 has blanks in it, so only git can use it." >&2 ;;
      *) for name; do printf 'machine %s login %s password %s\n' "$name" "$user" "$word"; done >>netrc ;;
    esac
  }
