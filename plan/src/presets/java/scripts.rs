//! What the steps of a Java build run.

/// Programs that the steps compile and start: Java is what their images certainly have.
pub(super) const PREPARE: &str = include_str!("programs/Prepare.java");
/// Makes Maven go on where a plugin fails.
pub(super) const ONWARD: &str = include_str!("programs/Onward.java");
/// Lays out the program.
pub(super) const ASSEMBLE: &str = include_str!("programs/Assemble.java");

/// Java has its certificates in a store of its own and takes no others. Where the client has sent the company's, they
/// are put into one that is kept in memory. A wrapper may download with wget, which knows no variable for them.
pub(super) const PREPARE_TRUST: &str = "\
mkdir -p /tmp/slipway
javac -J-XX:TieredStopAtLevel=1 -g:none -proc:none -d /tmp/slipway /run/slipway/Prepare.java
prepare=
if [ -n \"${SSL_CERT_FILE-}\" ]; then
  prepare=\"trust $SSL_CERT_FILE /dev/shm/trust.p12\"
  echo \"ca_certificate=$SSL_CERT_FILE\" >/dev/shm/wgetrc
  export WGETRC=/dev/shm/wgetrc
fi
";

/// The other program is compiled while something is downloaded. Java 8 makes no folder for classes.
pub(super) const START: &str = "\
[ -z \"$prepare\" ] || java -XX:TieredStopAtLevel=1 -cp /tmp/slipway Prepare $prepare
mkdir -p /tmp/assemble
javac -J-XX:TieredStopAtLevel=1 -g:none -proc:none -d /tmp/assemble /run/slipway/Assemble.java &
compiling=$!
if [ -n \"${SSL_CERT_FILE-}\" ]; then
  export JAVA_TOOL_OPTIONS=\"-Djavax.net.ssl.trustStore=/dev/shm/trust.p12 -Djavax.net.ssl.trustStorePassword=changeit ${JAVA_TOOL_OPTIONS-}\"
fi
";

/// Plugins and dependencies of every module: what the build step runs is run here on classes that do nothing, since
/// `go-offline` alone misses what plugins ask for while they run.
///
/// Plugins that check sources (their format, their headers) may fail on such. Then all of it runs once more with Maven
/// told to go on where one does, by an extension of ours, for which Maven has a place since 3.9; it overlooks classes
/// that are newer than it is, so this is one of the oldest kind. For what cannot be had so either there is
/// `go-offline`.
///
/// Downloads of earlier runs are a repository in a folder, which is asked first: so Maven itself picks what this
/// project needs from them, and the layer holds that and nothing else. What would change from run to run is taken out,
/// so that the layer changes with its contents alone.
pub(super) const MAVEN_SETTINGS: &str = "\
settings=
case \" $(cat .mvn/maven.config 2>/dev/null | tr '\\n' ' ') $* \" in
  *' -gs'* | *' --global-settings'*) ;;
  *)
    maven=$(readlink -f \"$(command -v mvn || echo /mvn)\")
    prepare=\"$prepare settings ${maven%/bin/mvn}/conf/settings.xml /var/cache/maven /dev/shm/settings.xml\"
    settings='-gs /dev/shm/settings.xml'
    ;;
esac
";

/// See [`MAVEN_SETTINGS`].
pub(super) const MAVEN_FETCH: &str = "\
mkdir -p /tmp/main /tmp/test
echo 'package slipway; public class Stub { public static void main(String[] arguments) { } }' >/tmp/main/Stub.java
echo 'package slipway; public class StubTest { }' >/tmp/test/StubTest.java
find . -name pom.xml -exec sh -c 'for pom; do
  for kind in main test; do mkdir -p \"${pom%/*}/src/$kind/java/slipway\" && cp /tmp/$kind/*.java \"${pom%/*}/src/$kind/java/slipway/\"; done
done' stubs {} +
maven() { again $MAVEN -B -ntp $settings -fae -Dmaven.repo.local=/deps -Daether.connector.basic.threads=16 -Dmaven.artifact.threads=16 \"$@\"; }
failed=0
onward() {
  home=$($MAVEN --version 2>/dev/null | sed -n 's/.*Maven home: //p')
  mkdir -p /tmp/onward/META-INF/sisu
  javac -J-XX:TieredStopAtLevel=1 -source 8 -target 8 -g:none -proc:none -cp \"$home/lib/*\" -d /tmp/onward /run/slipway/Onward.java 2>/dev/null || return 1
  echo Onward >/tmp/onward/META-INF/sisu/javax.inject.Named
  echo 'A plugin fails without the sources: once more, going on where one does.' >&2
  maven -Dmaven.ext.class.path=/tmp/onward $MAVEN_TESTS package $MAVEN_CLASSPATH \"$@\"
}
maven $MAVEN_TESTS package $MAVEN_CLASSPATH \"$@\" || onward \"$@\" || {
  echo 'The lifecycle does not bear to run without the sources: what the poms alone tell is fetched.' >&2
  maven $MAVEN_OFFLINE \"$@\" || failed=$?
  maven resources:resources compiler:compile jar:jar \"$@\" >/dev/null 2>&1 || true
}
find /deps -type f '(' -name _remote.repositories -o -name resolver-status.properties -o -name '*.lastUpdated' ')' -delete
cp -R /deps/. /var/cache/maven/
[ $failed = 0 ] || exit $failed
wait $compiling
cp -R /tmp/assemble /deps/.slipway
find . -path '*/target/slipway-classpath' | while read -r file; do
  mkdir -p \"/deps/.slipway/classpath/${file%/target/slipway-classpath}\"
  cp \"$file\" \"/deps/.slipway/classpath/${file%/target/slipway-classpath}/jars\"
done
";

/// The class path of a module, in a file of its own.
pub(super) const MAVEN_CLASSPATH: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath -DincludeScope=runtime -Dmdep.outputFile=target/slipway-classpath";
/// What the poms alone tell.
pub(super) const MAVEN_OFFLINE: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:go-offline";

/// Modules that are not needed are there with nothing in them, since Maven asks for every one that a parent lists. The
/// class path was told by the dependency step, unless its run has failed.
pub(super) const MAVEN_BUILD: &str = "\
count=0
while [ \"$1\" != -- ]; do
  count=$((count + 1))
  mkdir -p \"$(dirname \"$1\")\"
  echo \"<project><modelVersion>4.0.0</modelVersion><groupId>slipway.absent</groupId><artifactId>absent-$count</artifactId><version>0</version><packaging>pom</packaging></project>\" >\"$1\"
  shift
done
shift
jars=/deps/.slipway/classpath/./$MODULE_FOLDER/jars
[ \"$MODULE_FOLDER\" != . ] || jars=/deps/.slipway/classpath/./jars
more=
[ -e \"$jars\" ] || { more=$MAVEN_CLASSPATH; jars=$MODULE_FOLDER/target/slipway-classpath; }
$MAVEN -B -o -Dmaven.repo.local=/deps -Dproject.build.outputTimestamp=1980-01-01T00:00:02Z $MAVEN_TESTS package $more \"$@\"
java -XX:TieredStopAtLevel=1 -cp /deps/.slipway Assemble \"$MODULE_FOLDER/target\" \"$jars\" /src /out
";

/// Gradle is told to resolve what each project and its scripts have, and where to leave what the program needs. What
/// the program is compiled with has to be found; what else a plugin would like to have need not.
pub(super) const GRADLE_INIT: &str = "\
allprojects {
  tasks.create('slipwayResolve') {
    doLast {
      (buildscript.configurations + configurations).findAll { it.canBeResolved }.each { found ->
        if (found.name in ['classpath', 'compileClasspath', 'runtimeClasspath', 'annotationProcessor']) found.resolve()
        else found.incoming.artifactView { view -> view.lenient = true }.files.files
      }
    }
  }
  tasks.create('slipwayClasspath') {
    dependsOn { configurations.findByName('runtimeClasspath') ?: [] }
    doLast {
      def found = configurations.findByName('runtimeClasspath')
      new File('/tmp/slipway-classpath').text = (found == null ? [] : found.files).join('\\n')
      def jar = tasks.findByName('bootJar') ?: tasks.findByName('jar')
      if (jar != null) new File('/tmp/slipway-jar').text = jar.hasProperty('archiveFileName') ? jar.archiveFileName.get() : jar.archiveName
    }
  }
  tasks.matching { it.name in ['distZip', 'distTar', 'bootDistZip', 'bootDistTar', 'shadowDistZip', 'shadowDistTar'] }.all { enabled = false }
  afterEvaluate { project ->
    def application = project.extensions.findByName('application')
    def program = application != null && application.hasProperty('mainClass') ? application.mainClass.getOrNull() : project.findProperty('mainClassName')
    if (program) tasks.withType(Jar).all { if (it.name == 'jar') manifest.attributes('Main-Class': program) }
  }
}
";

/// Dependencies by a task of the initialisation script. Earlier downloads of the project are laid out first.
pub(super) const GRADLE_FETCH: &str = "\
cp -R /var/cache/gradle/. /deps/
[ ! -e gradlew ] || chmod +x gradlew
failed=0
again $GRADLE --no-daemon --console plain -Dorg.gradle.configuration-cache=false -I /run/slipway/init.gradle slipwayResolve \"$@\" || failed=$?
find /deps -type f '(' -name '*.lock' -o -name '*.lck' -o -name gc.properties ')' -delete
rm -rf /deps/daemon /deps/native /deps/notifications /deps/.tmp /deps/caches/build-cache-1 /deps/caches/journal-1
mkdir -p /deps/caches/build-cache-1
for part in caches/modules-2 wrapper; do
  if [ -e /deps/$part ]; then mkdir -p /var/cache/gradle/$part && cp -R /deps/$part/. /var/cache/gradle/$part/; fi
done
[ $failed = 0 ] || exit $failed
wait $compiling
cp -R /tmp/assemble /deps/.slipway
";

/// The program and what it needs. Projects that are not needed are there with nothing in them.
pub(super) const GRADLE_BUILD: &str = "\
while [ \"$1\" != -- ]; do mkdir -p \"$1\"; shift; done
shift
[ ! -e gradlew ] || chmod +x gradlew
$GRADLE --no-daemon --offline --build-cache --console plain -Dorg.gradle.configuration-cache=false -I /run/slipway/init.gradle \"${MODULE_TASKS}assemble\" \"${MODULE_TASKS}slipwayClasspath\"
java -XX:TieredStopAtLevel=1 -cp /deps/.slipway Assemble \"$MODULE_FOLDER/build/libs\" /tmp/slipway-classpath /src /out
";
