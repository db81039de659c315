# shellcheck shell=sh
#
# Adds a user and its group to the lists of an image, unless they are there: NAME UID GID HOME.
name=$1 uid=$2 gid=$3 home=$4
has_user='' has_group='' unended=''
touch /etc/passwd /etc/group
while IFS=: read -r other _ number _ || { [ -n "$other" ] && unended=1; }; do
  if [ "$other" = "$name" ] && [ "$number" = "$uid" ]; then
    has_user=1
  elif [ "$other" = "$name" ] || [ "$number" = "$uid" ]; then
    echo "the user $name cannot have the number $uid: the base has the user $other with the number $number" >&2
    exit 1
  fi
done </etc/passwd
if [ -z "$has_user" ]; then
  [ -z "$unended" ] || echo >>/etc/passwd
  echo "$name:x:$uid:$gid::$home:/sbin/nologin" >>/etc/passwd
fi
unended=''
while IFS=: read -r other _ number _ || { [ -n "$other" ] && unended=1; }; do
  [ "$number" != "$gid" ] || has_group=1
done </etc/group
if [ -z "$has_group" ]; then
  [ -z "$unended" ] || echo >>/etc/group
  echo "$name:x:$gid:" >>/etc/group
fi
