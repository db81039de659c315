//! Tests and budgets of images.

use slipway_plan::{Examination, MountKind, Plan, RunOutput, StepKind};

use crate::support::{go_project, make, print, refusal, request};

const SPEC: &str = "\
args: { VERSION: '1.4' }
images:
  api:
    go: ./cmd/api
    user: '1001:1002'
    runtime: debian:12
    env: { LEVEL: debug }
    workdir: /srv
    tests:
      version: { run: [/api, --version], exit: 3, stdout: '${VERSION}', stderr: { matches: '^$' }, timeout: 5s }
      config: { file: /etc/x, mode: '0444', owner: root }
      gone: { file: /bin/sh, exists: false }
    budget: { size: 25MB, packed: 10MiB, files: 100 }
    variants: { bare: { tests: none, budget: none }, less: { tests: { config: none } } }
  child: { runtime: api }
";

fn of(target: &str) -> Plan {
    make(&go_project(), SPEC, Some(target), "linux/amd64", &request()).unwrap()
}

fn wanted(plan: &Plan) -> Vec<(String, Examination)> {
    let mut found = Vec::new();
    for (_, step) in plan.steps.iter() {
        let StepKind::Run(run) = &step.kind else { continue };
        for mount in &run.mounts {
            if let MountKind::Script { text } = &mount.kind
                && mount.target.ends_with(".json")
            {
                found.push((step.name.clone(), Examination::from_json(text).unwrap()));
            }
        }
    }
    found
}

#[test]
fn each_is_a_step_that_the_image_waits_for() {
    let plan = of("api");
    insta::assert_snapshot!(wanted(&plan).iter().map(|found| format!("{found:?}")).collect::<Vec<_>>().join("\n"));
    let gates: Vec<_> = plan.gates.iter().map(|gate| gate.name.as_str()).collect();
    assert_eq!(gates, ["api/tests/version", "api/tests/config", "api/tests/gone", "api/budget"]);
}

#[test]
fn a_program_runs_as_a_container_starts() {
    let plan = of("api");
    let version = plan.steps.iter().find(|(_, step)| step.name == "[api test] version: /api --version").unwrap().1;
    let StepKind::Run(run) = &version.kind else { panic!("{version:?}") };
    assert_eq!((run.root, run.user.as_str(), run.workdir.as_str()), (plan.result, "1001:1002", "/srv"));
    assert!(run.env.contains(&("LEVEL".to_owned(), "debug".to_owned())), "{:?}", run.env);
    assert!(run.env.contains(&("BASE".to_owned(), "1".to_owned())), "{:?}", run.env);
    assert_eq!((run.args[1].as_str(), &run.output), ("examine", &RunOutput::Root));
}

#[test]
fn variants_inherit_them_and_images_on_the_image_do_not() {
    let count = |target: &str| of(target).gates.len();
    assert_eq!(["api", "api/bare", "api/less", "child"].map(count), [4, 0, 3, 0]);
    let steps = |target: &str| print(&of(target)).replace(target, "x");
    assert!(!steps("api/bare").contains("examine"));
}

#[test]
fn what_cannot_pass_is_refused_before_anything_runs() {
    let of = |tests: &str| {
        let spec = format!(
            "args: {{ P: '[' }}\nimages: {{ a: {{ go: ./cmd/api, runtime: scratch, tests: {{ t: {tests} }} }} }}"
        );
        refusal(&go_project(), &spec)
    };
    let said = [
        "{ run: [sh, -c, /api] }",
        "{ run: [/bin/bash, -c, /api] }",
        "{ run: [/cmd/api] }",
        "{ file: /x, contents: { matches: '${P}' } }",
        "{ file: '${P}' }",
    ]
    .map(of);
    insta::assert_snapshot!(said.join("\n"));
}
