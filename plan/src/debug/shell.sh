# shellcheck shell=sh
#
# The shell knows all of its programs itself; the links are for `docker exec`.
cp "$(find /tmp/root -type f -path '*/bin/busybox')" /out/busybox
for name in cat df env find grep head hostname id kill less ls mount nc netstat nslookup ping printenv ps sed sh sort \
  stat tail tar top uname vi wc wget xargs; do
  ln -s busybox "/out/$name"
done
find /out -exec touch -h -d @315532800 {} +
