//! Images for debugging: the image that ships, with a debugger on top of it.

#![allow(clippy::indexing_slicing)] // A JSON value that has no such key is null.

use std::fmt::Write as _;

use slipway_plan::{Layer, Plan, StepKind};

use crate::support::{Memory, make, refusal, request};

/// A project of every language.
fn project() -> Memory {
    let mut project = crate::support::several_languages();
    project.files.extend([
        ("web/package.json", r#"{"engines":{"node":"24"},"main":"main.js"}"#),
        ("web/main.js", ""),
        (
            "report/pom.xml",
            "<project><properties><maven.compiler.release>21</maven.compiler.release></properties></project>",
        ),
    ]);
    project
}

fn planned(spec: &str, target: &str) -> Plan {
    make(&project(), spec, Some(target), "linux/amd64", &request()).unwrap()
}

fn layers(plan: &Plan) -> &[Layer] {
    match &plan.steps.get(plan.result).unwrap().kind {
        StepKind::Assemble { layers, .. } => layers,
        other => panic!("{other:?}"),
    }
}

fn histories(plan: &Plan) -> Vec<&str> {
    layers(plan).iter().map(|layer| layer.history.as_str()).collect()
}

/// The parts of a config that concern its command.
fn command(plan: &Plan) -> String {
    let config = &plan.config["config"];
    let env = config["Env"].as_array().unwrap().iter().filter_map(|text| text.as_str());
    let env: Vec<_> =
        env.filter(|text| text.contains("debug") || text.contains("jdwp") || text.contains("inspect")).collect();
    let mut out = String::new();
    for (name, value) in
        [("entrypoint", &config["Entrypoint"]), ("cmd", &config["Cmd"]), ("ports", &config["ExposedPorts"])]
    {
        if !value.is_null() {
            writeln!(out, "  {name} {value}").unwrap();
        }
    }
    env.iter().for_each(|text| writeln!(out, "  env {text}").unwrap());
    out
}

#[test]
fn each_language_has_its_debugger_on_top_of_the_image_that_ships() {
    let mut text = String::new();
    for (what, keys) in [
        ("Go", "go: ./cmd/api, init: true, cmd: [serve]"),
        ("Node.js", "node: ./web"),
        ("Node.js on slim", "node: ./web, runtime: slim, cmd: [npm, start]"),
        ("Python", "python: ./site, cmd: [uvicorn, \"main:app\"]"),
        ("Java", "java: ./report, env: { JAVA_TOOL_OPTIONS: -Xmx1g }"),
        ("Rust", "rust: ./edge, entrypoint: [/edge, --fast]"),
    ] {
        let spec = format!("images: {{ api: {{ {keys}, variants: {{ debug: {{}}, other: {{ inspect: 4000 }} }} }} }}");
        let (ships, debug) = (planned(&spec, "api"), planned(&spec, "api/debug"));
        let (below, all) = (histories(&ships), histories(&debug));
        let is_compiled = |line: &str| line.contains("go build") || line.contains("cargo build");
        for (below, line) in below.iter().zip(&all) {
            assert!(below == line || is_compiled(below) && is_compiled(line), "{below} {line}");
        }
        let compiled: String = all.iter().filter(|line| is_compiled(line)).map(|line| format!("  {line}\n")).collect();
        let added: String = all[below.len()..].iter().map(|line| format!("  {line}\n")).collect();
        write!(text, "{what}:\n{compiled}{added}{}", command(&debug)).unwrap();
        let (user, port) =
            (debug.config["config"]["User"].as_str(), &planned(&spec, "api/other").config["config"]["ExposedPorts"]);
        assert_eq!((user, port["4000/tcp"].is_object()), (ships.config["config"]["User"].as_str(), true), "{what}");
        assert_eq!(
            ships.notes.iter().chain(&debug.notes).filter(|note| note.text.contains("listens on port")).count(),
            1
        );
    }
    insta::assert_snapshot!(text);
}

#[test]
fn builds_that_need_nothing_else_share_all_steps() {
    let spec = "builds: { web: { preset: node, source: ./web } }\nimages: { web: { build: web, variants: { debug: { inspect: 9000 } } } }\n";
    let (ships, debug) = (planned(spec, "web"), planned(spec, "web/debug"));
    let names = |plan: &Plan| plan.steps.iter().map(|(_, step)| step.name.clone()).collect::<Vec<_>>();
    let (below, all) = (names(&ships), names(&debug));
    let more: Vec<_> = all.iter().filter(|name| !below.contains(name)).collect();
    let base = "[web/debug base] FROM gcr.io/distroless/nodejs24-debian13:nonroot";
    let shell = ["[internal] tool FROM debian:trixie-slim", "[debugger for linux/amd64] busybox"];
    assert_eq!(more, [base, shell[0], shell[1], "[web/debug] assemble"]);
}

#[test]
fn variants_say_whether_they_are_for_debugging() {
    let spec = |variants: &str| format!("images: {{ api: {{ go: ./cmd/api, variants: {{ {variants} }} }} }}");
    let plain = planned(&spec("debug: { inspect: false, env: { A: b } }"), "api/debug");
    assert_eq!(plain.config["config"]["Entrypoint"], serde_json::json!(["/api"]));
    let files = "images: { conf: { files: { /go.mod: ./go.mod }, runtime: scratch, variants: { debug: {} } } }";
    assert_eq!(histories(&planned(files, "conf/debug")).last(), Some(&"COPY /.slipway/debug/bin"));
    let by_hand = planned(&spec("debug: { entrypoint: [sh], runtime: slim, budget: { size: 1MB } }"), "api/debug");
    assert_eq!(by_hand.config["config"]["Entrypoint"], serde_json::json!(["sh"]));
    let own = "debug: { entrypoint: [dlv, exec, /api], runtime: slim }";
    let own = planned(&spec(own), "api/debug");
    assert_eq!(own.config["config"]["Entrypoint"], serde_json::json!(["dlv", "exec", "/api"]));
}

#[test]
fn limits_of_the_image_that_ships_are_not_those_of_the_debugger() {
    let keys = "runtime: scratch, budget: { size: 1MB }, scan: { gate: true }, compress: upx";
    let gates = |variants: &str, target: &str| {
        let spec = format!("images: {{ api: {{ go: ./cmd/api, {keys}, variants: {{ {variants} }} }} }}");
        planned(&spec, target).gates.iter().map(|gate| gate.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(gates("debug: {}", "api").len(), 2);
    assert_eq!(gates("debug: {}", "api/debug").len(), 0);
    assert_eq!(gates("other: { inspect: true }", "api/other").len(), 0);
    assert_eq!(gates("debug: { budget: { size: 90MB } }", "api/debug").len(), 1);
}

#[test]
fn what_cannot_be_debugged_is_refused() {
    let project = project();
    let at = |platform: &str| {
        make(
            &project,
            "images: { api: { go: ./cmd/api, runtime: scratch, inspect: true } }",
            None,
            platform,
            &request(),
        )
        .unwrap_err()
    };
    let mut nowhere = crate::support::go_project();
    nowhere.missing_images.insert("debian:trixie-slim");
    let cases = [
        ("files", refusal(&project, "images: { api: { static: ./cmd, inspect: true } }")),
        ("no build", refusal(&project, "images: { api: { files: { /a: ./go.mod }, inspect: 9229 } }")),
        (
            "another program",
            refusal(
                &project,
                "images: { api: { go: ./cmd/api, runtime: slim, inspect: true, entrypoint: [sh, /start] } }",
            ),
        ),
        ("a platform that Delve does not know", at("linux/arm/v7")),
        ("no image for the shell", refusal(&nowhere, "images: { api: { go: ./cmd/api, inspect: true } }")),
    ];
    let text: String = cases.iter().map(|(what, said)| format!("{what}:\n  {said}\n")).collect();
    insta::assert_snapshot!(text);
}
