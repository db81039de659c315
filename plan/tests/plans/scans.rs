//! Scans of images.

use slipway_plan::{Plan, StepKind};

use crate::support::{Memory, go_project, make, print, request};

const SPEC: &str = "\
images:
  api:
    go: ./cmd/api
    scan: { severity: medium, gate: true }
    variants:
      again: { env: { A: b } }
      other: { scan: { image: 'acme/scan:1', run: scan, network: none, cache: [/db], gate: false } }
      bare: { scan: none }
";

fn of(target: &str) -> Result<Plan, String> {
    make(&go_project(), SPEC, Some(target), "linux/arm64", &request())
}

#[test]
fn a_gate_scans_the_finished_image_in_every_build() {
    let plan = of("api").unwrap();
    let gates: Vec<_> = plan.gates.iter().map(|gate| gate.name.as_str()).collect();
    assert_eq!(gates, ["api/scan"]);
    let Some(StepKind::Run(run)) = plan.steps.get(plan.gates[0].step).map(|step| &step.kind) else { panic!("no run") };
    assert!(run.always && run.env.contains(&("SCAN_SEVERITY".to_owned(), "MEDIUM,HIGH,CRITICAL".to_owned())));
    let counts = ["api/again", "api/other", "api/bare"].map(|target| of(target).unwrap().gates.len());
    assert_eq!(counts, [1, 0, 0]);
}

#[test]
fn reports_are_a_target() {
    let plan = of("api/scan").unwrap();
    assert!(plan.gates.is_empty() && plan.target == "api/scan");
    let text = print(&plan);
    assert!(text.contains("[api scan] aquasec/trivy:0.58.1"), "{text}");
    let other = print(&of("api/other/scan").unwrap());
    assert!(other.contains("[api/other scan] acme/scan:1"), "{other}");
    insta::assert_snapshot!(["api/again/scan", "api/bare/scan"].map(|target| of(target).unwrap_err()).join("\n"));
    let own = "images: { a: { go: ./cmd/api, scan: { gate: true }, variants: { scan: { env: { A: b } } } } }";
    let plan = make(&go_project(), own, Some("a/scan"), "linux/amd64", &request()).unwrap();
    assert_eq!((plan.gates.len(), plan.config["config"]["Env"].is_array()), (1, true));
}

#[test]
fn a_scanner_that_does_not_exist_is_an_error() {
    let project = Memory { missing_images: ["aquasec/trivy:0.58.1"].into_iter().collect(), ..go_project() };
    insta::assert_snapshot!(make(&project, SPEC, Some("api/scan"), "linux/arm64", &request()).unwrap_err());
}
