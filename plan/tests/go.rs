//! The Go preset: whole plans, and every way in which a project can be wrong.

#![allow(clippy::unwrap_used)] // Everything here is test code.

mod support;

use support::{go_project, make, print, refusal, request};

const SHOP: &str = "\
args: { VERSION: dev }
builds:
  go: { preset: go, ldflags: '-X main.version=${VERSION}', env: { GOPRIVATE: example.com } }
images:
  api:
    build: { from: go, main: ./cmd/api, tags: [fast] }
    env: { PORT: 8080, BASE: \"${TARGETARCH}\" }
    labels: { version: \"${VERSION}\" }
    expose: [8080, 53/udp]
    workdir: /data
    volumes: [/data/files]
    cmd: [--port, \"8080\"]
    stop_signal: SIGINT
  run: { go: ./cmd/run, runtime: scratch, user: \"0:0\" }
";

#[test]
fn a_whole_plan() {
    let plan = make(&go_project(), SHOP, Some("api"), "linux/amd64", &request()).unwrap();
    insta::assert_snapshot!(print(&plan));
}

#[test]
fn a_whole_plan_for_another_platform_on_nothing() {
    let mut request = request();
    request.multi_platform = true;
    request.labels.insert("team".to_owned(), "shop".to_owned());
    let plan = make(&go_project(), SHOP, Some("run"), "linux/arm64", &request).unwrap();
    insta::assert_snapshot!(print(&plan));
}

#[test]
fn steps_that_do_not_depend_on_the_platform_are_the_same_for_all() {
    let plans = ["linux/amd64", "linux/arm64"]
        .map(|platform| make(&go_project(), SHOP, Some("api"), platform, &request()).unwrap());
    let [amd64, arm64] = plans.each_ref().map(|plan| {
        plan.steps
            .iter()
            .filter(|(_, step)| step.name.contains("modules") || step.name.contains("sources"))
            .map(|(_, step)| step.clone())
            .collect::<Vec<_>>()
    });
    assert_eq!(amd64, arm64);
    assert_eq!(amd64.len(), 3);
}

#[test]
fn modules_do_not_depend_on_arguments_and_sources_not_on_the_image() {
    let mut other = request();
    other.build_args.insert("VERSION".to_owned(), "2".to_owned());
    let plans =
        [request(), other].map(|request| make(&go_project(), SHOP, Some("api"), "linux/amd64", &request).unwrap());
    let [one, two] = plans.each_ref().map(|plan| plan.steps.iter().map(|(_, step)| step.clone()).collect::<Vec<_>>());
    let differing: Vec<_> =
        one.iter().zip(&two).filter(|(one, two)| one != two).map(|(one, _)| one.name.as_str()).collect();
    assert_eq!(differing, ["[go build] go build ./cmd/api"]);
}

#[test]
fn a_vendored_module_and_one_without_requirements_download_nothing() {
    let mut vendored = go_project();
    vendored.files.insert("vendor/modules.txt", "");
    let mut alone = go_project();
    alone.files.insert("go.mod", "module example.com/shop\n\ngo 1.24\n");
    alone.files.remove("go.sum");
    for project in [vendored, alone] {
        let plan = make(&project, SHOP, Some("api"), "linux/amd64", &request()).unwrap();
        assert!(!print(&plan).contains("go mod download"));
    }
}

#[test]
fn replaced_modules_come_along() {
    let mut project = go_project();
    project.files.insert(
        "svc/go.mod",
        "module example.com/svc\n\ngo 1.24\n\nrequire example.com/lib v0.0.0\n\nreplace example.com/lib => ../lib\n",
    );
    project.files.insert("svc/main.go", "");
    project.files.insert("lib/go.mod", "module example.com/lib\n");
    let spec = "images: { svc: { go: { source: ./svc, main: . } } }";
    let text = print(&make(&project, spec, None, "linux/amd64", &request()).unwrap());
    assert!(text.contains(r#"include ["svc/go.mod", "svc/go.sum", "lib/go.mod", "lib/go.sum"]"#), "{text}");
    assert!(text.contains(r#"include ["svc", "lib"] exclude ["**/*_test.go", "slipway.yaml"]"#), "{text}");
    assert!(text.contains("workdir /src/svc"), "{text}");
    assert!(text.contains(r#"-> /svc mode Some("755")"#), "{text}");
}

#[test]
fn the_toolchain_is_that_of_the_spec_else_of_go_mod() {
    let mut project = go_project();
    project.files.insert("go.mod", "module m\ngo 1.24.0\ntoolchain go1.25.3\n");
    let image = |spec: &str| {
        let plan = make(&project, spec, None, "linux/amd64", &request()).unwrap();
        let text = print(&plan);
        text.lines().find_map(|line| line.strip_prefix("  image golang:")).unwrap().to_owned()
    };
    assert_eq!(image("images: { api: { go: ./cmd/api } }"), "1.25.3-bookworm for linux/amd64");
    assert_eq!(image("images: { api: { go: { main: ./cmd/api, go: '1.26' } } }"), "1.26-bookworm for linux/amd64");
}

#[test]
fn a_program_named_like_a_folder_of_the_root_stands_elsewhere() {
    let plan = make(&go_project(), "images: { x: { go: ./cmd/run } }", None, "linux/amd64", &request()).unwrap();
    assert_eq!(plan.config["config"]["Entrypoint"], serde_json::json!(["/usr/local/bin/run"]));
}

#[test]
fn variants_of_architectures_reach_the_compiler() {
    let env = |platform: &str| {
        let mut request = request();
        request.build_platform = platform.parse().unwrap();
        let plan = make(&go_project(), "images: { x: { go: ./cmd/api, runtime: scratch } }", None, platform, &request);
        plan.map(|plan| print(&plan)).unwrap_or_else(|said| said)
    };
    // The project in memory has images for two architectures only, so others fail after the check of the platform.
    assert!(env("linux/arm/v6").contains("cannot get the image `golang:1.24-bookworm`"));
    assert!(env("linux/amd64/v3").contains("env GOAMD64=v3"));
    assert!(env("linux/arm64").contains("env GOARCH=arm64"));
    assert!(env("linux/amd64/v9").contains("cannot build for the platform `linux/amd64/v9`"));
    assert!(env("windows/amd64").contains("cannot build for the platform `windows/amd64`"));
}

#[test]
fn wrong_projects_are_refused_with_what_to_do() {
    let go = "images: { api: { go: ./cmd/api } }";
    let with = |path: &'static str, text: &'static str| {
        let mut project = go_project();
        project.files.insert(path, text);
        project
    };
    let without = |path: &str| {
        let mut project = go_project();
        project.files.remove(path);
        project
    };
    let mut workspace = without("go.mod");
    workspace.files.insert("go.work", "");
    let mut no_toolchain = go_project();
    no_toolchain.missing_images.insert("golang:1.24-bookworm");
    let mut no_runtime = go_project();
    no_runtime.missing_images.insert("gcr.io/distroless/static-debian12:nonroot");
    let cases = [
        ("no go.mod", refusal(&without("go.mod"), go)),
        ("workspace", refusal(&workspace, go)),
        ("no go.sum", refusal(&without("go.sum"), go)),
        ("no module", refusal(&with("go.mod", "go 1.24\n"), go)),
        ("no version", refusal(&with("go.mod", "module m\n"), go)),
        ("odd version", refusal(&with("go.mod", "module m\ngo latest\n"), go)),
        ("no image of the toolchain", refusal(&no_toolchain, go)),
        ("no image of the runtime", refusal(&no_runtime, go)),
        ("no package", refusal(&go_project(), "images: { api: { go: ./cmd/apo } }")),
        ("a file as package", refusal(&go_project(), "images: { api: { go: ./cmd/api/main.go } }")),
        ("a package outside", refusal(&go_project(), "images: { api: { go: ../api } }")),
        ("a source outside", refusal(&go_project(), "images: { api: { go: { source: ../../x } } }")),
        ("a replacement outside", refusal(&with("go.mod", "module m\ngo 1.24\nreplace a => ../a\n"), go)),
        ("a replacement that is not there", refusal(&with("go.mod", "module m\ngo 1.24\nreplace a => ./a\n"), go)),
        (
            "an owned variable",
            refusal(
                &go_project(),
                "builds: { b: { preset: go, env: { GOOS: x } } }\nimages: { api: { build: { from: b, main: ./cmd/api } } }",
            ),
        ),
        (
            "an unknown name",
            refusal(
                &go_project(),
                "args: { VERSION: x }\nimages: { api: { go: ./cmd/api, labels: { v: '${VERSOIN}' }, env: { A: '${B}' } } }",
            ),
        ),
        ("relative paths", refusal(&go_project(), "images: { api: { go: ./cmd/api, workdir: data, volumes: [./x] } }")),
        (
            "a required argument",
            refusal(&go_project(), "args: { V: { required: true } }\nimages: { api: { go: ./cmd/api } }"),
        ),
    ];
    let text: String = cases.iter().map(|(what, said)| format!("{what}:\n  {said}\n")).collect();
    insta::assert_snapshot!(text);
}

#[test]
fn a_value_outside_of_enum_is_refused() {
    let mut request = request();
    request.build_args.insert("LEVEL".to_owned(), "debu".to_owned());
    let spec = "args: { LEVEL: { default: debug, enum: [debug, release] } }\nimages: { api: { go: ./cmd/api } }";
    let said = make(&go_project(), spec, None, "linux/amd64", &request).unwrap_err();
    assert_eq!(
        said,
        "slipway.yaml:1:9: `--build-arg LEVEL=debu` is not among the values it may have; did you mean `debug`?"
    );
}
