//! System packages: the package manager of each base, and what is refused.

#![allow(clippy::indexing_slicing)] // A JSON value that has no such key is null.

use slipway_plan::{BaseImage, ImageFile, MountKind, Project, StepKind};

use crate::support::{Memory, WithImageFiles, go_project, make_with, request};

/// A project whose images contain files, by their paths and texts; images cannot be looked into if there are none.
fn with_files(project: Memory, files: &'static [(&'static str, &'static str)]) -> impl Project {
    WithImageFiles(project, move |image: &BaseImage, path: &str| {
        assert!(!image.name.contains("debian"), "{} is known by its name", image.name);
        let found = files.iter().find(|(file, _)| *file == path);
        match found {
            _ if files.is_empty() => ImageFile::Unknown,
            None => ImageFile::Missing,
            Some((_, text)) => ImageFile::Found(text.as_bytes().to_vec()),
        }
    })
}

/// The step that installs packages, with its caches, or the error.
fn step(keys: &str, files: &'static [(&'static str, &'static str)]) -> String {
    let project = with_files(go_project(), files);
    let spec = format!("images: {{ api: {{ go: ./cmd/api, {keys} }} }}");
    let plan = match make_with(&project, &spec, None, "linux/amd64", &request()) {
        Err(said) => return said.split_once(": ").map_or_else(String::new, |(_, said)| said.to_owned()),
        Ok(plan) => plan,
    };
    let step = plan.steps.iter().find(|(_, step)| step.name.contains(" packages] ")).map(|(_, step)| step).unwrap();
    let StepKind::Run(run) = &step.kind else { panic!("{step:?}") };
    let caches = run.mounts.iter().filter(|mount| matches!(mount.kind, MountKind::Cache { .. }));
    let caches: Vec<_> = caches.map(|mount| mount.target.as_str()).collect();
    let history = plan.config["history"].to_string();
    let (_, what) = step.name.split_once("] ").unwrap();
    assert!(history.contains(&format!("RUN {what}")), "{history}");
    format!("{what}; caches {}", caches.join(" "))
}

#[test]
fn packages_are_installed_by_the_manager_of_the_base() {
    let said = |runtime: &str, files| {
        format!("{runtime} with {files:?}: {}\n", step(&format!("runtime: {runtime}, packages: [curl]"), files))
    };
    insta::assert_snapshot!(
        [
            said("slim", &[]),
            said("\"alpine:3.22\"", &[]),
            said("\"docker.io/library/node:24-alpine\"", &[]),
            said("\"fedora:42\"", &[("usr/bin/dnf", "")]),
            said("\"redhat/ubi9-minimal:9\"", &[("usr/bin/microdnf", "")]),
            said("\"cgr.dev/chainguard/wolfi-base\"", &[("sbin/apk", "")]),
            said("mine:1", &[("usr/bin/apt-get", ""), ("usr/bin/dnf", "")]),
            said("\"fedora:42\"", &[]),
            said("mine:1", &[]),
            said("\"team/alpine:1\"", &[]),
        ]
        .concat(),
        @r#"
        slim with []: apt-get install curl; caches /var/cache/apt /var/lib/apt/lists
        "alpine:3.22" with []: apk add curl; caches /var/cache/apk
        "docker.io/library/node:24-alpine" with []: apk add curl; caches /var/cache/apk
        "fedora:42" with [("usr/bin/dnf", "")]: dnf install curl; caches /var/cache/dnf
        "redhat/ubi9-minimal:9" with [("usr/bin/microdnf", "")]: microdnf install curl; caches /var/cache/dnf
        "cgr.dev/chainguard/wolfi-base" with [("sbin/apk", "")]: apk add curl; caches /var/cache/apk
        mine:1 with [("usr/bin/apt-get", ""), ("usr/bin/dnf", "")]: apt-get install curl; caches /var/cache/apt /var/lib/apt/lists
        "fedora:42" with []: install curl; caches /var/cache/apt /var/lib/apt/lists /var/cache/apk /var/cache/dnf
        mine:1 with []: install curl; caches /var/cache/apt /var/lib/apt/lists /var/cache/apk /var/cache/dnf
        "team/alpine:1" with []: install curl; caches /var/cache/apt /var/lib/apt/lists /var/cache/apk /var/cache/dnf
        "#
    );
}

#[test]
fn the_base_of_a_stage_tells_its_manager_unless_the_stage_may_have_another() {
    let install = |from: &str| {
        let spec = format!(
            "stages: {{ mine: {{ from: {from}, steps: [{{ copy: {{ from: ./cmd, to: /x }} }}] }} }}\nimages: {{ api: {{ go: ./cmd/api, runtime: mine, packages: [curl] }} }}"
        );
        let plan =
            make_with(&with_files(go_project(), &[("x", "")]), &spec, Some("api"), "linux/amd64", &request()).unwrap();
        let step = plan.steps.iter().find(|(_, step)| step.name.contains(" packages] ")).map(|(_, step)| step).unwrap();
        step.name.split_once("] ").unwrap().1.to_owned()
    };
    assert_eq!(install("\"alpine:3.22\""), "install curl", "its files are read, and nothing is in this one");
    assert_eq!(install("scratch"), "install curl", "a stage may copy a distribution");
}

#[test]
fn a_base_without_a_known_manager_is_an_error() {
    let release: &[(&str, &str)] = &[("etc/os-release", "ID=suse\nPRETTY_NAME=\"openSUSE Leap 15.6\"\n")];
    let said = |keys: &str, files| format!("{keys}\n    {}\n", step(keys, files));
    insta::assert_snapshot!(
        [
            said("runtime: busybox, packages: [curl]", &[]),
            said("runtime: scratch, packages: [curl]", &[]),
            said("runtime: static, packages: [curl]", &[]),
            said("runtime: \"opensuse/leap:15\", packages: [curl]", release),
            said("runtime: mine:1, packages: [curl]", &[("etc/passwd", "")]),
        ]
        .concat(),
        @r#"
        runtime: busybox, packages: [curl]
            packages cannot be installed on `busybox`: it has no package manager; use an image of a distribution, such as `runtime: slim`, or delete the packages
        runtime: scratch, packages: [curl]
            packages cannot be installed on `scratch`: it has no package manager; use an image of a distribution, such as `runtime: slim`, or delete the packages
        runtime: static, packages: [curl]
            packages cannot be installed on `gcr.io/distroless/static-debian13:nonroot`: it has no package manager; use an image of a distribution, such as `runtime: slim`, or delete the packages
        runtime: "opensuse/leap:15", packages: [curl]
            packages cannot be installed on `opensuse/leap:15`: it is openSUSE Leap 15.6 without one of apt, apk, dnf and microdnf; use an image of a distribution, such as `runtime: slim`, or delete the packages
        runtime: mine:1, packages: [curl]
            packages cannot be installed on `mine:1`: it has no package manager; use an image of a distribution, such as `runtime: slim`, or delete the packages
        "#
    );
}

#[test]
fn a_package_has_a_name_that_its_manager_understands() {
    let said = |keys: &str, files| format!("{keys}\n    {}\n", step(keys, files));
    insta::assert_snapshot!(
        [
            said("runtime: slim, packages: [\"--allow-downgrades\"]", &[]),
            said("runtime: slim, packages: [\"libpq5>15\"]", &[]),
            said("runtime: \"fedora:42\", packages: [\"curl=8.5.0\"]", &[("usr/bin/dnf", "")]),
            said("runtime: \"alpine:3.22\", packages: [\"curl~8.5\", \"so:libpq.so.5\"]", &[]),
        ]
        .concat(),
        @r#"
        runtime: slim, packages: ["--allow-downgrades"]
            `--allow-downgrades` is not the name of a package; write one name per item, optionally with a version as the package manager of the image expects it: `libpq5=15.10-0+deb12u1` (apt), `curl=8.5.0-r0` (apk), `curl-8.5.0` (dnf)
        runtime: slim, packages: ["libpq5>15"]
            `libpq5>15` does not name a version as apt expects it; write `libpq5=VERSION`
        runtime: "fedora:42", packages: ["curl=8.5.0"]
            `curl=8.5.0` does not name a version as dnf expects it; write `curl-8.5.0`
        runtime: "alpine:3.22", packages: ["curl~8.5", "so:libpq.so.5"]
            apk add curl~8.5 so:libpq.so.5; caches /var/cache/apk
        "#
    );
}

/// A repository of apt in the spec.
const TOOLS: &str =
    "tools: { url: \"https://packages.example.com/debian\", components: [stable], key: ./keys/tools.asc }";

/// The script that installs packages, without the parts that are always the same, and its mounts of files.
fn script(keys: &str, files: &'static [(&'static str, &'static str)]) -> String {
    let mut project = go_project();
    project.files.extend([("keys/tools.asc", ""), ("vendor/tool_1.0_amd64.deb", ""), ("vendor/tool.rpm", "")]);
    let spec = format!(
        "contexts: {{ tool: {{ http: \"https://example.com/tool-2.deb\", checksum: \"sha256:{}\" }} }}\nimages: {{ api: {{ go: ./cmd/api, {keys} }} }}",
        "0".repeat(64)
    );
    let plan = match make_with(&with_files(project, files), &spec, None, "linux/amd64", &request()) {
        Err(said) => return said.split_once(": ").map_or_else(String::new, |(_, said)| said.to_owned()),
        Ok(plan) => plan,
    };
    let step = plan.steps.iter().find(|(_, step)| step.name.contains(" packages] ")).map(|(_, step)| step).unwrap();
    let StepKind::Run(run) = &step.kind else { panic!("{step:?}") };
    let mut said = vec![step.name.clone(), format!("arguments {:?}", run.args.get(2..).unwrap_or_default())];
    for mount in &run.mounts {
        match &mount.kind {
            MountKind::ReadOnly { path, .. } => said.push(format!("{path} at {}", mount.target)),
            MountKind::Script { text } => {
                let is_own = |line: &&str| {
                    ["repository ", "set -- ", "rm -f /etc", "again apk add --no-progress --no-network"]
                        .iter()
                        .any(|start| line.starts_with(start))
                };
                said.extend(text.lines().filter(is_own).map(str::to_owned));
            }
            _ => {}
        }
    }
    said.join("\n")
}

#[test]
fn packages_come_from_files_and_other_repositories() {
    insta::assert_snapshot!(
        [
            script(&format!("runtime: slim, packages: {{ runtime: [tools, ./vendor/tool_1.0_amd64.deb, \"tool:/tool-2.deb\"], repositories: {{ {TOOLS} }} }}"), &[]),
            script("runtime: slim, packages: { runtime: [x], repositories: { flat: { url: \"http://example.com/deb\", suite: ./, key: ./keys/tools.asc } } }", &[]),
            script("runtime: \"fedora:42\", packages: { runtime: [x, ./vendor/tool.rpm], repositories: { own: { url: \"https://example.com/rpm\", key: ./keys/tools.asc } } }", &[("usr/bin/dnf", "")]),
            script(&format!("runtime: mine:1, packages: {{ runtime: [x], repositories: {{ {TOOLS} }} }}"), &[]),
        ]
        .join("\n\n"),
        @r#"
        [api packages] apt-get install tools tool_1.0_amd64.deb tool-2.deb
        arguments ["tools"]
        /vendor/tool_1.0_amd64.deb at /run/slipway/packages/0/tool_1.0_amd64.deb
        /tool-2.deb at /run/slipway/packages/1/tool-2.deb
        /keys/tools.asc at /run/slipway/keys/tools/tools.asc
        repository tools /run/slipway/keys/tools/tools.asc https://packages.example.com/debian '' stable
        set -- "$@" /run/slipway/packages/0/tool_1.0_amd64.deb /run/slipway/packages/1/tool-2.deb
        rm -f /etc/apt/sources.list.d/slipway-*.sources

        [api packages] apt-get install x
        arguments ["x"]
        /keys/tools.asc at /run/slipway/keys/flat/tools.asc
        repository flat /run/slipway/keys/flat/tools.asc http://example.com/deb ./ ''
        rm -f /etc/apt/sources.list.d/slipway-*.sources

        [api packages] dnf install x tool.rpm
        arguments ["x"]
        /vendor/tool.rpm at /run/slipway/packages/0/tool.rpm
        /keys/tools.asc at /run/slipway/keys/own/tools.asc
        repository own /run/slipway/keys/own/tools.asc https://example.com/rpm '' main
        set -- "$@" /run/slipway/packages/0/tool.rpm
        rm -f /etc/yum.repos.d/slipway-*.repo

        [api packages] install x
        arguments ["x"]
        /keys/tools.asc at /run/slipway/keys/tools/tools.asc
        repository tools /run/slipway/keys/tools/tools.asc https://packages.example.com/debian '' stable
        rm -f /etc/apt/sources.list.d/slipway-*.sources
        repository tools /run/slipway/keys/tools/tools.asc https://packages.example.com/debian '' stable
        repository tools /run/slipway/keys/tools/tools.asc https://packages.example.com/debian '' stable
        rm -f /etc/yum.repos.d/slipway-*.repo
        "#
    );
}

#[test]
fn files_and_repositories_that_a_manager_does_not_support_are_errors() {
    let said = |keys: &str, files| format!("{keys}\n    {}\n", script(keys, files));
    let dnf: &[(&str, &str)] = &[("usr/bin/dnf", "")];
    insta::assert_snapshot!(
        [
            said("runtime: slim, packages: [./vendor/tool.deb]", &[]),
            said("runtime: slim, packages: [./vendor/tool.rpm]", &[]),
            said("runtime: slim, packages: [./keys/tools.asc]", &[]),
            said(&format!("runtime: \"fedora:42\", packages: {{ runtime: [x], repositories: {{ {TOOLS} }} }}"), dnf),
            said("runtime: slim, packages: { runtime: [x], repositories: { a: { url: \"https://example.com\", suite: ./, components: [main], key: ./keys/tools.asc } } }", &[]),
            said("runtime: slim, packages: { runtime: [x], repositories: { a: { url: \"https://example.com/a b\", key: ./keys/tools.asc } } }", &[]),
            said("runtime: slim, packages: { runtime: [x], repositories: { a: { url: \"https://example.com\", key: ./keys/other.asc } } }", &[]),
        ]
        .concat(),
        @r#"
        runtime: slim, packages: [./vendor/tool.deb]
            there is no file `vendor/tool.deb` in the context; write its path relative to the folder that is built
        runtime: slim, packages: [./vendor/tool.rpm]
            `tool.rpm` is not a package for apt, which the base has; name a file that ends in `.deb`
        runtime: slim, packages: [./keys/tools.asc]
            `tools.asc` is not a package; name a file that ends in `.deb`
        runtime: "fedora:42", packages: { runtime: [x], repositories: { tools: { url: "https://packages.example.com/debian", components: [stable], key: ./keys/tools.asc } } }
            suites and components are for apt, but the base has dnf; delete the key; a repository of dnf is only its `url`
        runtime: slim, packages: { runtime: [x], repositories: { a: { url: "https://example.com", suite: ./, components: [main], key: ./keys/tools.asc } } }
            the suite `./` is a folder, which has no components; delete `components`, or name a suite that does not end in `/`
        runtime: slim, packages: { runtime: [x], repositories: { a: { url: "https://example.com/a b", key: ./keys/tools.asc } } }
            `https://example.com/a b` is not one word; write it without spaces and line breaks
        runtime: slim, packages: { runtime: [x], repositories: { a: { url: "https://example.com", key: ./keys/other.asc } } }
            there is no file `keys/other.asc` in the context; write its path relative to the folder that is built
        "#
    );
}
