//! The lines run in a shell, with logins in a temporary folder.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::Command;

use super::host::Host;
use super::*;
use slipway_spec::model::SecretRef;
use slipway_spec::{Span, Spanned};

fn secret(id: &str) -> SecretRef {
    SecretRef(Spanned::new(id.to_owned(), Span::START))
}

fn host<'a>(name: &str, secret: Option<&'a SecretRef>, ssh: Option<&str>) -> Host<'a> {
    Host { name: name.to_owned(), plain: false, secret, ssh: ssh.map(str::to_owned) }
}

/// Runs the prelude in a folder with the given manifests, with all of its paths in a temporary folder, and then
/// `after`; returns all output.
fn run(hosts: &[Host<'_>], tool: Tool, files: &[(&str, &str)], after: &str) -> (bool, String) {
    let folder = tempfile::TempDir::new().unwrap();
    let root = folder.path().to_str().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    for made in ["work", "home", "run/slipway-login"] {
        fs::create_dir_all(folder.path().join(made)).unwrap();
    }
    let moved = |text: &str| text.replace("/run/", &format!("{root}/run/"));
    let text = format!("set -eux\n{}{}", scripts::prelude(hosts, tool), after);
    let output = Command::new("sh")
        .args(["-c", &moved(&text)])
        .current_dir(folder.path().join("work"))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", folder.path().join("home"))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap() + "\n" + &String::from_utf8(output.stderr).unwrap();
    (output.status.success(), said.replace(root, ""))
}

/// The same, but only standard output; the rest must not contain secrets.
fn log_in(hosts: &[Host<'_>], tool: Tool, files: &[(&str, &str)], after: &str) -> String {
    let (success, said) = run(hosts, tool, files, &format!("{{ set +x; }} 2>/dev/null\n{after}"));
    assert!(success, "{said}");
    let (out, beside) = said.split_once("\n+ ").unwrap_or((&said, ""));
    assert!(!beside.contains("s3cr3t"), "the trace of the shell shows a secret: {beside}");
    out.trim_end().to_owned()
}

const TOKEN: (&str, &str) = ("run/secrets/slipway-login/token", "s3cr3t-token\n");
const PASSWORD: (&str, &str) = ("run/secrets/slipway-login/password", "me:s3cr3t:word\r\nsecond line\n");

#[test]
fn every_tool_gets_a_netrc() {
    let (token, password) = (secret("token"), secret("password"));
    let hosts = [host("github.com", Some(&token), None), host("git.acme.com:8443", Some(&password), None)];
    let own = ("home/.netrc", "machine other login a password b\n");
    let said = log_in(&hosts, Tool::Go, &[TOKEN, PASSWORD, own], "cat $NETRC; stat -c %a $NETRC");
    insta::assert_snapshot!(said, @r"
    machine github.com login x-access-token password s3cr3t-token
    machine git.acme.com:8443 login me password s3cr3t:word
    machine git.acme.com login me password s3cr3t:word
    machine other login a password b
    600
    ");
    let said = log_in(&[host("pypi.acme.com", Some(&token), None)], Tool::Python, &[TOKEN], "cat $NETRC");
    assert_eq!(said, "machine pypi.acme.com login __token__ password s3cr3t-token");
}

#[test]
fn git_logs_in_and_asks_the_way_that_has_a_login() {
    let password = secret("password");
    let hosts = [host("git.acme.com:8443", Some(&password), None), host("github.com", None, Some("default"))];
    let ask = "printf 'protocol=https\\nhost=git.acme.com:8443\\n\\n' | git credential fill\n\
         for url in ssh://git@git.acme.com/a/b git@git.acme.com:a/b https://github.com/a/b git@github.com:a/b https://other.com/a; do git ls-remote --get-url $url; done\n\
         echo \"$GIT_SSH_COMMAND\"";
    insta::assert_snapshot!(log_in(&hosts, Tool::Go, &[PASSWORD], ask), @r"
    protocol=https
    host=git.acme.com:8443
    username=me
    password=s3cr3t:word
    https://git.acme.com:8443/a/b
    https://git.acme.com:8443/a/b
    ssh://git@github.com/a/b
    ssh://git@github.com/a/b
    https://other.com/a
    ssh -F /run/slipway/ssh_config -o StrictHostKeyChecking=accept-new
    ");
    insta::assert_snapshot!(scripts::ssh_config(&hosts), @r"
    Host github.com
      IdentityAgent /run/slipway-ssh/default
    Host *
      UserKnownHostsFile /run/slipway-login/known_hosts
      BatchMode yes
    ");
}

#[test]
fn npm_and_its_like_get_what_each_of_them_looks_for() {
    let (token, password) = (secret("token"), secret("password"));
    let hosts = [host("npm.acme.com", Some(&token), None), host("old.acme.com:8081", Some(&password), None)];
    let npmrc = (
        "work/.npmrc",
        "@acme:registry=https://npm.acme.com/repository/npm\nregistry=https://old.acme.com:8081/npm/\n",
    );
    let own = ("home/.npmrc", "//other/:_authToken=x");
    let said = log_in(&hosts, Tool::Npm, &[TOKEN, PASSWORD, npmrc, own], "cat $NPM_CONFIG_USERCONFIG");
    insta::assert_snapshot!(said, @r"
    //other/:_authToken=x
    //npm.acme.com/:_authToken=s3cr3t-token
    //npm.acme.com/repository/npm/:_authToken=s3cr3t-token
    //old.acme.com:8081/:_auth=bWU6czNjcjN0OndvcmQ=
    //old.acme.com:8081/npm/:_auth=bWU6czNjcjN0OndvcmQ=
    ");
    let yarnrc = ("work/.yarnrc.yml", "npmScopes:\n  acme:\n    npmRegistryServer: \"https://npm.acme.com/npm/\"\n");
    let said = log_in(&hosts, Tool::Berry, &[TOKEN, PASSWORD, yarnrc], "cat $HOME/.yarnrc.yml");
    insta::assert_snapshot!(said, @r#"
    npmRegistries:
      "//npm.acme.com":
        npmAlwaysAuth: true
        npmAuthToken: "s3cr3t-token"
      "//npm.acme.com/npm":
        npmAlwaysAuth: true
        npmAuthToken: "s3cr3t-token"
      "//old.acme.com:8081":
        npmAlwaysAuth: true
        npmAuthIdent: "bWU6czNjcjN0OndvcmQ="
    "#);
}

#[test]
fn cargo_gets_a_provider_for_every_registry_at_the_host() {
    let (token, password) = (secret("token"), secret("password"));
    let hosts = [host("cargo.acme.com", Some(&token), None), host("old.acme.com", Some(&password), None)];
    let config = (
        "work/.cargo/config.toml",
        "registries.first.index = 'sparse+https://cargo.acme.com/first/'\n\
         [registries.my-own]\nindex = \"sparse+https://cargo.acme.com/api/\"\n\
         [registries]\nother = { index = \"https://old.acme.com/index\" }\nelse = { index = \"sparse+https://crates.io/\" }\n\
         [source.mirror]\nregistry = \"sparse+https://cargo.acme.com/m/\"\n",
    );
    let ask = "env | grep CARGO | sort; cat /run/slipway-login/0/cargo /run/slipway-login/1/cargo";
    insta::assert_snapshot!(log_in(&hosts, Tool::Cargo, &[TOKEN, PASSWORD, config], ask), @r"
    CARGO_NET_GIT_FETCH_WITH_CLI=true
    CARGO_REGISTRIES_FIRST_CREDENTIAL_PROVIDER=cargo:token-from-stdout cat /run/slipway-login/0/cargo
    CARGO_REGISTRIES_MY_OWN_CREDENTIAL_PROVIDER=cargo:token-from-stdout cat /run/slipway-login/0/cargo
    CARGO_REGISTRIES_OTHER_CREDENTIAL_PROVIDER=cargo:token-from-stdout cat /run/slipway-login/1/cargo
    s3cr3t-token
    Basic bWU6czNjcjN0OndvcmQ=
    ");
}

#[test]
fn maven_gets_a_server_for_every_repository_at_the_host() {
    let password = secret("password");
    let hosts = [host("maven.acme.com", Some(&password), None)];
    let pom = (
        "work/app/pom.xml",
        "<project><repositories><repository>\n <id>releases</id>\n <url>https://maven.acme.com/releases</url></repository>\
         <repository><id>central</id><url>https://repo1.maven.org/</url></repository></repositories>\
         <pluginRepositories><pluginRepository><url>https://maven.acme.com</url><id> plugins </id></pluginRepository></pluginRepositories>\
         <build><plugins><plugin><executions><execution><id>x</id></execution></executions></plugin></plugins></build></project>",
    );
    let secret = ("run/secrets/slipway-login/password", "me:a<b&c");
    insta::assert_snapshot!(log_in(&hosts, Tool::Maven, &[secret, pom], "cat $HOME/.m2/settings.xml"), @r"
    <settings><servers>
    <server><id>maven.acme.com</id><username>me</username><password>a&lt;b&amp;c</password></server>
    <server><id>plugins</id><username>me</username><password>a&lt;b&amp;c</password></server>
    <server><id>releases</id><username>me</username><password>a&lt;b&amp;c</password></server>
    </servers></settings>
    ");
}

#[test]
fn gradle_gets_one_more_script() {
    let token = secret("token");
    let hosts = [host("maven.acme.com", Some(&token), None)];
    let said = log_in(&hosts, Tool::Gradle, &[TOKEN], "GRADLE_WITHOUT_LOGIN=echo; \"$GRADLE\" build");
    assert_eq!(said, "--init-script /run/slipway/login.gradle build");
    assert!(scripts::gradle(&hosts).starts_with("def places = ['maven.acme.com': '/run/slipway-login/0']\n"));
}

#[test]
fn a_secret_that_is_not_there_changes_nothing_and_an_empty_one_is_said() {
    let token = secret("token");
    let hosts = [host("github.com", Some(&token), None)];
    for tool in [Tool::Npm, Tool::Berry, Tool::Cargo, Tool::Maven] {
        let said =
            log_in(&hosts, tool, &[], "cat $NETRC; env | grep -c GIT_CONFIG || :; ls $HOME/.m2 $HOME/.yarnrc.yml || :");
        assert_eq!(said, "0", "{tool:?}");
    }
    let (success, said) = run(&hosts, Tool::Npm, &[("run/secrets/slipway-login/token", "\n")], "");
    assert!(!success && said.contains("The secret token is empty"), "{said}");
}

#[test]
fn what_a_gradle_script_is_called_is_what_is_mounted() {
    assert!(scripts::prelude(&[], Tool::Gradle).as_str().contains(GRADLE_LOGIN));
    assert!(Path::new(SSH_CONFIG).starts_with("/run/slipway"));
}
