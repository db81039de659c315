# shellcheck shell=sh
#
# Adds a repository for this step: `repository NAME KEY URL`. apk finds a key by the name of its file.
touch /etc/apk/repositories
cp -p /etc/apk/repositories /tmp/repositories
keys=
repository() {
  key=/etc/apk/keys/${2##*/}
  [ -e "$key" ] || keys="$keys $key"
  cat "$2" >"$key"
  echo "$3" >>/etc/apk/repositories
}
