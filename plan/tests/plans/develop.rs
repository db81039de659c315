//! Images for development: the toolchain, the sources and all dependencies, and a command that starts the program again.

#![allow(clippy::indexing_slicing)] // A JSON value that has no such key is null.

use std::fmt::Write as _;

use slipway_plan::{Layer, Plan, StepKind};

use crate::support::{Memory, make, request};

/// A project of every language.
fn project() -> Memory {
    let mut project = crate::support::several_languages();
    project.files.extend([
        ("web/package.json", r#"{"engines":{"node":"24"},"main":"main.js","scripts":{"build":"tsc"}}"#),
        ("web/package-lock.json", r#"{"lockfileVersion":3,"packages":{}}"#),
        ("web/main.js", ""),
        (
            "app/package.json",
            r#"{"engines":{"node":"24"},"packageManager":"pnpm@10.1.0","scripts":{"dev":"vite","build":"vite build"},"devDependencies":{"vite":"7"}}"#,
        ),
        ("app/pnpm-lock.yaml", "lockfileVersion: '9.0'\nimporters: {}\n"),
        ("app/main.js", ""),
        ("svc/go.mod", "module svc\ngo 1.24\nrequire lib v0.0.0\nreplace lib => ../lib\n"),
        ("svc/main.go", "package main\n"),
        ("lib/go.mod", "module lib\ngo 1.24\n"),
        (
            "shop/pom.xml",
            "<project><groupId>a</groupId><artifactId>shop</artifactId><version>1</version><packaging>pom</packaging><properties><maven.compiler.release>21</maven.compiler.release></properties><modules><module>money</module><module>orders</module><module>other</module></modules></project>",
        ),
        ("shop/money/pom.xml", "<project><parent><groupId>a</groupId><artifactId>shop</artifactId><version>1</version></parent><artifactId>money</artifactId></project>"),
        (
            "shop/orders/pom.xml",
            "<project><parent><groupId>a</groupId><artifactId>shop</artifactId><version>1</version></parent><artifactId>orders</artifactId><dependencies><dependency><groupId>a</groupId><artifactId>money</artifactId><version>1</version></dependency></dependencies></project>",
        ),
        ("shop/other/pom.xml", "<project><parent><groupId>a</groupId><artifactId>shop</artifactId><version>1</version></parent><artifactId>other</artifactId></project>"),
        ("desk/build.gradle", "plugins { id 'application' }\nsourceCompatibility = 21\n"),
        ("desk/gradle/wrapper/gradle-wrapper.properties", "distributionUrl=https\\://services.gradle.org/distributions/gradle-8.14-bin.zip\n"),
        ("desk/gradlew", ""),
        ("report/pom.xml", "<project><properties><maven.compiler.release>21</maven.compiler.release></properties></project>"),
    ]);
    project
}

fn try_plan(spec: &str, target: &str) -> Result<Plan, String> {
    make(&project(), spec, Some(target), "linux/amd64", &request())
}

fn layers(plan: &Plan) -> &[Layer] {
    match &plan.steps.get(plan.result).unwrap().kind {
        StepKind::Assemble { layers, .. } => layers,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_language_runs_from_its_sources() {
    let mut text = String::new();
    for (what, keys) in [
        (
            "Go",
            "go: { main: ./cmd/api, ldflags: \"-X main.v='1 2'\" }, entrypoint: [/api, serve], compress: upx, healthcheck: { run: [/api] }, budget: { size: 1MB }, tests: { a: { run: [/api] } }, platforms: [linux/arm64]",
        ),
        (
            "Node.js without a script",
            "node: ./web, cmd: [main.js, --port, \"80\"], user: \"1001:1001\", env: { NODE_ENV: production, A: b }",
        ),
        ("Node.js with a script", "node: { source: ./app, scripts: [build] }, cmd: [dist/main.js]"),
        ("Rust", "rust: ./edge, entrypoint: [/edge, --port], cmd: [\"80\"], workdir: /data"),
        (
            "the program of several that the image runs",
            "go: { main: [./cmd/run, ./cmd/api], destination: /srv/ }, entrypoint: [/srv/api], cmd: [serve]",
        ),
        ("a module beside another one", "go: { source: ./svc }, init: false, user: nonroot"),
        ("Python", "python: ./site, runtime: distroless, cmd: [uvicorn, \"main:app\"]"),
        (
            "Java",
            "java: ./report, runtime: slim, entrypoint: [java, -Xmx1g, -jar, app.jar], cmd: [serve], budget: { size: 1MB }",
        ),
        ("a Maven module", "java: { source: ./shop, module: orders }, cmd: [serve]"),
        ("Gradle", "java: { source: ./desk, destination: /opt/desk }"),
    ] {
        let plan = try_plan(&format!("images: {{ api: {{ {keys}, variants: {{ dev: {{}} }} }} }}"), "api/dev").unwrap();
        writeln!(text, "{what}:").unwrap();
        for (_, step) in plan.steps.iter() {
            writeln!(text, "  {}", step.name).unwrap();
        }
        let config = &plan.config["config"];
        for key in ["Entrypoint", "Cmd", "WorkingDir", "User", "Healthcheck"] {
            writeln!(text, "  {key} {}", config[key]).unwrap();
        }
        let env = config["Env"].as_array().unwrap().iter().filter_map(|text| text.as_str());
        writeln!(text, "  Env {}", env.collect::<Vec<_>>().join(" ")).unwrap();
        writeln!(text, "  {:?} {:?}", plan.source_folder, plan.watched).unwrap();
        for item in layers(&plan).iter().flat_map(|layer| &layer.items) {
            if let slipway_plan::LayerItem::Copy(copy) = item {
                writeln!(text, "  copy {} -> {} of {:?}", copy.source, copy.target, copy.owner).unwrap();
            }
        }
        assert!(plan.gates.is_empty(), "{what}: {:?}", plan.gates);
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_health_check_waits_until_the_program_is_compiled() {
    let of = |check: &str, target: &str| {
        let spec = format!(
            "images: {{ api: {{ go: {{ main: ./cmd/api }}, healthcheck: {check}, variants: {{ dev: {{}} }} }} }}"
        );
        try_plan(&spec, target).unwrap().config["config"]["Healthcheck"].clone()
    };
    let check = "{ http: ':8080/health', start_period: 5s }";
    assert_eq!(of(check, "api")["StartPeriod"], 5_000_000_000_u64);
    assert_eq!(of(check, "api/dev")["StartPeriod"], 300_000_000_000_u64);
    assert_eq!(of("{ tcp: ':8080', start_period: 10m }", "api/dev")["StartPeriod"], 600_000_000_000_u64);
    assert_eq!(of("none", "api/dev"), serde_json::json!({ "Test": ["NONE"] }));
}

#[test]
fn images_of_other_kinds_keep_their_variant_with_this_name() {
    for (what, keys) in [
        ("files", "static: ./cmd, runtime: \"nginx:1.29\", cmd: [serve], platforms: [linux/amd64]"),
        ("an image", "runtime: \"php:8.4\", entrypoint: [run], cmd: [serve]"),
        ("a stage", "runtime: house, entrypoint: [run], cmd: [serve]"),
    ] {
        let spec = |dev: &str| {
            format!(
                "stages: {{ house: {{ from: debian:13, steps: [{{ run: \"true\" }}] }} }}\nimages: {{ api: {{ {keys}, variants: {{ dev: {dev} }} }} }}"
            )
        };
        let (ships, dev) = (try_plan(&spec("{}"), "api").unwrap(), try_plan(&spec("{}"), "api/dev").unwrap());
        assert_eq!(ships.config, dev.config, "{what}");
        assert_eq!((dev.watched, ships.gates.len()), (None, dev.gates.len()), "{what}");
        let own = try_plan(&spec("{ cmd: [work] }"), "api/dev").unwrap();
        assert_eq!(own.config["config"]["Entrypoint"], ships.config["config"]["Entrypoint"], "{what}");
        assert_eq!(own.config["config"]["Cmd"][0], "work", "{what}");
    }
}

#[test]
fn every_language_that_develops_has_a_plan_for_it_without_production() {
    for (preset, keys) in [
        ("go", "go: { main: ./cmd/api }, compress: upx"),
        ("node", "node: { source: ./app, scripts: [build] }, dependencies: traced"),
        ("python", "python: ./site, cmd: [uvicorn]"),
        ("rust", "rust: ./edge"),
        ("java", "java: ./report"),
        ("static", "static: ./cmd"),
    ] {
        let (_, known) = *slipway_spec::model::Preset::ALL.iter().find(|(name, _)| *name == preset).unwrap();
        let plan = try_plan(&format!("images: {{ api: {{ {keys}, variants: {{ dev: {{}} }} }} }}"), "api/dev").unwrap();
        assert_eq!(plan.watched.is_some(), known.develops(), "{preset}");
        if known.develops() {
            // Downloads, sources and what is unpacked; nothing that compiles, traces, compresses or checks.
            let names: Vec<_> = plan.steps.iter().map(|(_, step)| step.name.as_str()).collect();
            let is_production = |name: &&&str| {
                ["build]", "compress]", "check]", "compiled", "run]", "trace", "production", "generate]"]
                    .iter()
                    .any(|word| name.contains(word))
            };
            assert_eq!(names.iter().find(is_production), None, "{preset}: {names:?}");
        }
    }
    assert_eq!(slipway_spec::model::Preset::ALL.len(), 6, "add the language above");
}

#[test]
fn java_has_the_dependencies_of_its_checks_and_shares_their_step() {
    let spec = |checks: &str| {
        format!(
            "builds: {{ b: {{ preset: java, source: ./report{checks} }} }}\nimages: {{ api: {{ build: b, variants: {{ dev: {{}} }} }} }}"
        )
    };
    let fetch = |checks: &str, target: &str| {
        let plan = try_plan(&spec(checks), target).unwrap();
        let mut steps = plan.steps.iter().map(|(_, step)| step);
        let step = steps.find(|step| step.name.ends_with("dependencies] Maven")).unwrap();
        let StepKind::Run(run) = &step.kind else { panic!("{step:?}") };
        run.env.clone()
    };
    let checks = ", checks: { test: { run: mvn -B -o test, gate: true } }";
    assert_eq!(fetch(checks, "api/dev"), fetch(checks, "api"));
    assert_eq!(fetch("", "api/dev"), fetch("", "api"));
    assert_ne!(fetch(checks, "api/dev"), fetch("", "api/dev"));
}

#[test]
fn variants_say_whether_they_are_for_development() {
    let plan = |variants: &str, target: &str| {
        let spec = format!("images: {{ api: {{ go: ./cmd/api, cmd: [serve], variants: {{ {variants} }} }} }}");
        try_plan(&spec, target).unwrap().config["config"].clone()
    };
    let (own, other) = (plan("dev: { cmd: [work] }", "api/dev"), plan("hot: { develop: true }", "api/hot"));
    assert_eq!((own["Cmd"][0].as_str(), other["Cmd"][0].as_str()), (Some("work"), Some("serve")));
    assert_eq!((own["Entrypoint"][2].as_str(), other["Entrypoint"][2].as_str()), (Some("/bin/sh"), Some("/bin/sh")));
    let plain = plan("dev: { develop: false }", "api/dev");
    assert_eq!((plain["Entrypoint"][0].as_str(), plain["Cmd"][0].as_str()), (Some("/api"), Some("serve")));
}

#[test]
fn what_cannot_be_for_development_is_refused() {
    let variant = |keys: &str, dev: &str| {
        let spec = format!("images: {{ api: {{ {keys}, variants: {{ {dev} }} }} }}");
        try_plan(&spec, spec_target(dev)).unwrap_err()
    };
    let other = make(
        &project(),
        "images: { api: { go: ./cmd/api, variants: { dev: {} } } }",
        Some("api/dev"),
        "linux/arm64",
        &request(),
    );
    let cases = [
        ("another base", variant("go: ./cmd/api", "dev: { runtime: slim }")),
        (
            "a compiled program of Node.js",
            variant("node: { source: ./web, scripts: [build], output: [dist] }, cmd: [dist/main.js]", "dev: {}"),
        ),
        ("a debugger", variant("go: ./cmd/api", "dev: { inspect: 2345 }")),
        ("a compressed program", variant("go: ./cmd/api", "dev: { compress: upx }")),
        ("other dependencies", variant("node: ./web, cmd: [main.js]", "dev: { dependencies: production }")),
        ("another platform", other.unwrap_err()),
    ];
    let text: String = cases.iter().map(|(what, said)| format!("{what}:\n  {said}\n")).collect();
    insta::assert_snapshot!(text);
}

/// The target of the only variant.
fn spec_target(variants: &str) -> &'static str {
    if variants.starts_with("hot") { "api/hot" } else { "api/dev" }
}
