//! What is compiled before a Go program, and who uses it.

use slipway_plan::{MountKind, Plan, StepKind};

use crate::support::{Memory, go_project, make, request};

const MAIN: &str =
    "package main\n\nimport (\n\t_ \"net/http\"\n\n\t_ \"github.com/google/uuid\"\n)\n\nfunc main() {}\n";

fn project() -> Memory {
    let mut project = go_project();
    project.files.insert("cmd/api/main.go", MAIN);
    project
}

fn planned(options: &str, more: &str, platform: &str, multi_platform: bool) -> Plan {
    let mut request = request();
    request.multi_platform = multi_platform;
    let spec = format!(
        "builds: {{ b: {{ preset: go, main: ./cmd/api, {options} }} }}\nimages: {{ api: {{ build: b }} }}\n{more}"
    );
    make(&project(), &spec, None, platform, &request).unwrap()
}

/// The mounts of a step, without files and memory.
fn mounts(plan: &Plan, step: &str) -> Vec<String> {
    let found = plan.steps.iter().find(|(_, one)| one.name.contains(step));
    let (_, step) = found.unwrap_or_else(|| panic!("no {step}"));
    let StepKind::Run(run) = &step.kind else { panic!("{}", step.name) };
    let of = |kind: &MountKind| match kind {
        MountKind::Dependencies { .. } => Some("layer".to_owned()),
        MountKind::ReadOnly { .. } => Some("contents".to_owned()),
        MountKind::Cache { id, .. } => Some(id.clone()),
        _ => None,
    };
    run.mounts.iter().filter_map(|mount| Some(format!("{} {}", mount.target, of(&mount.kind)?))).collect()
}

const SHARED: &str = "/var/cache/go-build slipway/go-dependencies/linux/amd64/1.24-trixie";

#[test]
fn packages_of_public_modules_are_compiled_once_for_all_projects() {
    let public = planned("", "", "linux/amd64", false);
    assert!(mounts(&public, "imported from elsewhere").contains(&SHARED.to_owned()));
    assert_eq!(mounts(&public, "standard library"), [] as [&str; 0], "the same step everywhere");
    for options in [
        "env: { GOFLAGS: -v }",
        "private: [github.com/acme]",
        "install: { env: { GOPROXY: \"https://go.acme.com\" } }",
        "cgo: true",
    ] {
        let own = mounts(&planned(options, "", "linux/amd64", false), "imported from elsewhere");
        assert!(own.iter().any(|mount| mount.contains("/go-dependencies/example.com/shop/")), "{options}: {own:?}");
    }
}

#[test]
fn a_program_does_not_compile_what_is_compiled_before() {
    let build = mounts(&planned("", "", "linux/amd64", false), "go build");
    for place in ["/var/cache/go-standard-library layer", "/var/cache/go-archives contents"] {
        assert!(build.contains(&place.to_owned()), "{build:?}");
    }
    let mut small = project();
    small.files.insert("cmd/api/main.go", "package main\n\nimport _ \"net/http\"\n\nfunc main() {}\n");
    let spec = "images: { api: { go: ./cmd/api } }";
    let small = make(&small, spec, None, "linux/amd64", &request()).unwrap();
    assert!(!small.steps.iter().any(|(_, step)| step.name.contains("imported from elsewhere")), "it has all of it");
    assert!(mounts(&small, "go build").contains(&"/var/cache/go-standard-library layer".to_owned()));
}

#[test]
fn gates_use_what_is_compiled_and_are_the_same_for_every_platform() {
    let gate = "checks: { test: { run: go test ./..., gate: true } }";
    let of = |platform: &str, multi: bool| mounts(&planned(gate, "", platform, multi), "check] test");
    let alone = of("linux/amd64", false);
    assert!(alone.contains(&"/var/cache/go-dependencies layer".to_owned()), "{alone:?}");
    let [here, there] = ["linux/amd64", "linux/arm64"].map(|platform| of(platform, true));
    assert!(here.contains(&"/var/cache/go-standard-library layer".to_owned()), "{here:?}");
    assert_eq!(here, there);

    // A debugger needs the program without optimizations, but the gate stays as it is.
    let debug = "variants: { debug: {} }";
    let text = format!(
        "builds: {{ b: {{ preset: go, main: ./cmd/api, {gate} }} }}\nimages: {{ api: {{ build: b, {debug} }} }}\n"
    );
    let debug = make(&project(), &text, Some("api/debug"), "linux/amd64", &request()).unwrap();
    assert_eq!(mounts(&debug, "check] test"), alone);
    assert!(!mounts(&debug, "go build").contains(&"/var/cache/go-dependencies layer".to_owned()));
}

#[test]
fn a_program_depends_on_its_own_modules_alone_where_they_are_known() {
    let archives = |options: &str, project: &Memory| {
        let spec =
            format!("builds: {{ b: {{ preset: go, main: ./cmd/api{options} }} }}\nimages: {{ api: {{ build: b }} }}\n");
        let plan = make(project, &spec, None, "linux/amd64", &request()).unwrap();
        mounts(&plan, "go build").into_iter().find(|mount| mount.starts_with("/var/cache/go-archives ")).unwrap()
    };
    let of = |options: &str| archives(options, &project());
    assert_eq!(of(""), "/var/cache/go-archives contents");
    assert_eq!(of(", env: { GOFLAGS: -v }"), "/var/cache/go-archives contents");
    // Go may want other modules with these, or what is laid over the sources may be manifests.
    for options in [
        ", env: { GOFLAGS: -mod=mod }",
        ", source: { include: [\"**/*.txt\"] }",
        ", run: [\"go mod tidy\"], output: [go.mod]",
    ] {
        assert_eq!(of(options), "/var/cache/go-archives layer", "{options}");
    }
    // A module of another name may have this one, and Go writes manifests that it embeds into the program.
    let of = |spec: &str, file: &'static str, text: String| {
        let mut other = project();
        other.files.insert(file, text.leak());
        let plan = make(&other, &format!("images: {{ api: {{ go: {spec} }} }}\n"), None, "linux/amd64", &request());
        mounts(&plan.unwrap(), "go build")
            .into_iter()
            .find(|mount| mount.starts_with("/var/cache/go-archives "))
            .unwrap()
    };
    let with = |import: &str, rest: &str| MAIN.replace("import (", &format!("import (\n\t_ \"{import}\"")) + rest;
    let layer = "/var/cache/go-archives layer";
    assert_eq!(of("./cmd/api", "cmd/api/main.go", with("intern/api", "")), layer);
    for (pattern, expected) in
        [("go.mod", layer), ("*", layer), ("all:g?.sum", layer), ("text", "/var/cache/go-archives contents")]
    {
        let rest = format!("\n//go:embed {pattern}\nvar text string\n");
        assert_eq!(of(".", "main.go", with("embed", &rest)), expected, "{pattern}");
    }
}
