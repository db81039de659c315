//! Health checks and `docker exec` in the container. They depend on the engine; a private one must be started in the
//! right way.

use std::time::{Duration, Instant};

use slipway_tests::{Build, Container, Loaded, Project, docker, unique};

/// A program that is healthy while a file exists, in an image with a unique file.
const SPEC: &str = "\
images:
  app:
    runtime: busybox:1.37
    cmd: [sleep, \"600\"]
    files: { /only/here: ./here }
    healthcheck: { run: [test, -e, /tmp/well], interval: 1s, timeout: 10s, retries: 2 }
";

#[test]
fn they_see_the_container() {
    health_checks_and_exec_see_the_container();
}

/// On the engine in use, whatever its image store.
pub(crate) fn health_checks_and_exec_see_the_container() {
    let text = unique("here");
    let project = Project::spec(SPEC).with("here", &text);
    let image = Loaded::new("health");
    let _ = Build::of(&project).args(image.arguments()).succeed();
    let container = Container::run(&image.tag, 8080, &[]);
    let exec = |command: &[&str]| docker([&["exec", container.name()], command].concat());
    let old = "docker exec does not see the container; an engine that was started by another version of scripts/engine must be restarted";
    assert!(exec(&["ls", "/only"]) == "here\n" && exec(&["cat", "/only/here"]) == text, "{old}");

    becomes(&container, "unhealthy");
    exec(&["touch", "/tmp/well"]);
    becomes(&container, "healthy");
    exec(&["rm", "/tmp/well"]);
    becomes(&container, "unhealthy");
}

pub(crate) fn becomes(container: &Container, expected: &str) {
    let start = Instant::now();
    loop {
        let state = docker(["inspect", "--format", "{{json .State.Health}}", container.name()]);
        if state.contains(&format!("\"Status\":\"{expected}\"")) {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "it does not become {expected}: {state}");
        std::thread::sleep(Duration::from_millis(200));
    }
}
