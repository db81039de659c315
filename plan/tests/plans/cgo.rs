//! Go with C code: its compilers, the bases that it runs on, and those that it does not run on.

use crate::support::{Memory, go_project, make, print, refusal, request};
use slipway_plan::{Plan, StepKind};

fn planned(options: &str, platform: &str) -> Plan {
    let spec = format!("images: {{ api: {{ go: {{ main: ./cmd/api, cgo: true, {options} }} }} }}");
    make(&go_project(), &spec, None, platform, &request()).unwrap()
}

/// The names of steps, and the variables of the compile step that are for C.
fn told(plan: &Plan) -> String {
    let mut lines: Vec<String> = plan.steps.iter().map(|(_, step)| step.name.clone()).collect();
    let compile = plan.steps.iter().find_map(|(_, step)| match &step.kind {
        StepKind::Run(run) if step.name.contains("go build") => Some(run),
        _ => None,
    });
    let about = ["CGO_ENABLED", "CC", "CXX", "AR", "PKG_CONFIG_LIBDIR", "GOARCH"];
    let env = compile.unwrap().env.iter().filter(|(name, _)| about.contains(&name.as_str()));
    lines.extend(env.map(|(name, value)| format!("  {name}={value}")));
    let caches = print(plan);
    lines.extend(caches.lines().filter(|line| line.contains("go-build")).map(str::to_owned));
    lines.join("\n")
}

#[test]
fn a_program_for_the_build_platform_uses_the_compiler_of_the_image() {
    let plan = planned("packages: { build: [libsqlite3-dev] }", "linux/amd64");
    insta::assert_snapshot!(told(&plan));
    let text = print(&plan);
    assert!(text.contains("if command -v gcc && command -v pkg-config"), "{text}");
    assert!(text.contains("image gcr.io/distroless/base-debian13:nonroot"), "{text}");
}

#[test]
fn a_program_for_another_platform_gets_a_cross_compiler_and_its_libraries() {
    let plan = planned("packages: { build: [libsqlite3-dev, g++, cmake] }", "linux/arm64");
    insta::assert_snapshot!(told(&plan));
    let text = print(&plan);
    assert!(text.contains("dpkg --add-architecture arm64"), "{text}");
    assert!(text.contains("image gcr.io/distroless/cc-debian13:nonroot for linux/arm64"), "{text}");
    for (_, step) in plan.steps.iter() {
        if let StepKind::Run(run) = &step.kind {
            assert_eq!(run.platform.to_string(), "linux/amd64", "{}", step.name);
        }
    }
    let plain = print(&planned("", "linux/arm64"));
    assert!(!plain.contains("add-architecture"), "{plain}");
}

#[test]
fn modules_are_the_same_with_and_without_c() {
    let modules = |spec: &str| {
        let plan = make(&go_project(), spec, None, "linux/amd64", &request()).unwrap();
        plan.steps.iter().find(|(_, step)| step.name.contains("go mod download")).unwrap().1.clone()
    };
    let with = modules("images: { api: { go: { main: ./cmd/api, cgo: true } } }");
    let without = modules("images: { api: { go: { main: ./cmd/api, cgo: false } } }");
    assert_eq!(with.kind, without.kind);
}

#[test]
fn a_package_with_c_code_gets_its_whole_module() {
    let with = |text: &'static str| {
        let mut project: Memory = go_project();
        project.files.insert("cmd/api/main.go", text);
        let spec = "images: { api: { go: { main: ./cmd/api, cgo: true } } }";
        print(&make(&project, spec, None, "linux/amd64", &request()).unwrap())
    };
    let c = with("package main\n\n// #include \"../../lib/x.h\"\nimport \"C\"\n\nfunc main() {}\n");
    let go = with("package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println() }\n");
    let sources = |text: &str| text.lines().find(|line| line.contains("api sources]")).unwrap().to_owned();
    assert_ne!(sources(&c), sources(&go));
    assert!(sources(&c).contains("COPY ."), "{}", sources(&c));
}

#[test]
fn programs_of_an_image_with_musl_run_on_musl() {
    let with = |more: &str, runtime: &str| {
        let spec = format!(
            "images: {{ api: {{ go: {{ main: ./cmd/api, cgo: true, image: 'golang:1.24-alpine', {more} }}{runtime} }} }}"
        );
        let planned = |platform| make(&go_project(), &spec, None, platform, &request());
        (planned("linux/amd64"), planned("linux/arm64"))
    };
    for (more, runtime) in [
        ("", ", runtime: 'alpine:3.22'"),
        ("", ", runtime: 'acme/base:1'"),
        ("", ", runtime: 'busybox:1.37-musl'"),
        ("ldflags: -extldflags=-static", ""),
        ("ldflags: -extldflags=-static", ", runtime: slim"),
    ] {
        let plan = with(more, runtime).0.unwrap();
        assert!(plan.contents.unwrap().lack.is_none(), "{more}{runtime}");
    }
    let text: String =
        ["", ", runtime: slim", ", runtime: 'debian:trixie-slim'", ", runtime: 'gcr.io/distroless/cc-debian13'"]
            .into_iter()
            .map(|runtime| format!("{runtime}:\n  {}\n", with("", runtime).0.unwrap_err()))
            .collect();
    let text = format!("{text}another platform:\n  {}\n", with("", ", runtime: 'alpine:3.22'").1.unwrap_err());
    insta::assert_snapshot!(text);
}

#[test]
fn unsupported_bases_are_rejected() {
    let with = |runtime: &str, options: &str| {
        format!("images: {{ api: {{ go: {{ main: ./cmd/api, cgo: true, {options} }}, runtime: {runtime} }} }}")
    };
    let go = go_project();
    let cases = [
        ("nothing", refusal(&go, &with("scratch", ""))),
        ("static", refusal(&go, &with("static", ""))),
        ("C++", refusal(&go, &with("base", "packages: { build: [g++] }"))),
        ("a variable of its own", refusal(&go, &with("base", "env: { CGO_ENABLED: 0 }"))),
    ];
    let text: String = cases.iter().map(|(what, said)| format!("{what}:\n  {said}\n")).collect();
    insta::assert_snapshot!(text);
    let linked = make(
        &go,
        &with("scratch", "ldflags: '-linkmode external -extldflags \"-static\"'"),
        None,
        "linux/amd64",
        &request(),
    );
    assert!(linked.is_ok(), "{linked:?}");
    let default = "images: { api: { go: { main: ./cmd/api, cgo: true, ldflags: -extldflags=-static } } }";
    let text = print(&make(&go, default, None, "linux/amd64", &request()).unwrap());
    assert!(text.contains("distroless/static-debian13"), "{text}");
    let said = make(&go, "images: { api: { go: { main: ./cmd/api, cgo: true } } }", None, "linux/arm/v6", &request());
    assert!(said.unwrap_err().contains("cannot build for the platform `linux/arm/v6`"));
}
