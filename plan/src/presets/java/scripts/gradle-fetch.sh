# shellcheck shell=sh
# shellcheck disable=SC2154 # `compiling` is set ahead of it
# shellcheck disable=SC2086 # `GRADLE` is a command with its arguments, the others are numbers
#
# Dependencies by a task of the initialisation script. Earlier downloads of the project are laid out first.
cp -R /var/cache/gradle/. /deps/
[ ! -e gradlew ] || chmod +x gradlew
failed=0
again $GRADLE --no-daemon --console plain -Dorg.gradle.configuration-cache=false -I /run/slipway/init.gradle slipwayResolve "$@" || failed=$?
find /deps -type f '(' -name '*.lock' -o -name '*.lck' -o -name gc.properties ')' -delete
rm -rf /deps/daemon /deps/native /deps/notifications /deps/.tmp /deps/caches/build-cache-1 /deps/caches/journal-1
mkdir -p /deps/caches/build-cache-1
for part in caches/modules-2 wrapper; do
  if [ -e /deps/$part ]; then mkdir -p /var/cache/gradle/$part && cp -R /deps/$part/. /var/cache/gradle/$part/; fi
done
[ $failed = 0 ] || exit $failed
wait $compiling
cp -R /tmp/assemble /deps/.slipway
