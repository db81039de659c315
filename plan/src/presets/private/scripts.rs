//! Scripts and files for logins. They contain no values of secrets, so they may be public.

use super::host::Host;
use super::{AGENTS, FOLDER, SECRETS, SSH_CONFIG, Tool};
use crate::shell::{Text, script, word, words};

const READ: &str = script(include_str!("scripts/read.sh"));

/// Adds git configuration with variables; see
/// <https://git-scm.com/docs/git-config#Documentation/git-config.txt-GITCONFIGCOUNT>.
const GIT: &str = "\
git_is_told() {
  export \"GIT_CONFIG_KEY_${GIT_CONFIG_COUNT:-0}=$1\" \"GIT_CONFIG_VALUE_${GIT_CONFIG_COUNT:-0}=$2\"
  export GIT_CONFIG_COUNT=$((${GIT_CONFIG_COUNT:-0} + 1))
}
";

/// The lines that log in.
pub(super) fn prelude(hosts: &[Host<'_>], tool: Tool) -> Text {
    let mut text = Text::from("# Logins to private hosts: read from secrets, written to memory.\n");
    // A subshell discards the variables, and never prints them, whatever options are set.
    text += "(\n  { set +x; } 2>/dev/null\n  umask 077\n";
    text += READ;
    text += tool.functions();
    text = text + "  manifests=$(pwd)\n  cd " + FOLDER + "\n";
    if tool == Tool::Npm || tool == Tool::Yarn || tool == Tool::Bun {
        // The settings in the home folder still apply.
        text += "  cat \"${NPM_CONFIG_USERCONFIG:-${HOME:-/root}/.npmrc}\" >.npmrc 2>/dev/null || :\n  echo >>.npmrc\n";
    }
    text += "  cat \"${NETRC:-${HOME:-/root}/.netrc}\" >netrc.own 2>/dev/null || :\n";
    for (index, host) in hosts.iter().enumerate() {
        let Some(secret) = host.secret else { continue };
        let (name, bare) = (&host.name, host.bare());
        let token_user = host.token_user(tool == Tool::Python);
        // Python's tools look up the name without the port, Go with it.
        let mut names = vec![name.as_str(), bare];
        names.dedup();
        let places = [format!("{FOLDER}/{index}"), format!("{SECRETS}/{}", secret.0.value), token_user.to_owned()];
        text = text + "  if login " + words(places) + "; then\n    netrc " + words(names) + "\n";
        text += tool.lines(name);
        text += "  fi\n";
    }
    text += "  cat netrc.own >>netrc\n  rm netrc.own\n";
    text += tool.last();
    text = text + ")\nexport NETRC=" + FOLDER + "/netrc\n";
    text += git(hosts);
    text += tool.exports();
    if tool == Tool::Cargo {
        for (index, _) in hosts.iter().enumerate().filter(|(_, host)| host.secret.is_some()) {
            text += cargo_exports(index);
        }
    }
    text
}

/// How git logs in. A URL with another protocol is replaced by the one with a login: npm's lockfiles use `ssh` for what
/// is usually accessed through `https`.
fn git(hosts: &[Host<'_>]) -> Text {
    let mut text = Text::from(GIT);
    for (index, host) in hosts.iter().enumerate() {
        let (url, bare) = (host.url(), host.bare());
        if host.ssh.is_some() {
            for other in [format!("https://{}/", host.name), format!("http://{}/", host.name), format!("git@{bare}:")] {
                let told = [format!("url.ssh://git@{bare}/.insteadOf"), other];
                text = text + "git_is_told " + words(told) + "\n";
            }
        } else {
            let helper = format!("!f() {{ [ \"$1\" != get ] || cat {FOLDER}/{index}/git; }}; f");
            text = text + "if [ -e " + word(&format!("{FOLDER}/{index}/git")) + " ]; then\n";
            text = text + "  git_is_told " + words([format!("credential.{url}.helper"), helper]) + "\n";
            for other in [format!("ssh://git@{bare}/"), format!("git@{bare}:")] {
                text = text + "  git_is_told " + words([format!("url.{url}/.insteadOf"), other]) + "\n";
            }
            text += "fi\n";
        }
    }
    if hosts.iter().any(|host| host.ssh.is_some()) {
        // Known hosts may be provided as a secret; then only these are trusted. Otherwise, the first host key is
        // trusted, as by the engine itself for git contexts: the files are verified with the lockfile.
        text += "if [ -e /etc/ssh/ssh_known_hosts ]; then strict=yes; else strict=accept-new; fi\nexport GIT_SSH_COMMAND=\"ssh -F ";
        text += SSH_CONFIG;
        text += " -o StrictHostKeyChecking=$strict\"\n";
        text += "command -v ssh >/dev/null || echo 'This image has no ssh, which the private hosts want: packages: { build: [git, openssh-client] }' >&2\n";
    }
    text
}

/// OpenSSH's configuration: the SSH agent for each host.
pub(super) fn ssh_config(hosts: &[Host<'_>]) -> String {
    let mut text = String::new();
    for host in hosts {
        if let Some(id) = &host.ssh {
            text.push_str(&format!("Host {}\n  IdentityAgent {AGENTS}/{id}\n", host.bare()));
        }
    }
    text.push_str(&format!("Host *\n  UserKnownHostsFile {FOLDER}/known_hosts\n  BatchMode yes\n"));
    text
}

impl Tool {
    /// Functions that its [`Tool::lines`] call.
    fn functions(self) -> &'static str {
        match self {
            Self::Npm | Self::Yarn | Self::Bun => NPM,
            Self::Berry => BERRY,
            Self::Cargo => CARGO,
            Self::Maven => MAVEN,
            Self::Go | Self::Python | Self::Gradle => "",
        }
    }

    /// The lines for the login of a host.
    fn lines(self, host: &str) -> Text {
        // Only dots have a special meaning in a pattern.
        let pattern = host.replace('.', "\\.");
        match self {
            Self::Npm | Self::Yarn | Self::Bun => Text::from("    npmrc ") + words([host, &pattern]) + "\n",
            Self::Berry => Text::from("    yarnrc ") + word(&pattern) + "\n",
            Self::Cargo => Text::from("    registries ") + word(host) + "\n",
            Self::Maven => Text::from("    servers ") + words([host, &pattern]) + "\n",
            Self::Go | Self::Python | Self::Gradle => Text::default(),
        }
    }

    /// The lines after the last host.
    fn last(self) -> &'static str {
        match self {
            Self::Berry => BERRY_LAST,
            Self::Maven => MAVEN_LAST,
            _ => "",
        }
    }

    /// How the tool finds its logins.
    fn exports(self) -> &'static str {
        match self {
            Self::Npm | Self::Yarn => "export NPM_CONFIG_USERCONFIG=/run/slipway-login/.npmrc\n",
            // Bun has no variable for the file, and reads it from this folder.
            Self::Bun => "export XDG_CONFIG_HOME=/run/slipway-login\n",
            // Neither has Yarn, which reads it from the home folder.
            Self::Berry => "[ -e \"${HOME:-/root}/.yarnrc.yml\" ] || export HOME=/run/slipway-login\n",
            Self::Cargo => "export CARGO_NET_GIT_FETCH_WITH_CLI=true\n",
            Self::Gradle => GRADLE,
            Self::Go | Self::Python | Self::Maven => "",
        }
    }
}

/// A login for the whole host, and for each of its URLs in the project's files: npm uses the former, Yarn 1 the latter.
const NPM: &str = "\
  npmrc() {
    if [ $kind = token ]; then login=\"_authToken=$word\"; else login=\"_auth=$basic\"; fi
    { echo \"//$1/\"; (cd \"$manifests\" && grep -oh \"//$2/[A-Za-z0-9._~%/@-]*\" .npmrc .yarnrc 2>/dev/null) || :; } | sed 's|/*$|/|' | sort -u |
      while read -r address; do printf '%s:%s\\n' \"$address\" \"$login\"; done >>.npmrc
  }
";

/// Logins for the URLs in the project's files, and for the host's root.
const BERRY: &str = "\
  yarnrc() {
    if [ $kind = token ]; then login=\"npmAuthToken: \\\"$word\\\"\"; else login=\"npmAuthIdent: \\\"$basic\\\"\"; fi
    { echo \"//$1\" | tr -d '\\\\'; (cd \"$manifests\" && grep -oh \"//$1/[A-Za-z0-9._~%/@-]*\" .yarnrc.yml 2>/dev/null) || :; } | sed 's|/*$||' | sort -u |
      while read -r address; do printf '  \"%s\":\\n    npmAlwaysAuth: true\\n    %s\\n' \"$address\" \"$login\"; done >>registries
  }
";

const BERRY_LAST: &str = "  if [ -e registries ]; then { echo npmRegistries:; cat registries; } >.yarnrc.yml; fi\n";

const CARGO: &str = script(include_str!("scripts/cargo.sh"));

/// A registry's token is requested when it is needed; see
/// <https://doc.rust-lang.org/cargo/reference/registry-authentication.html>.
fn cargo_exports(index: usize) -> Text {
    let place = format!("{FOLDER}/{index}");
    Text::from("place=")
        + word(&place)
        + "\nif [ -e $place/registries ]; then\n  for name in $(cat $place/registries); do \
     export \"CARGO_REGISTRIES_${name}_CREDENTIAL_PROVIDER=cargo:token-from-stdout cat $place/cargo\"; done\nfi\n"
}

const MAVEN: &str = script(include_str!("scripts/maven.sh"));

/// Maven reads the home folder's settings, which are in memory as well, unless the client provides others.
const MAVEN_LAST: &str = "\
  settings=${HOME:-/root}/.m2/settings.xml
  if [ -e \"$settings\" ]; then
    echo \"$settings is there already, so it has to log in to the private hosts.\" >&2
  elif [ -e servers ]; then
    mkdir -p \"${settings%/*}\"
    { echo '<settings><servers>'; cat servers; echo '</servers></settings>'; } >\"$settings\"
  fi
";

/// Gradle's command with an additional script.
const GRADLE: &str = "\
GRADLE_WITHOUT_LOGIN=${GRADLE:-gradle}
gradle_with_login() { \"$GRADLE_WITHOUT_LOGIN\" --init-script /run/slipway/login.gradle \"$@\"; }
GRADLE=gradle_with_login
";

/// Sets the login of every repository at one of the hosts, unless the project sets it.
pub(super) fn gradle(hosts: &[Host<'_>]) -> String {
    let known: Vec<_> = hosts
        .iter()
        .enumerate()
        .filter(|(_, host)| host.secret.is_some())
        .map(|(index, host)| format!("'{}': '{FOLDER}/{index}'", host.name))
        .collect();
    format!(
        "def places = [{}]
def logIn = {{ repository ->
  def url = repository.url
  def place = url == null ? null : places[url.port == -1 ? url.host : url.host + ':' + url.port]
  if (place != null && new File(place, 'user').exists() && repository.credentials.username == null) {{
    repository.credentials {{
      username = new File(place, 'user').text
      password = new File(place, 'password').text
    }}
  }}
}}
def logInToAll = {{ repositories ->
  repositories.withType(MavenArtifactRepository).configureEach(logIn)
  repositories.withType(IvyArtifactRepository).configureEach(logIn)
}}
settingsEvaluated {{ settings ->
  logInToAll(settings.pluginManagement.repositories)
  logInToAll(settings.dependencyResolutionManagement.repositories)
}}
allprojects {{
  logInToAll(buildscript.repositories)
  logInToAll(repositories)
}}
",
        if known.is_empty() { ":".to_owned() } else { known.join(", ") }
    )
}
