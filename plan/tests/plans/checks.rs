//! Checks as targets.

use slipway_plan::{CheckTarget, StepKind, check_targets};
use slipway_spec::parse;

use crate::support::{Memory, go_project, make, print, request};

const SHOP: &str = "\
checks:
  spell: { from: 'x:1', run: spell docs >spelling.txt, output: [spelling.txt] }
builds:
  go:
    preset: go
    checks:
      test: { run: go test ./..., gate: true, output: [junit.xml, -cover] }
      vet: { run: go vet ./... }
  whole: { preset: go, main: ./cmd/api, checks: { vet: { run: go vet ./cmd/... } } }
images:
  api: { build: { from: go, main: ./cmd/api, checks: { smoke: { run: go run ./cmd/api --version } } } }
  run: { build: { from: go, main: ./cmd/run }, variants: { dev: { build: { checks: { race: { run: go test -race ./... } } } } } }
  own: { go: { main: ./cmd/run, checks: { own: { run: go vet ./cmd/run } } } }
  child: { extends: own, env: { A: b } }
";

fn planned(target: &str) -> Result<String, String> {
    make(&go_project(), SHOP, Some(target), "linux/arm64", &request()).map(|plan| print(&plan))
}

#[test]
fn every_check_is_a_target_once() {
    let spec = parse("slipway.yaml", SHOP.as_bytes().to_vec()).spec.unwrap();
    let names: Vec<_> = check_targets(&spec).iter().map(CheckTarget::path).collect();
    let expected = ["spell", "go/test", "go/vet", "whole/vet", "api/smoke", "run/dev/race", "own/own"];
    assert_eq!(names, expected);
    for name in expected {
        let text = planned(&format!("check:{name}")).unwrap();
        assert!(text.starts_with(&format!("target check:{name} for linux/arm64")), "{text}");
        assert!(!text.contains("gate ") && text.contains("for linux/amd64") || !text.contains("warning"), "{text}");
    }
}

#[test]
fn a_check_runs_with_what_its_build_has() {
    let vet = planned("check:go/vet").unwrap();
    assert!(vet.contains("[go check] vet: go vet ./..."), "{vet}");
    assert!(!vet.contains("go test") && !vet.contains("assemble"), "{vet}");
    // The build has no program of its own, so its checks run with that of its first image.
    assert!(!vet.contains("go build"), "{vet}");
    let of_image = planned("check:smoke").unwrap();
    assert!(of_image.starts_with("target check:api/smoke"), "{of_image}");
    let repository = planned("check:SPELL").unwrap();
    assert!(repository.contains("[check spell] spell docs >spelling.txt"), "{repository}");
}

#[test]
fn a_gate_and_its_target_run_the_same_step() {
    let run_of = |target: &str| {
        let plan = make(&go_project(), SHOP, Some(target), "linux/amd64", &request()).unwrap();
        let steps = plan.steps.iter().map(|(_, step)| step.clone());
        let mut steps = steps.filter(|step| step.name.contains("check] test: go test"));
        let StepKind::Run(run) = steps.next().unwrap().kind else { panic!("no run") };
        (run.args, run.mounts.into_iter().map(|mount| mount.target).collect::<Vec<_>>(), run.env)
    };
    assert_eq!(run_of("api"), run_of("check:go/test"));
}

#[test]
fn all_checks_are_one_target() {
    let plan = make(&go_project(), SHOP, Some("check:all"), "linux/amd64", &request()).unwrap();
    let gates: Vec<_> = plan.gates.iter().map(|gate| gate.name.as_str()).collect();
    assert_eq!(gates, ["go/vet", "whole/vet", "api/smoke", "run/dev/race", "own/own"]);
    let Some(StepKind::Select { items }) = plan.steps.get(plan.result).map(|step| &step.kind) else {
        panic!("no files")
    };
    let targets: Vec<_> = items.iter().map(|item| item.target.as_str()).collect();
    assert_eq!(targets, ["/spell", "/go/test"]);
    let plain = "images: { a: { go: { main: ./cmd/api, checks: { x: { run: 'true' }, y: { run: 'true' } } } } }";
    let plan = make(&go_project(), plain, Some("check:all"), "linux/amd64", &request()).unwrap();
    assert_eq!(plan.gates.len(), 2);
}

#[test]
fn a_wrong_name_is_explained() {
    let refused = |target: &str| planned(target).unwrap_err();
    let said = ["check:go/tset", "check:vet", "check:none", "vet", "go/test", "check:"].map(refused);
    insta::assert_snapshot!(said.join("\n"));
    let none = "images: { a: { go: ./cmd/api } }";
    let said = make(&go_project(), none, Some("check:test"), "linux/amd64", &request()).unwrap_err();
    insta::assert_snapshot!(said);
}

#[test]
fn wrong_reports_are_explained() {
    let refused = |output: &str| {
        let checks = format!("{{ x: {{ run: 'true', output: [{output}] }} }}");
        let spec = format!("args: {{ A: /etc }}\nimages: {{ a: {{ go: {{ main: ./cmd/api, checks: {checks} }} }} }}");
        make(&go_project(), &spec, Some("check:x"), "linux/amd64", &request()).unwrap_err()
    };
    let said = ["'*.xml'", "'.'", "'${A}/../..'", "/etc"].map(refused);
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn checks_of_java_and_python_do_not_change_their_images() {
    let python = Memory {
        files: [("requirements.txt", "flask==3.0\n"), ("app.py", "")].into_iter().collect(),
        ..Memory::default()
    };
    let spec = |checks: &str| {
        format!(
            "images: {{ a: {{ python: {{ source: ., python: '3.13', checks: {{ {checks} }} }}, cmd: [python3, app.py] }} }}"
        )
    };
    let of = |checks: &str| {
        make(&python, &spec(checks), Some("a"), "linux/amd64", &request()).map(|plan| print(&plan)).unwrap()
    };
    assert_eq!(of(""), of("types: { run: mypy . }"));
    let check = make(&python, &spec("types: { run: mypy . }"), Some("check:types"), "linux/amd64", &request()).unwrap();
    assert!(print(&check).contains("[a check] types: mypy ."), "{}", print(&check));
}
