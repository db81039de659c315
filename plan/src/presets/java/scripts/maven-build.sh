# shellcheck shell=sh
# shellcheck disable=SC2086 # `MAVEN` is a command with its arguments, the others are options
#
# Modules that are not needed are there with nothing in them, since Maven asks for every one that a parent lists. The
# class path was told by the dependency step, unless its run has failed.
count=0
while [ "$1" != -- ]; do
  count=$((count + 1))
  mkdir -p "$(dirname "$1")"
  echo "<project><modelVersion>4.0.0</modelVersion><groupId>slipway.absent</groupId><artifactId>absent-$count</artifactId><version>0</version><packaging>pom</packaging></project>" >"$1"
  shift
done
shift
jars=/deps/.slipway/classpath/./$MODULE_FOLDER/jars
[ "$MODULE_FOLDER" != . ] || jars=/deps/.slipway/classpath/./jars
more=
[ -e "$jars" ] || { more=$MAVEN_CLASSPATH; jars=$MODULE_FOLDER/target/slipway-classpath; }
$MAVEN -B -o -Dmaven.repo.local=/deps -Dproject.build.outputTimestamp=1980-01-01T00:00:02Z $MAVEN_TESTS package $more "$@"
