//! Checks of builds of which several images make different ones.

use slipway_plan::{Plan, StepKind, targets};
use slipway_spec::parse;

use crate::support::{Memory, go_project, make, print, request};

/// Two modules below a third one.
fn modules() -> Memory {
    let module = |text| [("go.mod", text), ("go.sum", ""), ("main.go", "package main\n")];
    let mut project = go_project();
    for (name, text) in module("module example.com/a\n\ngo 1.24\n") {
        for folder in ["a", "b"] {
            project.files.insert(format!("{folder}/{name}").leak(), text);
        }
    }
    project
}

fn of_modules(spec: &str, target: &str) -> Plan {
    make(&modules(), spec, Some(target), "linux/amd64", &request()).unwrap()
}

/// The steps of checks, the gates and the folders of reports.
fn seen(plan: &Plan) -> String {
    let titles = plan.steps.iter().filter(|(_, step)| step.name.contains(" check")).map(|(_, step)| step.name.clone());
    let gates = plan.gates.iter().map(|gate| format!("gate {}", gate.name));
    let reports = match plan.steps.get(plan.result).map(|step| &step.kind) {
        Some(StepKind::Select { items }) => items.iter().map(|item| item.target.clone()).collect(),
        _ => Vec::new(),
    };
    titles.chain(gates).chain(reports).collect::<Vec<_>>().join("\n")
}

const RECIPE: &str = "\
builds:
  s:
    preset: go
    checks: { test: { run: go test ./..., output: [junit.xml] } }
images:
  a: { build: { from: s, source: ./a }, variants: { debug: {}, slim: { build: { tags: [slim] } } } }
  b: { build: { from: s, source: ./b } }
  again: { extends: b, env: { A: b } }
";

const STEPS: &str = "\
[s check for a] test: go test ./...
[s check for a/slim] test: go test ./...
[s check for b] test: go test ./...";

#[test]
fn a_check_runs_with_every_use_of_its_build() {
    for name in ["check:s/test", "check:test"] {
        assert_eq!(seen(&of_modules(RECIPE, name)), [STEPS, "/a", "/a/slim", "/b"].join("\n"));
    }
    let reports = ["/s/test/a", "/s/test/a/slim", "/s/test/b"].join("\n");
    assert_eq!(seen(&of_modules(RECIPE, "check:all")), format!("{STEPS}\n{reports}"));
    let spec = parse("slipway.yaml", RECIPE.as_bytes().to_vec()).spec.unwrap();
    let names: Vec<_> = targets(&spec).map(|target| target.label()).filter(|name| name.contains(':')).collect();
    assert_eq!(names, ["check:s/test"]);
    let plain = RECIPE.replace(", output: [junit.xml]", "");
    let gates = ["gate s/test/a", "gate s/test/a/slim", "gate s/test/b"].join("\n");
    assert_eq!(seen(&of_modules(&plain, "check:test")), format!("{STEPS}\n{gates}"));
}

#[test]
fn uses_that_make_no_difference_are_one() {
    let spec = RECIPE.replace("./b", "./a").replace("tags: [slim]", "ldflags: -X a=b");
    assert_eq!(seen(&of_modules(&spec, "check:test")), "[s check] test: go test ./...");
}

#[test]
fn a_check_of_an_image_runs_with_its_variants_and_heirs() {
    let spec = "\
images:
  heir: { extends: own, go: { source: ./b } }
  own:
    go: { source: ./a, checks: { x: { run: 'true', output: [o] } } }
    variants: { twin: { env: { A: b } }, b: { go: { source: ./b } } }
  same: { extends: own, go: { main: . } }
";
    // `b` of `own` does the same as `heir`, and `same` as `own`.
    assert_eq!(
        seen(&of_modules(spec, "check:x")),
        "[own check for heir] x: true\n[own check for own] x: true\n/heir\n/own"
    );
}

#[test]
fn a_check_that_an_image_replaces_is_not_lost() {
    // The build has the name of the image.
    let spec = "\
builds:
  a: { preset: go, checks: { x: { run: echo build, output: [o] } } }
images:
  a: { build: { from: a, source: ./a, checks: { x: { run: echo image } } } }
  b: { build: { from: a, source: ./b } }
";
    assert_eq!(
        seen(&of_modules(spec, "check:x")),
        "[a check for a] x: echo image\n[a check for b] x: echo build\n/a\n/b"
    );
    let one = spec.replace("  b: {", "  b: { go: ./cmd/api }\nx-b: { x: {").replace("./b } }", "./b } } }");
    assert_eq!(seen(&of_modules(&one, "check:x")), "[a check] x: echo image");
}

#[test]
fn a_build_that_addresses_use_is_a_use_of_its_own() {
    let spec = "\
builds:
  s: { preset: go, main: ./cmd/api, checks: { x: { run: 'true', output: [o] } } }
images:
  a: { build: { from: s, source: ./a, main: . } }
  files: { files: { /api: 's:/api' } }
";
    assert_eq!(
        seen(&of_modules(spec, "check:x")),
        "[s check for _build] x: true\n[s check for a] x: true\n/_build\n/a"
    );
}

#[test]
fn the_release_of_an_image_is_a_use() {
    let spec = "\
builds: { s: { preset: go, checks: { x: { run: 'true' } } } }
images:
  old: { build: s, distro: bookworm }
  new: { build: s }
default: old
";
    let spec = spec.replace("preset: go", "preset: go, main: ./cmd/api");
    let plan = of_modules(&spec, "check:x");
    assert_eq!(seen(&plan), "[s check for old] x: true\n[s check for new] x: true\ngate s/x/old\ngate s/x/new");
}

#[test]
fn what_only_saves_time_makes_no_difference() {
    let mut project = modules();
    let imports = "package main\n\nimport _ \"github.com/google/uuid\"\n";
    project.files.insert("cmd/run/main.go", imports);
    let spec = "\
builds: { s: { preset: go, checks: { x: { run: 'true' } } } }
images:
  api: { build: { from: s, main: ./cmd/api } }
  run: { build: { from: s, main: ./cmd/run } }
";
    let plan = |spec: &str, target| make(&project, spec, Some(target), "linux/amd64", &request()).unwrap();
    assert_eq!(seen(&plan(spec, "check:x")), "[s check] x: true");
    // The program of one image has something to compile before it.
    let gate = spec.replace("run: 'true'", "run: 'true', gate: true");
    let mounts = |target| {
        let plan = plan(&gate, target);
        let check =
            plan.steps.iter().find(|(_, step)| step.name.contains(" check]")).map(|(_, step)| step.kind.clone());
        let Some(StepKind::Run(run)) = check else { panic!("no run") };
        run.mounts.len()
    };
    assert_eq!(mounts("api") + 1, mounts("run"));
}

#[test]
fn what_makes_no_difference_is_not_recorded() {
    let spec = "\
args: { A: a, B: b }
builds: { s: { preset: go, checks: { x: { run: 'true' } } } }
images:
  api: { build: { from: s, main: ./cmd/api, ldflags: '${A}' } }
  run: { build: { from: s, main: ./cmd/run, ldflags: '${B}' } }
";
    let both = of_modules(spec, "check:x");
    let one = of_modules(spec.rsplit_once("  run:").unwrap().0, "check:x");
    assert_eq!((print(&both), both.args, both.read), (print(&one), one.args, one.read));
}

#[test]
fn a_check_needs_every_use_to_be_right() {
    let refused = make(&modules(), &RECIPE.replace("./b", "./c"), Some("check:test"), "linux/amd64", &request());
    let said = "slipway.yaml:7:34: there is no folder `c` in the context; did you mean `./a`?";
    assert_eq!(refused.unwrap_err(), said);
}
