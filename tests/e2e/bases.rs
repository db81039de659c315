//! Images and stages that start from stages and images of the file.

use std::time::Duration;

use slipway_tests::{Build, Loaded, Project, Registry, alone, run, serve_registry, stand_in, unique, variable};

/// A program that says who and where it is, and whether it can write to the folders in its arguments.
const PROGRAM: &str = r#"package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	folder, _ := os.Getwd()
	tool, _ := os.ReadFile("/opt/tool")
	fmt.Print(os.Getuid(), " ", folder, " ", os.Getenv("TOOLS"), os.Getenv("API"), os.Getenv("CHILD"), " ", string(tool))
	for _, folder := range os.Args[1:] {
		fmt.Print(" ", folder, " ", os.WriteFile(filepath.Join(folder, "written"), nil, 0o644) == nil)
	}
	fmt.Println()
}
"#;

const SPEC: &str = r#"stages:
  house:
    from: busybox:1.37
    env: { TOOLS: tools }
    workdir: /work
    steps: [{ run: "echo app:x:1234:1234::/:/bin/sh >>/etc/passwd && mkdir -p /opt && printf %s TOOL >/opt/tool" }]
  checked:
    from: api
    steps: [{ run: "/app > /checked" }]
images:
  api:
    go: .
    runtime: house
    user: app
    env: { API: "+api" }
    labels: { team: shop }
    healthcheck: { run: [/app] }
    volumes: [/data]
    cmd: [/data]
  child:
    runtime: api
    env: { CHILD: "+child" }
    volumes: [/more]
    files: { /checked/: "checked:/checked" }
    cmd: [/data, /more, /checked]
"#;

fn project(tool: &str) -> Project {
    let project = Project::go(&SPEC.replace("TOOL ", &format!("{tool} ")));
    project.write("main.go", PROGRAM);
    project
}

fn load(project: &Project, target: &str) -> (Loaded, slipway_tests::Outcome) {
    let image = Loaded::new(&target.replace(':', "-"));
    let outcome = Build::of(project).target(target).args(image.arguments()).succeed();
    (image, outcome)
}

fn layers(image: &Loaded) -> Vec<String> {
    let inspected = image.inspect();
    inspected["RootFS"]["Layers"].as_array().unwrap().iter().map(ToString::to_string).collect()
}

/// An image of the engine's registry, as another registry offers it.
fn elsewhere(answer: Registry) -> String {
    let image = stand_in("busybox:1.37");
    let (_, name) = image.split_once('/').unwrap();
    format!("{}/{name}", serve_registry(&variable("SLIPWAY_REGISTRY"), answer))
}

#[test]
fn a_slow_registry_is_waited_for() {
    let base = elsewhere(Registry::Slow(Duration::from_secs(3)));
    let project = Project::spec(&format!("images:\n  app:\n    runtime: {base}\n    cmd: [/bin/true]\n"));
    let _ = Build::of(&project).target("app").args(["--output", "type=cacheonly"]).succeed();
}

#[test]
fn an_error_of_a_registry_is_shown_at_the_image() {
    let base = elsewhere(Registry::Broken);
    let project = Project::spec(&format!("images:\n  app:\n    runtime: {base}\n    cmd: [/bin/true]\n"));
    let outcome = Build::of(&project).target("app").args(["--output", "type=cacheonly"]).fail();
    assert!(outcome.message.contains("500 Internal Server Error"), "{}", outcome.message);
    assert!(outcome.message.contains("slipway.yaml:4:"), "{}", outcome.message);
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn files_and_config_of_a_base_come_along_and_a_new_base_compiles_nothing() {
        let _alone = alone();
        let tool = unique("tool");
        let project = project(&tool);
        let (base, _) = load(&project, "stage:house");
        let config = &base.inspect()["Config"];
        assert_eq!(config["WorkingDir"], "/work");
        assert_eq!(config["Cmd"], serde_json::json!(["sh"]), "the command of the image of the registry");
        assert!(config["Env"].to_string().contains("TOOLS=tools"), "{config}");

        let (api, _) = load(&project, "api");
        assert_eq!(run([&api.tag]), format!("1234 /work tools+api {tool} /data true\n"));
        let (child, _) = load(&project, "child");
        let expected = format!("1234 /work tools+api+child {tool} /data true /more true /checked false\n");
        assert_eq!(run([&child.tag]), expected);
        let config = &child.inspect()["Config"];
        assert_eq!(config["Labels"]["team"], "shop");
        assert_eq!(config["Healthcheck"]["Test"], serde_json::json!(["CMD", "/app"]));
        let said = run(["--entrypoint", "cat", &child.tag, "/checked/checked"]);
        assert_eq!(said, format!("0 /work tools+api {tool}\n"), "a stage on an image runs as root");

        let (of_base, of_api, of_child) = (layers(&base), layers(&api), layers(&child));
        assert!(of_api.starts_with(&of_base), "{of_base:#?}\n{of_api:#?}");
        assert!(of_child.starts_with(&of_api), "{of_api:#?}\n{of_child:#?}");

        let newer = unique("tool");
        project.replace("slipway.yaml", &tool, &newer);
        let (api, outcome) = load(&project, "api");
        assert_eq!(run([&api.tag]), format!("1234 /work tools+api {newer} /data true\n"));
        let ran: Vec<_> =
            outcome.executed().into_iter().filter(|name| name.contains(" RUN ") || name.contains("go ")).collect();
        assert_eq!(ran.len(), 1, "only the step of the base: {ran:#?}");
        assert!(ran[0].starts_with("[house 1/1] RUN"), "{ran:#?}");
    }
}
