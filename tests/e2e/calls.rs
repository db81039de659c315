//! Slipway's own `--call` methods through a real client, and other tools reading their answers.

use std::process::Command;

use serde_json::Value;
use slipway_tests::{Build, Project, SYNTAX, alone, ask, contexts, output_with, unique};

const SERVICES: [&str; 5] = ["api", "beat", "migrate", "web", "worker"];

/// Five services of one module, each with a unique output.
fn shop() -> Project {
    let mut spec = "\
args:
  VERSION: { default: dev, description: Stamped into the program }
  COMMIT: { required: true }
builds:
  go: { preset: go, ldflags: '-X main.version=${VERSION}' }
images:
  api:
    description: Takes orders
    build: { from: go, main: ./cmd/api }
    expose: [8080]
    labels: { commit: '${COMMIT}' }
    healthcheck: { run: [/api, health], interval: 10s }
    variants: { loud: { env: { LEVEL: debug } } }
  migrate: { build: { from: go, main: ./cmd/migrate }, files: { /migrations: ./db/migrations } }
"
    .to_owned();
    for name in ["beat", "web", "worker"] {
        spec.push_str(&format!("  {name}: {{ build: {{ from: go, main: ./cmd/{name} }} }}\n"));
    }
    let project = Project::spec(&spec)
        .with("go.mod", "module example.com/shop\n\ngo 1.24\n")
        .with("db/migrations/1.sql", "create table orders (id int)\n");
    for name in SERVICES {
        let text =
            format!("package main\n\nvar version string\n\nfunc main() {{ println(\"{}\", version) }}\n", unique(name));
        project.write(&format!("cmd/{name}/main.go"), &text);
    }
    project
}

/// The answer; a client that is quiet starts it with an empty line.
fn answer(project: &Project, call: &str, more: &[&str]) -> String {
    let call = format!("--call={call}");
    let (status, said) = ask(project, &[&[call.as_str()], more].concat());
    assert_eq!(status, 0, "{call}: {said}");
    said.trim_start().to_owned()
}

fn json(project: &Project, call: &str, more: &[&str]) -> Value {
    let said = answer(project, &format!("{call},format=json"), more);
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("{call}: {error}\n{said}"))
}

/// Runs `docker` in a project with a text on its standard input; returns its output.
fn pipe(project: &Project, arguments: &[String], variables: &[(&str, &str)], input: &str) -> String {
    let mut command = Command::new("docker");
    command.args(arguments).current_dir(project.path()).envs(variables.iter().copied());
    let output = output_with(&mut command, input);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    assert!(!errors.contains("WARNING"), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn words(arguments: &[&str]) -> Vec<String> {
    arguments.iter().map(|argument| (*argument).to_owned()).collect()
}

#[test]
fn every_call_answers_as_text_and_json() {
    let project = shop();
    let described = json(&project, "subrequests.describe", &[]);
    let names: Vec<_> = described
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|method| method["name"].as_str()?.strip_prefix("frontend."))
        .collect();
    assert!(names.contains(&"slipway.plan") && names.len() > 8, "{names:?}");
    // It is for repositories without a spec: see init.rs.
    for name in names.into_iter().filter(|name| *name != "slipway.init") {
        assert!(!answer(&project, name, &["--target=api"]).is_empty(), "{name}");
        assert!(!json(&project, name, &["--target=api"]).is_null(), "{name}");
    }
}

#[test]
fn a_call_has_a_short_and_a_long_name() {
    let project = shop();
    let plan = answer(&project, "slipway.plan", &[]);
    assert_eq!(plan, answer(&project, "plan", &[]));
    assert_eq!(plan, answer(&project, "frontend.slipway.plan", &[]));
    let (status, said) = ask(&project, &["--call=slipway.plna"]);
    assert_ne!(status, 0, "{said}");
    assert!(said.contains("did you mean `plan`?") && said.contains("`slipway.graph`"), "{said}");
}

#[test]
fn a_plan_has_the_steps_of_the_build() {
    let project = shop();
    let plan = json(&project, "plan", &["--target=worker"]);
    let built = Build::of(&project).args(["--target", "worker", "--build-arg", "COMMIT=1"]).run();
    assert!(built.success, "{}", built.message);
    let runs = plan["steps"].as_array().unwrap().iter().filter(|step| step["kind"] == "run");
    let names: Vec<_> = runs.map(|step| step["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 1, "{plan:#}");
    assert!(!built.steps(names[0]).is_empty());
}

#[test]
fn a_graph_is_drawn_in_every_form() {
    let project = shop();
    assert!(answer(&project, "graph", &[]).starts_with("flowchart LR\n"));
    assert!(answer(&project, "slipway.graph.dot", &[]).starts_with("digraph slipway {\n"));
    let svg = answer(&project, "graph.svg", &[]);
    assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"), "{svg}");
}

#[test]
fn inputs_are_separate_for_each_image() {
    let project = Project::spec("images: { a: { files: { /a: ./a } }, b: { files: { /b: ./b/c } } }\n")
        .with("a", "")
        .with("b/c/d", "");
    let text = answer(&project, "inputs", &[]);
    assert_eq!(text, "a:\n  - a\n  - \"a/**\"\n  - slipway.yaml\nb:\n  - b/c\n  - \"b/c/**\"\n  - slipway.yaml\n");
}

#[test]
fn the_compose_output_is_a_compose_file() {
    let project = shop();
    project.replace("slipway.yaml", "variants: { loud:", "variants: { dev: {}, loud:");
    let file = answer(&project, "compose", &[]);
    let arguments =
        words(&["compose", "--file", "-", "--project-directory", ".", "--profile", "*", "config", "--format", "json"]);
    let config: Value = serde_json::from_str(&pipe(&project, &arguments, &[("COMMIT", "c0ffee")], &file)).unwrap();
    let services = config["services"].as_object().unwrap();
    assert_eq!(
        services.keys().map(String::as_str).collect::<Vec<_>>(),
        ["api", "api-dev", "api-loud", "beat", "migrate", "web", "worker"]
    );
    assert_eq!(services["api"]["build"]["target"], "api");
    assert_eq!(services["api"]["build"]["args"], serde_json::json!({ "COMMIT": "c0ffee" }));
    assert_eq!(services["api"]["ports"][0]["target"], 8080);
    assert_eq!(services["api"]["healthcheck"]["test"], serde_json::json!(["CMD", "/api", "health"]));
    assert_eq!(services["api-loud"]["profiles"], serde_json::json!(["loud"]));
    let watch = services["api-dev"]["develop"]["watch"].as_array().unwrap();
    let actions: Vec<_> = watch.iter().map(|rule| rule["action"].as_str().unwrap()).collect();
    assert_eq!(
        // There is no `go.sum`.
        (actions.as_slice(), &watch[1]["target"]),
        (&["rebuild", "sync+restart"][..], &"/src".into())
    );
}

#[test]
fn a_check_plans_every_target_and_reports_all_errors() {
    let project = shop();
    project.replace("slipway.yaml", "./cmd/web", "./cmd/wep");
    project.replace("slipway.yaml", "./cmd/beat", "./cmd/beet");
    let (status, said) = ask(&project, &["--check"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("no folder `cmd/wep`") && said.contains("no folder `cmd/beet`"), "{said}");
    assert_eq!(ask(&project, &["--check", "--target=worker"]).0, 0);
}

#[test]
fn a_warning_fails_a_check_unless_it_is_disabled() {
    let project = shop();
    project.replace(
        "slipway.yaml",
        "images:\n",
        "images:\n  root: { build: { from: go, main: ./cmd/api }, user: '0' }\n",
    );
    let (status, said) = ask(&project, &["--check"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("WARNING: RootUser") && said.contains(">>>   root:"), "{said}");
    let first = format!("# syntax={SYNTAX}\n");
    project.replace("slipway.yaml", &first, &format!("{first}# check=skip=RootUser\n"));
    let (status, said) = ask(&project, &["--check"]);
    assert_eq!(status, 0, "{said}");
}

#[test]
fn a_build_warns_about_findings_in_its_own_image() {
    let images = "  root: { files: { /a: ./a }, user: '0' }\n  other: { files: { /a: ./a }, user: root }\n";
    let project = Project::spec(&format!("images:\n{images}")).with("a", "");
    let built = Build::of(&project).target("root").succeed();
    assert_eq!(built.warnings.len(), 1, "{:?}", built.warnings);
    assert!(built.warnings[0].starts_with("slipway.yaml:3:"), "{:?}", built.warnings);
    assert!(built.warnings[0].ends_with(" [RootUser]"), "{:?}", built.warnings);
    let strict =
        Build::of(&project).target("root").args(["--build-arg", "BUILDKIT_DOCKERFILE_CHECK=error=true"]).fail();
    assert!(strict.message.contains(&built.warnings[0]), "{}", strict.message);
    assert_eq!(ask(&project, &["--check"]).0, 1);
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn the_bake_file_builds_every_image() {
        let _alone = alone();
        let project = shop();
        let definition = answer(&project, "bake", &[]);
        let bake = words(&["buildx", "bake", "--file", "-"]);
        let variables = [("TAG", "3"), ("REGISTRY", "r.example/"), ("COMMIT", "c0ffee")];
        let printed = pipe(&project, &[bake.clone(), words(&["--print"])].concat(), &variables, &definition);
        let printed: Value = serde_json::from_str(&printed).unwrap();
        let targets: Vec<_> = printed["target"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(targets, SERVICES);
        assert_eq!(printed["target"]["api"]["tags"][0], "r.example/api:3");
        assert_eq!(printed["target"]["api"]["args"], serde_json::json!({ "COMMIT": "c0ffee", "VERSION": "dev" }));

        let sets = contexts()
            .into_iter()
            .filter(|word| word != "--build-context")
            .flat_map(|context| ["--set".to_owned(), format!("*.contexts.{context}")]);
        let build =
            [bake, words(&["--progress", "plain", "--set", "*.output=type=cacheonly"]), sets.collect()].concat();
        pipe(&project, &build, &variables, &definition);
        // All are built, so nothing runs.
        for name in SERVICES {
            let again = Build::of(&project).args(["--target", name, "--build-arg", "COMMIT=c0ffee"]).run();
            assert!(again.success && again.is_cached(&format!("go build ./cmd/{name}")), "{}", again.message);
        }
    }
}
