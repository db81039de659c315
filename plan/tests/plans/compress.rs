//! `compress: upx`: which programs are compressed, and what cannot be.

use crate::support::{Memory, go_project, make, print, refusal, request};
use slipway_plan::{LayerItem, Plan, StepKind};

fn planned(spec: &str, target: Option<&str>) -> Plan {
    make(&go_project(), spec, target, "linux/amd64", &request()).unwrap()
}

/// The names of the steps that the layers of programs come from.
fn origins(plan: &Plan) -> Vec<String> {
    let layers = plan.steps.iter().filter_map(|(_, step)| match &step.kind {
        StepKind::Assemble { layers, .. } => Some(layers.iter().flat_map(|layer| &layer.items)),
        _ => None,
    });
    let copies = layers.flatten().filter_map(|item| match item {
        LayerItem::Copy(copy) if copy.target.starts_with("/srv/") || copy.target == "/api" => Some(copy.from),
        _ => None,
    });
    let name = |wanted| plan.steps.iter().find(|(id, _)| *id == wanted).unwrap().1.name.clone();
    copies.map(name).collect()
}

#[test]
fn every_program_of_a_build_is_compressed_for_the_image() {
    let one = planned("images: { api: { go: ./cmd/api, runtime: scratch, compress: upx } }", None);
    assert_eq!(origins(&one), ["[api compress] upx api"]);
    let text = print(&one);
    assert!(text.contains("[upx] apt-get install upx-ucl") && text.contains("debian:trixie-slim"), "{text}");

    let spec = "builds: { go: { preset: go, main: [./cmd/api, ./cmd/run], destination: /srv/ } }\n\
                images:\n  api: { build: go, compress: upx, variants: { debug: {}, try: { inspect: 2345 }, loud: {} } }\n  \
                plain: { extends: api, compress: none }\n";
    let both = ["[api compress] upx api", "[api compress] upx run"];
    assert_eq!(origins(&planned(spec, Some("api"))), both);
    assert_eq!(origins(&planned(spec, Some("api/loud"))), both.map(|name| name.replace("[api ", "[api/loud ")));
    let build = "[go build] go build ./cmd/api ./cmd/run";
    for uncompressed in ["plain", "api/debug", "api/try"] {
        assert_eq!(origins(&planned(spec, Some(uncompressed))), [build, build], "{uncompressed}");
    }
    let note = "not compressed, because debuggers cannot read compressed programs";
    assert!(planned(spec, Some("api/debug")).notes.iter().any(|known| known.text == note));
}

#[test]
fn what_cannot_be_compressed_is_refused() {
    let mut project: Memory = go_project();
    project.files.extend([("web/package.json", "{\"engines\":{\"node\":\"24\"}}"), ("web/main.js", "")]);
    let with = |keys: &str| refusal(&project, &format!("images: {{ api: {{ {keys}, compress: upx }} }}"));
    let other = make(
        &project,
        "images: { api: { go: ./cmd/api, runtime: scratch, compress: upx } }",
        None,
        "linux/riscv64",
        &request(),
    );
    let mut nowhere = go_project();
    nowhere.missing_images.insert("debian:trixie-slim");
    let cases = [
        ("a program that is not compiled", with("node: ./web, cmd: [main.js]")),
        ("files", with("static: ./cmd")),
        ("no build", with("files: { /a: ./go.mod }")),
        ("another platform", other.unwrap_err()),
        ("no image for it", refusal(&nowhere, "images: { api: { go: ./cmd/api, compress: upx } }")),
    ];
    let text: String = cases.iter().map(|(what, said)| format!("{what}:\n  {said}\n")).collect();
    insta::assert_snapshot!(text);
}
