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

const ON_DEMAND: &str = "\
images:
  api:
    go: ./cmd/api
    tests:
      version: { run: [/api, --version] }
      slow: { run: [/api, --all], gate: false }
    variants:
      same: { env: { A: b } }
      own: { tests: { slow: none } }
      bare: { tests: none }
  named: { go: ./cmd/api, tests: { x: { file: /named } }, variants: { test: { env: { A: b } } } }
";

#[test]
fn a_test_that_is_no_gate_runs_by_its_target() {
    let of = |target: &str| make(&go_project(), ON_DEMAND, Some(target), "linux/amd64", &request());
    let gates = |target: &str| of(target).unwrap().gates.into_iter().map(|gate| gate.name).collect::<Vec<_>>();
    assert_eq!(gates("api"), ["api/tests/version"]);
    assert_eq!(gates("api/test"), ["api/tests/version", "api/tests/slow"]);
    assert_eq!(gates("api/own/test"), ["api/own/tests/version"]);
    assert_eq!(gates("named/test"), ["named/test/tests/x"], "the variant");
    let run = |plan: &Plan, name: &str| {
        let step = plan.steps.iter().find(|(_, step)| step.name == name).unwrap().1;
        let StepKind::Run(run) = &step.kind else { panic!("{step:?}") };
        (run.args.clone(), run.user.clone(), run.env.clone())
    };
    let name = "[api test] version: /api --version";
    assert_eq!(run(&of("api").unwrap(), name), run(&of("api/test").unwrap(), name));
    let plan = of("api/test").unwrap();
    let Some(StepKind::Write { layer, .. }) = plan.steps.get(plan.result).map(|step| &step.kind) else {
        panic!("no report")
    };
    insta::assert_debug_snapshot!(layer.items);
    assert!(plan.contents.is_none() && plan.warnings.is_empty());
    assert_eq!(gates("api/same/test"), ["api/same/tests/version", "api/same/tests/slow"]);
    let spec = slipway_spec::parse("slipway.yaml", ON_DEMAND.as_bytes().to_vec()).spec.unwrap();
    let listed: Vec<_> = slipway_plan::targets(&spec).map(|target| target.label()).collect();
    assert_eq!(listed.iter().filter(|label| label.ends_with("/test")).count(), 3, "{listed:?}");
    let said = ["api/bare/test", "api/tset"].map(|target| of(target).unwrap_err());
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn an_image_without_tests_has_no_target_for_them() {
    let of =
        |target| make(&go_project(), "images: { api: { go: ./cmd/api } }", Some(target), "linux/amd64", &request());
    insta::assert_snapshot!(["api/test", "api/scan"].map(|target| of(target).unwrap_err()).join("\n"));
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
