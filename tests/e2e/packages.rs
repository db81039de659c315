//! System packages: from repositories of the test and from files, with the package managers that Debian has.

use std::path::Path;

use slipway_tests::{Build, Loaded, Project, docker, run, serve_folder, unique};

/// Signed repositories for apt and dnf; `make.sh` there made them.
fn repositories() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("e2e/package_repositories")
}

/// A project with files of that folder.
fn project(spec: &str, files: &[&str]) -> Project {
    let project = Project::spec(spec).with("text", &unique("packages"));
    for file in files {
        std::fs::copy(repositories().join(file), project.file(file)).unwrap();
    }
    project
}

/// A build in the network of the test, where the repositories are.
fn build(project: &Project) -> Build {
    Build::of(project).args(["--network", "host", "--allow", "network.host"])
}

#[test]
fn apt_installs_a_file_and_what_it_needs_from_a_signed_repository() {
    let url = serve_folder(repositories());
    let spec = format!(
        "contexts: {{ key: {{ http: \"{url}/key.gpg\" }} }}
images:
  app:
    runtime: \"node:24-bookworm-slim\"
    packages:
      runtime: [./slipway-local_1.0_all.deb]
      repositories: {{ test: {{ url: \"{url}/apt\", suite: stable, key: ./key.asc }} }}
    files: {{ /text: ./text }}
    cmd: [slipway-local]
"
    );
    let project = project(&spec, &["slipway-local_1.0_all.deb", "key.asc"]);
    let image = Loaded::new("apt");
    let _ = build(&project).args(image.arguments()).succeed();
    assert_eq!(run([&image.tag]), "slipway-local of deb\n");
    let left = "slipway-hello; ls -A /etc/apt/sources.list.d /var/lib/apt/lists /var/cache/apt /tmp /run 2>&1 | grep -i -e slipway -e deb$; ls /var/log/dpkg.log 2>&1 | cut -d: -f1";
    let said = docker(["run", "--rm", "--entrypoint", "sh", &image.tag, "-c", left]);
    assert_eq!(said, "slipway-hello of deb\nls\n", "neither lists nor repositories are left");

    // A key that is not armored, from the web; and a key that did not sign the repository.
    project.replace("slipway.yaml", "key: ./key.asc", "key: \"key:/key.gpg\"");
    let _ = build(&project).succeed();
    project.replace("slipway.yaml", "key: \"key:/key.gpg\"", "key: ./text");
    let refused = build(&project).fail();
    assert!(refused.logs.contains("is not signed") || refused.logs.contains("GPG error"), "{}", refused.logs);
}

#[test]
fn dnf_installs_from_a_signed_repository() {
    let url = serve_folder(repositories());
    let spec = format!(
        "images:
  app:
    runtime: \"fedora:42\"
    packages:
      runtime: [slipway-hello-1.0]
      repositories: {{ test: {{ url: \"{url}/rpm\", key: ./key.asc }} }}
    files: {{ /text: ./text }}
    cmd: [slipway-hello]
"
    );
    let project = project(&spec, &["key.asc"]);
    let image = Loaded::new("dnf");
    let outcome = build(&project).args(image.arguments()).succeed();
    assert_eq!(outcome.steps("dnf install slipway-hello-1.0").len(), 1, "the base's files tell its manager");
    assert_eq!(run([&image.tag]), "slipway-hello of rpm\n");
    let left =
        "ls /usr/share/doc/slipway-hello /etc/yum.repos.d /var/cache/dnf /var/log/dnf5.log 2>/dev/null | grep -v :";
    let said = docker(["run", "--rm", "--entrypoint", "sh", &image.tag, "-c", left]);
    assert_eq!(said.trim(), "", "neither documentation nor repositories, caches and logs are left");

    project.replace("slipway.yaml", "slipway-hello-1.0", "slipway-missing");
    let missing = build(&project).fail();
    assert!(missing.logs.contains("No match for argument: slipway-missing"), "{}", missing.logs);
}

#[test]
fn a_base_without_a_package_manager_is_an_error() {
    let project =
        project("images: { app: { runtime: \"busybox:1.37\", packages: [curl], files: { /text: ./text } } }\n", &[]);
    let said = Build::of(&project).fail().message;
    assert!(said.contains("packages cannot be installed on `busybox:1.37`: it has no package manager"), "{said}");
}
