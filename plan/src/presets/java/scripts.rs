//! Scripts of the steps of a Java build.

#[cfg(test)]
mod tests;

use crate::shell::script;

/// Programs that the steps compile and run: their images certainly contain Java.
pub(super) const PREPARE: &str = include_str!("programs/Prepare.java");
/// Makes Maven continue after a plugin fails.
pub(super) const ONWARD: &str = include_str!("programs/Onward.java");
/// Copies the program to the output.
pub(super) const ASSEMBLE: &str = include_str!("programs/Assemble.java");

/// Java only uses the certificates in its own store. If the client provides the company's, they are added to a store in
/// memory. A wrapper may download with wget, which has no variable for certificates.
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

/// The other program is compiled during a download. Java 8 does not create the folder for classes.
pub(super) const START: &str = "\
[ -z \"$prepare\" ] || java -XX:TieredStopAtLevel=1 -cp /tmp/slipway Prepare $prepare
mkdir -p /tmp/assemble
javac -J-XX:TieredStopAtLevel=1 -g:none -proc:none -d /tmp/assemble /run/slipway/Assemble.java &
compiling=$!
if [ -n \"${SSL_CERT_FILE-}\" ]; then
  export JAVA_TOOL_OPTIONS=\"-Djavax.net.ssl.trustStore=/dev/shm/trust.p12 -Djavax.net.ssl.trustStorePassword=changeit ${JAVA_TOOL_OPTIONS-}\"
fi
";

pub(super) const MAVEN_SETTINGS: &str = script(include_str!("scripts/maven-settings.sh"));

pub(super) const MAVEN_FETCH: &str = script(include_str!("scripts/maven-fetch.sh"));

/// The class path of a module, in a separate file.
pub(super) const MAVEN_CLASSPATH: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath -DincludeScope=runtime -Dmdep.outputFile=target/slipway-classpath";
/// Information that is only in the poms.
pub(super) const MAVEN_OFFLINE: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:go-offline";

pub(super) const MAVEN_BUILD: &str = script(include_str!("scripts/maven-build.sh"));

/// Makes Gradle resolve the dependencies of each project and its scripts, and sets the output folder for the program's
/// dependencies. Those for compiling must be found; others, which plugins may request, are optional.
pub(super) const GRADLE_INIT: &str = include_str!("scripts/init.gradle");

pub(super) const GRADLE_FETCH: &str = script(include_str!("scripts/gradle-fetch.sh"));

/// Lays out what Maven has built; the output folder follows.
pub(super) const MAVEN_ASSEMBLE: &str =
    "java -XX:TieredStopAtLevel=1 -cp /deps/.slipway Assemble \"$MODULE_FOLDER/target\" \"$jars\" /src ";

/// The program and its dependencies. Unneeded projects exist but are empty. The path of `GRADLE_INIT` follows.
pub(super) const GRADLE_BUILD: &str = "\
while [ \"$1\" != -- ]; do mkdir -p \"$1\"; shift; done
shift
[ ! -e gradlew ] || chmod +x gradlew
$GRADLE --no-daemon --offline --build-cache --console plain -Dorg.gradle.configuration-cache=false -I ";
/// What follows it: the tasks, and the command that lays out what Gradle has built. The output folder follows.
pub(super) const GRADLE_ASSEMBLE: &str = " \"${MODULE_TASKS}assemble\" \"${MODULE_TASKS}slipwayClasspath\"
java -XX:TieredStopAtLevel=1 -cp /deps/.slipway Assemble \"$MODULE_FOLDER/build/libs\" /tmp/slipway-classpath /src ";
