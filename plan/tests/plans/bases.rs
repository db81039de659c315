//! Images and stages that start from parts of the file: what comes along, and what does not run again.

#![allow(clippy::indexing_slicing)] // A JSON value that has no such key is null.

use slipway_plan::{Plan, StepKind};

use crate::support::{go_project, make, print, refusal, request};

const FILE: &str = r#"
contexts:
  house: { image: "acme/house:1" }
  tree: { path: ./cmd }
stages:
  tools:
    from: debian:13
    env: { TOOLS: /opt/tools }
    workdir: /work
    steps:
      - run: apt-get install tools
  more:
    from: tools
    env: { MORE: "1" }
    steps: [{ file: { path: /etc/more, content: x } }]
  check: { from: api, steps: [{ run: /api --check }] }
  native: { from: debian:13, platform: build, steps: [{ run: make }] }
images:
  api:
    go: ./cmd/api
    runtime: more
    user: "1001:1002"
    labels: { team: shop }
    env: { API: "1" }
    expose: [8080]
    volumes: [/data]
    stop_signal: SIGINT
    healthcheck: { run: [/api, health] }
    cmd: [serve]
  child: { runtime: api, env: { CHILD: "1" }, files: { /etc/child: ./go.mod } }
  same: { runtime: tools }
  own: { go: ./cmd/run, runtime: api }
  company: { go: ./cmd/api, runtime: house }
  files: { go: ./cmd/api, runtime: tree }
  checked: { files: { /checked: "check:/etc/passwd" } }
  wrong: { go: ./cmd/api, runtime: native }
"#;

fn of(target: &str) -> Plan {
    make(&go_project(), FILE, Some(target), "linux/amd64", &request()).unwrap()
}

/// What an image runs as.
fn config(plan: &Plan) -> String {
    let config = &plan.config["config"];
    let keys = ["Env", "User", "WorkingDir", "Entrypoint", "Cmd", "ExposedPorts", "Volumes", "Labels", "StopSignal"];
    let lines = keys.map(|key| format!("{key} {}", config[key]));
    let history = plan.config["history"].as_array().unwrap().iter().filter(|line| line["empty_layer"].is_null());
    let history: Vec<_> = history.map(|line| line["created_by"].as_str().unwrap()).collect();
    let check = &config["Healthcheck"]["Test"];
    let base = plan.base_config["history"].as_array().map_or(0, Vec::len);
    format!(
        "{}\n{}\nHealthcheck {check}\n{}\nlayers of the base: {base}\n\n",
        plan.target,
        lines.join("\n"),
        history.join("; ")
    )
}

#[test]
fn the_config_of_a_base_comes_along() {
    let targets = ["stage:more", "api", "child", "same", "own", "company", "files", "stage:check"];
    insta::assert_snapshot!(targets.map(|target| config(&of(target))).concat());
}

#[test]
fn a_base_adds_no_step_to_the_build_of_what_stands_on_it() {
    let steps = |runtime: &str| {
        let spec = FILE.replace("go: ./cmd/api\n    runtime: more", &format!("go: ./cmd/api\n    runtime: {runtime}"));
        let plan = make(&go_project(), &spec, Some("api"), "linux/amd64", &request()).unwrap();
        let runs = plan.steps.iter().filter(|(_, step)| matches!(step.kind, StepKind::Run(_)) && step.owner == "api");
        runs.map(|(_, step)| step.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(steps("more"), steps("tools"));
    assert_eq!(steps("more"), steps("slim"));
    assert!(!steps("more").is_empty());
}

#[test]
fn a_part_of_the_file_is_never_an_image_of_a_registry() {
    for target in ["api", "child", "same", "own", "files"] {
        let plan = of(target);
        let images = plan.steps.iter().filter_map(|(_, step)| match &step.kind {
            StepKind::Base { image, .. } => Some(image.name.clone()),
            _ => None,
        });
        let images: Vec<_> = images.filter(|image| !image.starts_with("golang:")).collect();
        let expected: &[&str] = if target == "files" { &[] } else { &["debian:13"] };
        assert_eq!(images, expected, "{target}");
    }
}

#[test]
fn a_stage_of_another_platform_is_no_base() {
    let said = make(&go_project(), FILE, Some("wrong"), "linux/arm64", &request()).unwrap_err();
    insta::assert_snapshot!(said);
    assert_eq!(of("wrong").config["architecture"], "amd64", "here it is the same platform");
    let from_image = "stages: { a: { from: api, platform: build } }\nimages: { api: { go: ./cmd/api }, x: { runtime: a } }\ndefault: x\n";
    insta::assert_snapshot!(refusal(&go_project(), from_image));
}

const ADOPTED: &str = r#"
args: { VERSION: "1" }
secrets: { token: { env: TOKEN } }
stages:
  worker:
    dockerfile: ./worker/Dockerfile
    context: ./worker
    args: { VERSION: "${VERSION}", PLAIN: x }
    target: prod
    secrets: [token]
images:
  worker: { runtime: worker }
"#;

#[test]
fn a_dockerfile_sees_its_context_and_its_arguments() {
    let mut project = go_project();
    project.files.extend([
        ("worker/Dockerfile", "FROM a AS build\nFROM b AS prod\n"),
        ("worker/.dockerignore", "tmp\n!tmp/keep\n"),
        ("worker/main.rb", ""),
    ]);
    let plan = make(&project, ADOPTED, None, "linux/amd64", &request()).unwrap();
    insta::assert_snapshot!(print(&plan));
    project.files.insert("worker/Dockerfile.dockerignore", "only-this\n");
    let printed = print(&make(&project, ADOPTED, None, "linux/amd64", &request()).unwrap());
    assert!(printed.contains("exclude [\"only-this\"]"), "as Docker reads it: {printed}");
    let wrong = |from: &str, to: &str| refusal(&project, &ADOPTED.replace(from, to));
    let said = [
        wrong("target: prod", "target: pord"),
        wrong("context: ./worker", "context: ./workers"),
        wrong("./worker/Dockerfile", "./worker/Dokerfile"),
    ];
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_long_chain_is_refused() {
    let links = (1..300).map(|n| format!("  i{n}: {{ runtime: i{}, env: {{ N: '{n}' }} }}\n", n - 1));
    let spec = format!("images:\n  i0: {{ go: ./cmd/api }}\n{}default: i299\n", links.collect::<String>());
    insta::assert_snapshot!(refusal(&go_project(), &spec));
}
