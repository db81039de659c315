//! Everything except presets: stages, contexts, files, variants, gates, and references between them.

use crate::support::{go_project, make, print, refusal, request};

/// The polyglot spec of the language, with a Go build instead of the presets.
const POLYGLOT: &str = r#"
args: { VERSION: { default: dev } }
contexts:
  proto: { git: "https://github.com/acme/proto.git", ref: v2.1.0, checksum: 9f1c2ab }
  logo: { http: "https://example.com/logo.svg", checksum: "sha256:0000000000000000000000000000000000000000000000000000000000000000" }
  third: { path: ./third_party }
  tools: { image: "alpine:3.22" }
secrets:
  token: { env: TOKEN, revision: "2026-11" }
  npmrc: { target: /root/.npmrc, required: false }
stages:
  gen:
    from: bufbuild/buf:1.50
    platform: build
    workdir: /src
    env: { LEVEL: info }
    steps:
      - copy: { from: "proto:/", to: ., exclude: ["**/testdata"] }
      - file: { path: buf.yaml, content: "version: ${VERSION}\n" }
      - run: |
          buf generate --output /gen
          ls /gen
        network: none
        cache: [/root/.cache/buf, { target: /tmp/named, id: shared, sharing: locked }]
        secrets: [token, npmrc]
        ssh: [default]
    output: /gen
  more:
    from: gen
    steps:
      - run: touch /gen/more
        workdir: sub
  legacy:
    dockerfile: ./legacy/Dockerfile
    target: builder
builds:
  go: { preset: go, inputs: { ./internal/gen: "gen:/go" }, ldflags: "-X main.v=${VERSION}", private: [github.com/acme/*],
        checks: { test: { run: go test ./..., gate: true }, vet: { run: go vet ./... } } }
images:
  api:
    build: { from: go, main: ./cmd/api }
    files:
      /srv/ui: "more:/gen"
      /etc/api.toml: { from: ./deploy/api.toml, mode: "0444", owner: "1:2" }
      /usr/lib/legacy/: "legacy:/opt/lib/x.so"
      /logo/: "logo:/logo.svg"
      /run-of-it: "run:/usr/local/bin/run"
      /third: "third:/a"
      /apk: "tools:/sbin/apk"
    metadata: { title: Shop, version: "${VERSION}" }
    healthcheck: { run: [/api, health], interval: 10s, retries: 2 }
    variants:
      debug: { runtime: slim, entrypoint: [/bin/sh], healthcheck: { http: ":8080/" } }
  run:
    build: { from: go, main: ./cmd/run }
    healthcheck: none
  files:
    runtime: busybox:1.37
    files: { /data/: ./go.mod }
"#;

fn plan_of(target: &str) -> String {
    let mut project = go_project();
    for file in ["legacy/Dockerfile", "deploy/api.toml", "third_party/a"] {
        project.files.insert(file, "FROM busybox AS builder");
    }
    project.files.insert("main.go", "package main\n");
    print(&make(&project, POLYGLOT, Some(target), "linux/arm64", &request()).unwrap())
}

#[test]
fn an_image_with_files_of_many_origins() {
    insta::assert_snapshot!(plan_of("api"));
}

#[test]
fn a_variant_and_an_image_of_files() {
    let variant = plan_of("api/debug");
    assert!(variant.starts_with("target api/debug for linux/arm64"), "{variant}");
    assert!(variant.contains("FROM debian:trixie-slim"), "{variant}");
    assert!(variant.contains("\"/bin/sh\""), "{variant}");
    insta::assert_snapshot!(plan_of("files"));
}

#[test]
fn builds_and_stages_are_targets() {
    insta::assert_snapshot!(plan_of("stage:gen"));
    let build = plan_of("build:go");
    assert!(build.contains("gate go/test"), "{build}");
    // Without a main package, the build uses the program in the module's folder.
    assert!(build.contains("-o\", \"/out/shop\", \".\"]"), "{build}");
}

#[test]
fn unresolved_references_are_rejected() {
    let said = [
        "images: { a: { runtime: scratch, files: { data: ./x } } }",
        "images: { a: { runtime: scratch, files: { /data: ./../x } } }",
        "images: { a: { runtime: scratch, files: { /data: 's:/../x' } } }\nstages: { s: { from: scratch, output: /out } }",
        "images: { a: { runtime: scratch, files: { /data: 's:/x' } } }\nstages: { s: { from: scratch, output: out } }",
        "images: { a: { runtime: scratch, files: { /data: 's:/x' } } }\nstages: { s: { dockerfile: ./Dockerfile } }",
        "stages: { s: { from: scratch, platform: build }, t: { from: s, platform: target } }\nimages: { a: { runtime: scratch, files: { /x: 't:/x' } } }",
        "images: { a: { go: { main: ./cmd/api, checks: { lint: { script: lint, gate: true } } } } }",
        "images: { a: { go: { main: ./cmd/api, env: { 'A=B': c } } } }",
    ];
    let said: Vec<_> = said.iter().map(|spec| refusal(&go_project(), spec)).collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn gates_of_the_repository_apply_to_every_image() {
    let spec = "checks: { lint: { from: 'golangci/golangci-lint:v2.1', run: golangci-lint run, gate: true, cache: [/root/.cache] }, spell: { from: 'x:1', run: spell } }
images: { api: { go: ./cmd/api }, files: { runtime: scratch, files: { /x: ./go.mod } } }";
    for target in ["api", "files"] {
        let plan = make(&go_project(), spec, Some(target), "linux/arm64", &request()).unwrap();
        let text = print(&plan);
        assert_eq!(plan.gates.len(), 1, "{text}");
        assert!(text.contains("[check lint] golangci-lint run"), "{text}");
        assert!(text.contains("cache slipway/stage/check-lint/linux/amd64/root/.cache Shared"), "{text}");
        assert!(!text.contains("spell") && plan.warnings.is_empty(), "{text}");
    }
}

#[test]
fn arguments_are_replaced_in_every_list_of_words() {
    let mut project = go_project();
    project.files.extend([
        ("r/Cargo.toml", "[package]\nname = \"edge\"\n[features]\ntls = []\n"),
        ("r/Cargo.lock", ""),
        ("r/src/main.rs", ""),
        ("n/package.json", "{\"name\":\"n\",\"scripts\":{\"make\":\"x\"}}"),
        ("n/package-lock.json", "{\"lockfileVersion\":3,\"packages\":{}}"),
        ("p/pyproject.toml", "[project]\nname = \"p\"\nrequires-python = \">=3.13\"\n[project.optional-dependencies]\nmake = []\n[dependency-groups]\ntls = []\n"),
        ("p/uv.lock", "version = 1\n"),
    ]);
    let spec = "args: { ONE: tls, TWO: make, VERSION: '1' }
images:
  r: { rust: { source: ./r, features: ['${ONE}'] } }
  n: { build: n, cmd: [out/x.js] }
  p: { python: { source: ./p, extras: ['${TWO}'], groups: ['${ONE}'] }, entrypoint: [x] }
builds: { n: { preset: node, source: ./n, scripts: ['${TWO}'], output: [out] } }
";
    for (target, expected) in [
        ("r", vec![r#""--features", "tls""#]),
        ("n", vec!["npm run make"]),
        ("p", vec![r#""--extra", "make""#, r#""--group", "tls""#]),
    ] {
        let text = print(&make(&project, spec, Some(target), "linux/amd64", &request()).unwrap());
        for expected in expected {
            assert!(text.contains(expected) && !text.contains("${ONE}") && !text.contains("${TWO}"), "{text}");
        }
    }
}

/// An argument does not refer to a stage or image of the file, so an image with that name in a registry would be used
/// silently.
#[test]
fn arguments_refer_only_to_images_of_registries() {
    let spec = |rest: &str| format!("args: {{ BASE: shop-base }}\nimages:\n  shop-base: {{ go: ./cmd/run }}\n{rest}");
    let runtime = spec("  api: { go: ./cmd/api, runtime: \"${BASE}\" }\n");
    let said = make(&go_project(), &runtime, Some("api"), "linux/amd64", &request()).unwrap_err();
    assert!(said.contains("4:34: after its arguments are replaced, this is `shop-base`"), "{said}");
    let stage = spec(
        "  api: { go: ./cmd/api, files: { /x: \"gen:/x\" } }\nstages: { gen: { from: \"${BASE}:1\", steps: [{ run: make }] } }\n",
    );
    let said = make(&go_project(), &stage, Some("api"), "linux/amd64", &request()).unwrap_err();
    assert!(said.contains("the image `shop-base` of this file has that name"), "{said}");
}

#[test]
fn ports_come_from_arguments() {
    let spec = "args: { PORT: \"8080\", DNS: \"\" }\nimages: { api: { go: ./cmd/api, expose: [9000, \"${PORT}\", \"5${DNS:-3}/udp\"] } }\n";
    let with = |value: &str| {
        let mut request = request();
        request.build_args.insert("PORT".to_owned(), value.to_owned());
        make(&go_project(), spec, None, "linux/amd64", &request)
    };
    let ports = |value| with(value).unwrap().config["config"]["ExposedPorts"].to_string();
    assert_eq!(ports("8081"), r#"{"53/udp":{},"8081/tcp":{},"9000/tcp":{}}"#);
    let refused = with("http").unwrap_err().to_string();
    assert!(refused.contains("2:48: `http` is not a port; write a number from 1 to 65535"), "{refused}");
}
