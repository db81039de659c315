//! What the command line says beside the spec, and steps that the client must allow more.

use slipway_plan::{MountKind, Network, Plan, Run, StepKind};

use crate::support::{go_project, make, refusal, request, several_languages};

const NAMES: &str = "args: { VERSION: '' }
images:
  api:
    go: ./cmd/api
    metadata: { title: Shop, version: '${VERSION}', licenses: Apache-2.0 }
";

fn annotation(plan: &Plan, name: &str) -> Option<String> {
    plan.annotations.get(&format!("org.opencontainers.image.{name}")).cloned()
}

#[test]
fn a_label_of_the_command_line_has_its_annotation() {
    let mut request = request();
    for (name, value) in [("title", "Other"), ("licenses", ""), ("vendor", "Acme"), ("base.name", "acme/base:1")] {
        request.labels.insert(format!("org.opencontainers.image.{name}"), value.to_owned());
    }
    let plan = make(&go_project(), NAMES, None, "linux/amd64", &request).unwrap();
    assert_eq!(annotation(&plan, "title").as_deref(), Some("Other"));
    assert_eq!(annotation(&plan, "base.name").as_deref(), Some("acme/base:1"));
    // An empty one leaves it to `--annotation`, and others are only labels.
    assert_eq!((annotation(&plan, "licenses"), annotation(&plan, "vendor")), (None, None));
    let labels = &plan.config["config"]["Labels"];
    assert_eq!(labels["org.opencontainers.image.licenses"], "");
    assert_eq!(labels["org.opencontainers.image.title"], "Other");
}

#[test]
fn empty_metadata_sets_nothing() {
    let plan = make(&go_project(), NAMES, None, "linux/amd64", &request()).unwrap();
    assert_eq!((annotation(&plan, "version"), annotation(&plan, "title").as_deref()), (None, Some("Shop")));
    assert!(plan.config["config"]["Labels"].get("org.opencontainers.image.version").is_none());
}

#[test]
fn a_part_of_the_file_is_also_found_by_its_plain_name() {
    let spec = "stages:
  gen: { from: alpine, steps: [{ run: make }] }
  api: { from: alpine, steps: [{ run: make }] }
  two: { from: alpine, steps: [{ run: make }] }
builds:
  two: { preset: go, main: ./cmd/api, checks: { lint: { run: go vet ./... } } }
images: { api: { go: ./cmd/api }, other: { go: ./cmd/api } }
";
    let label =
        |wanted: &str| make(&go_project(), spec, Some(wanted), "linux/amd64", &request()).map(|plan| plan.target);
    assert_eq!(label("gen").as_deref(), Ok("stage:gen"));
    assert_eq!(label("GEN").as_deref(), Ok("stage:gen"));
    assert!(label("two/lint").unwrap_err().contains("did you mean `check:two/lint`?"));
    // An image has precedence, and a name of several parts needs its prefix.
    assert_eq!(label("api").as_deref(), Ok("api"));
    assert!(label("two").unwrap_err().contains("did you mean `build:two`?"));
}

/// The commands of the plan of a stage.
fn runs(steps: &str) -> Vec<Run> {
    let spec =
        format!("secrets: {{ s: {{ required: false }} }}\nstages: {{ gen: {{ from: alpine, steps: [{steps}] }} }}\n");
    let plan = make(&go_project(), &spec, Some("stage:gen"), "linux/amd64", &request()).unwrap();
    let runs = plan.steps.iter().filter_map(|(_, step)| match &step.kind {
        StepKind::Run(run) => Some(run.clone()),
        _ => None,
    });
    runs.collect()
}

#[test]
fn a_step_can_have_the_network_of_the_engine_and_all_privileges() {
    let runs =
        runs("{ run: a, network: host }, { run: b, security: insecure, network: none }, { run: c, security: sandbox }");
    let of: Vec<_> = runs.iter().map(|run| (run.network, run.insecure)).collect();
    assert_eq!(of, [(Network::Host, false), (Network::None, true), (Network::Sandbox, false)]);
    // With a network, a step reads the certificates of the company.
    let reads_ca =
        |run: &Run| run.mounts.iter().any(|mount| matches!(&mount.kind, MountKind::Secret { id, .. } if id == "ca"));
    assert!(reads_ca(&runs[0]) && !reads_ca(&runs[1]));
}

#[test]
fn an_ssh_agent_can_be_optional() {
    let runs = runs("{ run: a, ssh: [default, { id: deploy, required: false }] }");
    let agents: Vec<_> = runs[0]
        .mounts
        .iter()
        .filter_map(|mount| match &mount.kind {
            MountKind::Ssh { id, required } => Some((id.as_str(), *required)),
            _ => None,
        })
        .collect();
    assert_eq!(agents, [("default", true), ("deploy", false)]);
}

#[test]
fn a_build_step_has_no_privileges() {
    let said = refusal(&go_project(), "images: { api: { go: { main: ., run: [{ run: a, security: insecure }] } } }\n");
    assert!(said.contains("can have `security: insecure`"), "{said}");
}

#[test]
fn scanners_get_the_lockfiles_of_static_programs() {
    let spec = "images:
  go: { go: ./cmd/api }
  rust: { rust: edge }
  python: { python: site, cmd: [uvicorn] }
";
    let lockfiles = |target: &str| {
        let plan = make(&several_languages(), spec, Some(target), "linux/amd64", &request()).unwrap();
        match plan.lockfiles.map(|step| &plan.steps.get(step).unwrap().kind) {
            Some(StepKind::Select { items }) => items[0].include.join(" "),
            _ => String::new(),
        }
    };
    assert_eq!(lockfiles("go"), "go.mod go.sum");
    assert!(lockfiles("rust").contains("edge/Cargo.lock"), "{}", lockfiles("rust"));
    // Packages of Python are in the image.
    assert_eq!(lockfiles("python"), "");
}
