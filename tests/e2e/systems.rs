//! The Go systems among the examples: their images are built, run with Compose, answer, and are rebuilt after an edit.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;
use slipway_tests::{Bake, Compose, Outcome, Project, alone, unique};

/// Builds targets and loads the images that the services run.
pub(crate) fn build(project: &Project, compose: &mut Compose, targets: &[&str]) -> Outcome {
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

/// A container is healthy, not root, cannot write, and has limits.
pub(crate) fn expect_healthy(compose: &Compose, service: &str, user: &str) {
    let container = compose.container(service);
    assert_eq!(container["State"]["Health"]["Status"], "healthy", "{service}");
    assert_eq!(container["Config"]["User"], user, "{service}");
    assert_eq!(container["HostConfig"]["ReadonlyRootfs"], true, "{service}");
    assert_eq!(container["HostConfig"]["LogConfig"]["Config"]["max-size"], "10m", "{service}");
    assert!(container["HostConfig"]["Memory"].as_u64().unwrap() > 0, "{service}");
}

/// A container ended by itself, with status 0.
pub(crate) fn expect_stopped(compose: &Compose, service: &str) {
    assert_eq!(compose.container(service)["State"]["ExitCode"], 0, "{service}:\n{}", compose.logs());
}

/// What a service has logged: one JSON object in a line.
pub(crate) fn records(compose: &Compose, service: &str) -> Vec<Value> {
    let logs = compose.run(&["logs", "--no-log-prefix", service]);
    let record = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{service}: {error}: {line}"));
    logs.lines().map(record).collect()
}

/// A container is as [`expect_healthy`] says, and ends at once when it is told to.
fn check_and_stop(compose: &Compose, service: &str, user: &str) {
    expect_healthy(compose, service, user);
    let start = Instant::now();
    compose.run(&["stop", service]);
    assert!(start.elapsed() < Duration::from_secs(5), "{service} was killed after {:?}", start.elapsed());
    expect_stopped(compose, service);
    let records = records(compose, service);
    assert!(records.iter().any(|record| record["msg"] == "stopped"), "{service} says that it stops: {records:?}");
}

fn json(answer: &(u16, String)) -> Value {
    serde_json::from_str(&answer.1).unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}

/// Sends the gateway a job, and waits until a worker has done it.
fn do_a_job(compose: &Compose) {
    let job = r#"{"kind":"shout","text":"one two"}"#;
    let accepted = json(&compose.send("gateway", 8080, "POST", "/jobs", job));
    let path = format!("/jobs/{}", accepted["id"]);
    let start = Instant::now();
    loop {
        let job = json(&compose.ask("gateway", 8080, "GET", &path));
        if job["state"] == "done" {
            assert_eq!(job["result"], "ONE TWO");
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{job}\n{}", compose.logs());
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

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

    #[test]
    #[ignore = "builds five images and compresses one; make test-systems runs it"]
    fn go_distroless_is_one_service_in_four_images() {
        const IMAGES: &[&str] = &["distroless", "scratch", "upx", "debug"];
        let _alone = alone();
        let project = Project::example("go-distroless");
        let mut compose = Compose::of(&project, &["compose.yaml"]);
        for image in IMAGES {
            compose = compose.with(&format!("{}_PORT", image.to_uppercase()), "0");
        }
        let targets = [IMAGES, &["integration"]].concat();
        let build = |compose: &mut Compose| {
            Bake::of(&project, &targets).args(compose.load(&targets)).args(["--set", "*.args.VERSION=7"]).succeed()
        };
        let _ = build(&mut compose);
        compose.up(IMAGES);
        compose.run(&["run", "--rm", "integration"]);
        for image in IMAGES {
            assert!(compose.ask(image, 8080, "GET", "/version").1.contains("\"version\":\"7\""), "{image}");
        }
        assert_eq!(compose.run(&["exec", "-T", "debug", "sh", "-c", "echo $((6 * 7))"]), "42\n", "it has a shell");

        let text = unique("text");
        project.replace("internal/server/server.go", "not a number of degrees", &text);
        let again = build(&mut compose);
        // Images whose layer with the program is the same have it from one step, which has the name of any of them.
        let ran: BTreeSet<_> = executed(&again).into_iter().filter(|name| !name.ends_with("] COPY /service")).collect();
        let expected = [
            "[service sources] COPY packages of ./cmd/service",
            "[service build] go build ./cmd/service",
            "[upx compress] upx service",
        ];
        assert_eq!(ran, expected.into_iter().map(str::to_owned).collect(), "one program in four images");
        compose.up(IMAGES);
        for image in IMAGES {
            assert!(compose.ask(image, 8080, "GET", "/celsius/cold").1.contains(&text), "{image}");
            check_and_stop(&compose, image, "65532:65532");
        }
    }

    #[test]
    #[ignore = "compiles Delve, which takes minutes without a cache; make test-systems runs it"]
    fn worker_flow_is_built_for_production_and_for_debugging() {
        const SERVICES: &[&str] = &["gateway", "worker", "scheduler", "queue"];
        let _alone = alone();
        let project = Project::example("worker-flow");
        let mut compose = Compose::of(&project, &["compose.yaml"]).with("GATEWAY_PORT", "0");
        let _ = build(&project, &mut compose, SERVICES);
        compose.up(&[]);
        assert_eq!(compose.ask("gateway", 8080, "GET", "/health/deep").0, 200, "the gateway reaches the queue");
        do_a_job(&compose);

        let text = unique("text");
        project.replace("cmd/gateway/main.go", "a job has a kind", &text);
        let again = build(&project, &mut compose, SERVICES);
        let expected = [
            "[services sources] COPY packages of ./cmd/gateway",
            "[services build] go build ./cmd/gateway",
            "[gateway] COPY /gateway",
        ];
        assert_eq!(executed(&again), expected.into_iter().map(str::to_owned).collect(), "one service of four");
        compose.up(&[]);
        let (status, said) = compose.send("gateway", 8080, "POST", "/jobs", "{}");
        assert!(status == 400 && said.contains(&text), "{said}");
        for service in SERVICES {
            check_and_stop(&compose, service, "65532:65532");
        }
        drop(compose);

        let mut compose = Compose::of(&project, &["compose.yaml", "compose.debug.yaml"]).with("GATEWAY_PORT", "0");
        for service in SERVICES {
            compose = compose.with(&format!("{}_DEBUG_PORT", service.to_uppercase()), "0");
        }
        let variants: Vec<_> = SERVICES.iter().map(|service| format!("{service}/debug")).collect();
        let _ = build(&project, &mut compose, &variants.iter().map(String::as_str).collect::<Vec<_>>());
        compose.up(&[]);
        do_a_job(&compose);
        for service in SERVICES {
            let mut debugger = TcpStream::connect(compose.address(service, 2345)).unwrap();
            debugger.write_all(b"{\"method\":\"RPCServer.GetVersion\",\"params\":[{}],\"id\":1}\n").unwrap();
            let mut answer = String::new();
            BufReader::new(debugger).read_line(&mut answer).unwrap();
            assert!(answer.contains("DelveVersion"), "{service}: {answer}");
        }
        assert_eq!(compose.run(&["exec", "-T", "gateway", "sh", "-c", "echo $((6 * 7))"]), "42\n", "it has a shell");
    }
}
