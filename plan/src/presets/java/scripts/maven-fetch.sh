# shellcheck shell=sh
# shellcheck disable=SC2154 # `compiling` is set ahead of it, `settings` by maven-settings.sh
# shellcheck disable=SC2086 # commands with their arguments, options, and numbers
#
# See `MAVEN_SETTINGS`.
mkdir -p /tmp/main /tmp/test
echo 'package slipway; public class Stub { public static void main(String[] arguments) { } }' >/tmp/main/Stub.java
echo 'package slipway; public class StubTest { }' >/tmp/test/StubTest.java
find . -name pom.xml -exec sh -c 'for pom; do
  for kind in main test; do mkdir -p "${pom%/*}/src/$kind/java/slipway" && cp /tmp/$kind/*.java "${pom%/*}/src/$kind/java/slipway/"; done
done' stubs {} +
# Maven would wait for half an hour for a server that says nothing more. The options of the spec come last.
export MAVEN_OPTS="-Daether.connector.requestTimeout=60000 -Daether.transport.http.requestTimeout=60000 -Dmaven.wagon.rto=60000 ${MAVEN_OPTS:-}"
maven() { again $MAVEN -B -ntp $settings -fae -Dmaven.repo.local=/deps -Daether.connector.basic.threads=16 -Dmaven.artifact.threads=16 "$@"; }
onward() {
  home=$($MAVEN --version 2>/dev/null | sed -n 's/.*Maven home: //p')
  mkdir -p /tmp/onward/META-INF/sisu
  javac -J-XX:TieredStopAtLevel=1 -source 8 -target 8 -g:none -proc:none -cp "$home/lib/*" -d /tmp/onward /run/slipway/Onward.java 2>/dev/null || return 1
  echo Onward >/tmp/onward/META-INF/sisu/javax.inject.Named
  echo 'A plugin fails without the sources: once more, going on where one does.' >&2
  maven -Dmaven.ext.class.path=/tmp/onward $MAVEN_TESTS package $MAVEN_CLASSPATH "$@"
}
# What the last run said about downloads that failed for a passing reason: what there is then is not all, although a
# plugin that is passed over may not tell. What a server refuses stays refused, and may be in another repository.
left_out() {
  grep 'Could not transfer artifact' /tmp/again.said | grep -vE 'maven-default-http-blocker|(status|status code|Return code is): 4(0[0-79]|1|2[0-8]|[3-9])|Not authorized|Access denied'
}
broken() {
  [ -n "$(left_out)" ] || return 1
  echo 'A download failed, so dependencies are missing: this step fails, and runs again in the next build.' >&2
}
fetch() {
  if maven $MAVEN_TESTS package $MAVEN_CLASSPATH "$@"; then return; fi
  if broken; then return 1; fi
  # Plugins that it passes over say why they failed.
  if onward "$@"; then return; fi
  if broken; then return 1; fi
  echo 'The lifecycle does not bear to run without the sources: what the poms alone tell is fetched.' >&2
  maven $MAVEN_OFFLINE "$@" || return
  maven resources:resources compiler:compile jar:jar "$@" >/dev/null 2>&1 || ! broken
}
failed=0
fetch "$@" || failed=$?
find /deps -type f '(' -name _remote.repositories -o -name resolver-status.properties -o -name '*.lastUpdated' ')' -delete
cp -R /deps/. /var/cache/maven/
[ $failed = 0 ] || exit $failed
wait $compiling
cp -R /tmp/assemble /deps/.slipway
find . -path '*/target/slipway-classpath' | while read -r file; do
  mkdir -p "/deps/.slipway/classpath/${file%/target/slipway-classpath}"
  cp "$file" "/deps/.slipway/classpath/${file%/target/slipway-classpath}/jars"
done
