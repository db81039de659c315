//! The Go systems among the examples: their images are built, run with Compose, answer, and are rebuilt after an edit.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::Value;
use slipway_tests::{Bake, Compose, Outcome, Project, alone, docker, unique};

/// Builds targets and loads the images that the services run.
fn build(project: &Project, compose: &mut Compose, targets: &[&str]) -> Outcome {
    Bake::of(project, targets).args(compose.load(targets)).succeed()
}

/// The steps that ran, unordered; joining layers and examining images do not count.
fn executed(outcome: &Outcome) -> BTreeSet<String> {
    let names = outcome.executed().into_iter();
    names.filter(|name| !name.ends_with("] assemble") && !is_about_the_image(name)).map(str::to_owned).collect()
}

/// Whether a step looks at the finished image, which is another one after an edit.
fn is_about_the_image(name: &str) -> bool {
    name.contains(" test] ") || name.ends_with(" budget]")
}

/// A container is healthy, not root and cannot write; it ends at once when it is told to, with status 0.
fn check_and_stop(compose: &Compose, service: &str, user: &str) {
    let container = compose.container(service);
    let inspect = || serde_json::from_str::<Vec<Value>>(&docker(["inspect", &container])).unwrap().remove(0);
    let running = inspect();
    assert_eq!(running["State"]["Health"]["Status"], "healthy", "{service}");
    assert_eq!(running["Config"]["User"], user, "{service}");
    assert_eq!(running["HostConfig"]["ReadonlyRootfs"], true, "{service}");
    assert_eq!(running["HostConfig"]["LogConfig"]["Config"]["max-size"], "10m", "{service}");
    let start = Instant::now();
    compose.run(&["stop", service]);
    assert!(start.elapsed() < Duration::from_secs(5), "{service} was killed after {:?}", start.elapsed());
    assert_eq!(inspect()["State"]["ExitCode"], 0, "{service}:\n{}", compose.logs());
    let logs = docker(["logs", &container]);
    for line in logs.lines() {
        let _: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{service}: {error}: {line}"));
    }
    assert!(logs.contains("\"stopped\""), "{service} says that it stops:\n{logs}");
}

fn json(answer: &(u16, String)) -> Value {
    serde_json::from_str(&answer.1).unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}

#[test]
fn chorus_is_three_modules_of_one_recipe() {
    const SERVICES: &[&str] = &["websocket-gateway", "presence-service", "workflow-engine"];
    let _alone = alone();
    let project = Project::example("chorus");
    let mut compose = Compose::of(&project, &["compose.yaml"]).with("GATEWAY_PORT", "0").with("WORKFLOW_PORT", "0");
    let _ = build(&project, &mut compose, SERVICES);
    compose.up(&[]);
    let presence = compose.ask("websocket-gateway", 8081, "GET", "/health/deep");
    assert_eq!(presence, (200, "{\"presence\":\"ok\"}\n".to_owned()), "one service reaches the other");
    let run = json(&compose.ask("workflow-engine", 8081, "POST", "/workflows/release/runs"));
    let next = format!("/runs/{}/next", run["id"].as_str().unwrap());
    let run = json(&compose.ask("workflow-engine", 8081, "POST", &next));
    assert_eq!(run["done"], serde_json::json!(["freeze"]), "it writes to its volume");

    let text = unique("text");
    project.replace("services/workflow-engine/main.go", "no such workflow", &text);
    let again = build(&project, &mut compose, SERVICES);
    // The command that generates sources sees them all, and writes the same as before.
    let expected = [
        "[workflow-engine sources] COPY services/workflow-engine",
        "[workflow-engine run] go generate ./...",
        "[workflow-engine sources] COPY packages of .",
        "[workflow-engine build] go build .",
        "[workflow-engine] COPY /workflow-engine",
    ];
    assert_eq!(executed(&again), expected.into_iter().map(str::to_owned).collect(), "one service of three");
    compose.up(&[]);
    let (status, said) = compose.ask("workflow-engine", 8081, "POST", "/workflows/lunch/runs");
    assert!(status == 404 && said.contains(&text), "{said}");
    let kept = compose.ask("workflow-engine", 8081, "GET", next.trim_end_matches("/next"));
    assert_eq!(json(&kept), run, "the volume outlives the container");
    for service in SERVICES {
        check_and_stop(&compose, service, "1001:1001");
    }
}
