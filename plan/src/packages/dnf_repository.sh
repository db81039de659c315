# shellcheck shell=sh
#
# Adds a repository for this step: `repository NAME KEY URL`.
mkdir -p /etc/yum.repos.d
repository() {
  printf '[slipway-%s]\nname=%s\nbaseurl=%s\ngpgcheck=1\ngpgkey=file://%s\n' "$1" "$1" "$3" "$2" >"/etc/yum.repos.d/slipway-$1.repo"
}
