//! Health checks by Slipway's probe, and the probe as the first process: the config and the layers of images.

#![allow(clippy::indexing_slicing)] // A JSON value that has no such key is null.

use slipway_plan::{LayerItem, Plan, Source, StepKind};

use crate::contents::{image, of, refused};
use crate::support::{go_project, make, request};

fn plan_of(keys: &str) -> Plan {
    of(&go_project(), &image(keys))
}

/// The command of the health check.
fn test_of(check: &str) -> String {
    let config = plan_of(&format!("healthcheck: {check}")).config;
    config["config"]["Healthcheck"]["Test"].to_string()
}

/// The layers of the result that contain the probe.
fn probes(plan: &Plan) -> usize {
    let result = plan.steps.get(plan.result).unwrap();
    let StepKind::Assemble { layers, .. } = &result.kind else { panic!("no image") };
    let has_probe = |item: &LayerItem| {
        let LayerItem::Copy(copy) = item else { return false };
        let from = &plan.steps.get(copy.from).unwrap().kind;
        matches!(from, StepKind::Source(Source::Probe { .. }))
            && (copy.source.as_str(), copy.target.as_str(), copy.epoch) == ("/probes/linux-amd64", "/", true)
    };
    layers.iter().flat_map(|layer| &layer.items).filter(|item| has_probe(item)).count()
}

#[test]
fn the_command_of_a_check() {
    let all = [
        "{ http: \":8080/healthz\" }",
        "{ http: \":80\", timeout: 2s }",
        "{ http: { port: 8080, path: \"/a?b=c\", status: 204, headers: { X-A: \"1 2\", Host: shop } }, timeout: 15ms }",
        "{ tcp: \":5432\", timeout: 0s }",
        "{ grpc: \":50051\" }",
        "{ grpc: { port: 50051, service: shop.v1.Orders }, timeout: 1m }",
    ]
    .map(|check| format!("{check}\n    {}\n", test_of(check)))
    .concat();
    insta::assert_snapshot!(all, @r##"
    { http: ":8080/healthz" }
        ["CMD","/.slipway/probe","http",":8080/healthz"]
    { http: ":80", timeout: 2s }
        ["CMD","/.slipway/probe","http","--timeout","1800ms",":80"]
    { http: { port: 8080, path: "/a?b=c", status: 204, headers: { X-A: "1 2", Host: shop } }, timeout: 15ms }
        ["CMD","/.slipway/probe","http","--timeout","14ms","--status","204","--header","X-A: 1 2","--header","Host: shop",":8080/a?b=c"]
    { tcp: ":5432", timeout: 0s }
        ["CMD","/.slipway/probe","tcp",":5432"]
    { grpc: ":50051" }
        ["CMD","/.slipway/probe","grpc",":50051"]
    { grpc: { port: 50051, service: shop.v1.Orders }, timeout: 1m }
        ["CMD","/.slipway/probe","grpc","--timeout","54000ms","--service","shop.v1.Orders",":50051"]
    "##);
}

#[test]
fn values_of_arguments_are_checked() {
    let spec =
        |check: &str| format!("args: {{ X: \"\" }}\nimages: {{ api: {{ go: ./cmd/api, healthcheck: {check} }} }}");
    let mut said = String::new();
    for (value, check) in [
        ("8080/", "{ http: \":${X}\" }"),
        ("x", "{ tcp: \":${X}\" }"),
        ("70000", "{ grpc: { port: \"${X}\" } }"),
        ("a", "{ http: { port: 80, path: \"${X}\" } }"),
        ("2", "{ http: { port: 80, status: \"${X}\" } }"),
        ("a\r\nb: c", "{ http: { port: 80, headers: { X: \"${X}\" } } }"),
    ] {
        let mut request = request();
        request.build_args.insert("X".to_owned(), value.to_owned());
        let made = make(&go_project(), &spec(check), None, "linux/amd64", &request);
        said += &format!("{check} {value:?}\n    {}\n", made.map_or_else(|said| said, |_| "accepted".to_owned()));
    }
    insta::assert_snapshot!(said, @r##"
    { http: ":${X}" } "8080/"
        accepted
    { tcp: ":${X}" } "x"
        slipway.yaml:2:53: `:x` is not a port from 1 to 65535; write the port, as in `":5432"`
    { grpc: { port: "${X}" } } "70000"
        slipway.yaml:2:62: `70000` is not a port; write a number from 1 to 65535
    { http: { port: 80, path: "${X}" } } "a"
        slipway.yaml:2:72: the path `a` does not start with `/`; start it with `/`
    { http: { port: 80, status: "${X}" } } "2"
        slipway.yaml:2:74: `2` is not an HTTP status; write a number such as `204`, or a range such as `200-299`
    { http: { port: 80, headers: { X: "${X}" } } } "a\r\nb: c"
        slipway.yaml:2:80: the value of a header is one line; delete the line breaks
    "##);
}

#[test]
fn only_images_that_need_it_have_the_probe() {
    for (keys, count) in [
        ("healthcheck: { http: \":80\" }", 1),
        ("healthcheck: { tcp: \":80\" }, init: true, runtime: scratch", 1),
        ("init: true, runtime: slim", 1),
        ("healthcheck: { run: [/api] }, init: false", 0),
        ("healthcheck: none", 0),
    ] {
        assert_eq!(probes(&plan_of(keys)), count, "{keys}");
    }
}

const INITS: &str = r#"
images:
  api: { go: ./cmd/api, init: true, cmd: [serve] }
  same: { runtime: api, env: { A: b } }
  again: { runtime: api, init: true, healthcheck: { tcp: ":80" } }
  other: { runtime: api, entrypoint: [/api, other] }
  without: { runtime: api, init: false }
  extended: { extends: api, init: false }
  node: { runtime: "gcr.io/distroless/nodejs24-debian13", init: true, files: { /app/: ./go.mod }, cmd: [/app/x.js] }
  words: { runtime: slim, init: true, cmd: [sleep, "1"] }
  none: { runtime: "debian:13", init: true, files: { /x: ./go.mod } }
"#;

#[test]
fn the_first_process() {
    let all: String = ["api", "same", "again", "other", "without", "extended", "node", "words", "none"]
        .map(|name| {
            let plan = make(&go_project(), INITS, Some(name), "linux/amd64", &request()).unwrap();
            let config = &plan.config["config"];
            format!("{name}: {} {}, {} probes\n", config["Entrypoint"], config["Cmd"], probes(&plan))
        })
        .concat();
    insta::assert_snapshot!(all, @r##"
    api: ["/.slipway/probe","init","/api"] ["serve"], 1 probes
    same: ["/.slipway/probe","init","/api"] ["serve"], 0 probes
    again: ["/.slipway/probe","init","/api"] ["serve"], 0 probes
    other: ["/api","other"] null, 0 probes
    without: ["/api"] ["serve"], 0 probes
    extended: ["/api"] ["serve"], 0 probes
    node: ["/.slipway/probe","init","/nodejs/bin/node"] ["/app/x.js"], 1 probes
    words: ["/.slipway/probe","init"] ["sleep","1"], 1 probes
    none: ["/.slipway/probe","init"] ["sh"], 1 probes
    "##);
}

#[test]
fn what_cannot_be() {
    let all = [
        "healthcheck: { tcp: \":80\" }, files: { /.slipway/probe: ./go.mod }",
        "init: true, files: { /.slipway: { from: ./go.mod } }",
        "init: true, folders: { /.slipway/probe: {} }",
        "init: true, runtime: slim, entrypoint: [tini, --, /api]",
        "init: true, runtime: slim, entrypoint: [], cmd: [/usr/bin/dumb-init, /api]",
        "init: true, healthcheck: { tcp: \":80\" }, files: { /.slipway/other: ./go.mod }",
        "init: false, runtime: slim, entrypoint: [tini, --, /api]",
    ]
    .map(|keys| match refused(keys) {
        said if said.is_empty() => format!("{keys}\n    accepted\n"),
        said => format!("{keys}\n    {said}\n"),
    })
    .concat();
    insta::assert_snapshot!(all, @r##"
    healthcheck: { tcp: ":80" }, files: { /.slipway/probe: ./go.mod }
        two files have the path `/.slipway/probe` (the probe, which `healthcheck` and `init` need, also has it at 1:46); choose another path for one of the two; a destination of `files` that ends in `/` is a folder
    init: true, files: { /.slipway: { from: ./go.mod } }
        `/.slipway/probe` cannot be in the image: `/.slipway` is a file there (`files` puts the file there at 1:54); choose another path for one of the two; a destination of `files` that ends in `/` is a folder
    init: true, folders: { /.slipway/probe: {} }
        `/.slipway/probe` is both a file and a folder (the probe, which `healthcheck` and `init` need, also has it at 1:39); choose another path for one of the two; a destination of `files` that ends in `/` is a folder
    init: true, runtime: slim, entrypoint: [tini, --, /api]
        the program of this image is already an init: `tini` (this program at 1:73); delete `init`, or `tini`
    init: true, runtime: slim, entrypoint: [], cmd: [/usr/bin/dumb-init, /api]
        the program of this image is already an init: `/usr/bin/dumb-init` (this program at 1:82); delete `init`, or `/usr/bin/dumb-init`
    init: true, healthcheck: { tcp: ":80" }, files: { /.slipway/other: ./go.mod }
        accepted
    init: false, runtime: slim, entrypoint: [tini, --, /api]
        accepted
    "##);
}
