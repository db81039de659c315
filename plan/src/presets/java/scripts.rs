//! What the steps of a Java build run.

/// Java has its certificates in a store of its own and takes no others. Where the client has sent the company's, they are put into one that is kept in memory.
pub(super) const TRUST: &str = "\
if [ -n \"${SSL_CERT_FILE-}\" ]; then
  cat >/dev/shm/Trust.java <<'END'
import java.io.*;
import java.security.KeyStore;
import java.security.cert.*;
class Trust {
  public static void main(String[] files) throws Exception {
    KeyStore store = KeyStore.getInstance(\"PKCS12\");
    store.load(null, null);
    int count = 0;
    try (InputStream in = new BufferedInputStream(new FileInputStream(files[0]))) {
      for (Certificate each : CertificateFactory.getInstance(\"X.509\").generateCertificates(in)) store.setCertificateEntry(\"ca\" + count++, each);
    }
    try (OutputStream out = new FileOutputStream(files[1])) { store.store(out, \"changeit\".toCharArray()); }
  }
}
END
  java /dev/shm/Trust.java \"$SSL_CERT_FILE\" /dev/shm/trust.p12
  export JAVA_TOOL_OPTIONS=\"-Djavax.net.ssl.trustStore=/dev/shm/trust.p12 -Djavax.net.ssl.trustStorePassword=changeit ${JAVA_TOOL_OPTIONS-}\"
fi
";

/// Plugins and dependencies, as far as Maven can tell them without the sources. What the build step runs is run here on nothing, since `go-offline` alone misses parts of plugins; it
/// is there for projects whose plugins do not bear to run on nothing.
pub(super) const MAVEN_FETCH: &str = "\
mvn -B -ntp -Dmaven.repo.local=/deps -DskipTests package dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=/tmp/lib \"$@\" ||
  mvn -B -ntp -Dmaven.repo.local=/deps dependency:go-offline \"$@\"
";

/// Both goals in one run, so that modules find each other.
pub(super) const MAVEN_BUILD: &str = "\
hint() { [ $? = 0 ] || echo 'If something could not be resolved: only what the dependency step has found is there. A plugin that resolves more while it runs has to be named in the pom.' >&2; }
trap hint EXIT
mvn -B -o -Dmaven.repo.local=/deps -DskipTests package dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=/tmp/lib \"$@\"
cd \"$MODULE_FOLDER/target\"
";

/// Gradle is told to resolve what each project and its scripts have, and where to leave what the program needs.
pub(super) const GRADLE_INIT: &str = "\
allprojects {
  tasks.register('slipwayResolve') {
    doLast {
      (buildscript.configurations + configurations).findAll { it.canBeResolved }.each {
        it.incoming.artifactView { view -> view.lenient = true }.files.files
      }
    }
  }
  tasks.register('slipwayLibraries', Copy) {
    from { configurations.findByName('runtimeClasspath') ?: [] }
    into '/tmp/lib'
  }
  afterEvaluate { project ->
    def program = project.extensions.findByName('application')?.mainClass?.getOrNull()
    if (program) tasks.withType(Jar).configureEach { if (it.name == 'jar') manifest.attributes('Main-Class': program) }
  }
}
";

/// Dependencies by a task of the initialisation script.
pub(super) const GRADLE_FETCH: &str =
    "\"$GRADLE\" --no-daemon --console plain -I /run/slipway/init.gradle slipwayResolve \"$@\"\n";

/// The program and what it needs.
pub(super) const GRADLE_BUILD: &str = "\
\"$GRADLE\" --no-daemon --offline --console plain -I /run/slipway/init.gradle \"${MODULE_TASKS}assemble\" \"${MODULE_TASKS}slipwayLibraries\" \"$@\"
cd \"$MODULE_FOLDER/build/libs\"
";

/// Picks the program among the jars, and makes it one that `java -jar` can run: libraries beside it are named in its manifest, unless it holds its own.
pub(super) const PICK: &str = "\
set -- $(ls | grep '\\.jar$' | grep -v -e '-sources\\.jar$' -e '-javadoc\\.jar$' -e '-plain\\.jar$' -e '-tests\\.jar$' -e '^original-' || true)
if [ $# != 1 ]; then
  echo \"Expected one jar in $(pwd), found $#: $*. Name the module that makes the program with \\`module\\`.\" >&2
  exit 1
fi
mkdir -p /out/app /out/lib /tmp/lib
cp \"$1\" /out/app/app.jar
names=$(jar --list --file /out/app/app.jar)
if ! printf '%s\\n' \"$names\" | grep -q '^BOOT-INF/'; then
  cp -p /tmp/lib/*.jar /out/lib/ 2>/dev/null || true
fi
{
  if [ -n \"${MAIN_CLASS-}\" ]; then echo \"Main-Class: $MAIN_CLASS\"; fi
  path=$(cd /out/lib && for file in *.jar; do [ ! -e \"$file\" ] || printf ' lib/%s' \"$file\"; done)
  if [ -n \"$path\" ]; then echo \"Class-Path:$path\" | fold -b -w 70 | sed '2,$s/^/ /'; fi
} >/tmp/manifest
if [ -s /tmp/manifest ]; then jar --update $JAR_DATE --file /out/app/app.jar --manifest /tmp/manifest; fi
mkdir /tmp/unpacked && cd /tmp/unpacked && jar --extract --file /out/app/app.jar META-INF/MANIFEST.MF
grep -q '^Main-Class:' META-INF/MANIFEST.MF || { echo 'The jar names no class to start. Name it with `main`.' >&2; exit 1; }
";
