//! The Go preset: whole plans, and all errors in projects.

use crate::support::{Memory, go_project, make, print, refusal, request};

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
fn a_whole_plan_for_another_platform_on_scratch() {
    let mut request = request();
    request.multi_platform = true;
    request.labels.insert("team".to_owned(), "shop".to_owned());
    let plan = make(&go_project(), SHOP, Some("run"), "linux/arm64", &request).unwrap();
    insta::assert_snapshot!(print(&plan));
}

#[test]
fn platform_independent_steps_are_shared() {
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
fn modules_are_independent_of_arguments_and_sources_of_the_image() {
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
fn replaced_modules_are_inputs() {
    let mut project = go_project();
    project.files.insert(
        "svc/go.mod",
        "module example.com/svc\n\ngo 1.24\n\nrequire example.com/lib v0.0.0\n\nreplace example.com/lib => ../lib\n",
    );
    project.files.insert("svc/main.go", "package main\nimport _ \"example.com/lib/log\"\n");
    project.files.insert("lib/go.mod", "module example.com/lib\n");
    project.files.insert("lib/log/log.go", "package log\n");
    let spec = "images: { svc: { go: { source: ./svc, main: . } } }";
    let text = print(&make(&project, spec, None, "linux/amd64", &request()).unwrap());
    assert!(text.contains(r#"include ["lib/go.mod", "lib/go.sum", "svc/go.mod", "svc/go.sum"]"#), "{text}");
    assert!(text.contains(r#"/lib/log -> /lib/log include ["*.go"] exclude ["*_test.go", "_*", ".*"]"#), "{text}");
    assert!(text.contains("workdir /src/svc"), "{text}");
    assert!(text.contains(r#"-> /svc mode Some("755")"#), "{text}");
}

#[test]
fn the_toolchain_is_from_the_spec_or_go_mod() {
    let mut project = go_project();
    project.files.insert("go.mod", "module m\ngo 1.24.0\ntoolchain go1.25.3\n");
    let image = |spec: &str| {
        let plan = make(&project, spec, None, "linux/amd64", &request()).unwrap();
        let text = print(&plan);
        text.lines().find_map(|line| line.strip_prefix("  image golang:")).unwrap().to_owned()
    };
    assert_eq!(image("images: { api: { go: ./cmd/api } }"), "1.25.3-trixie for linux/amd64");
    assert_eq!(image("images: { api: { go: { main: ./cmd/api, go: '1.26' } } }"), "1.26-trixie for linux/amd64");
}

#[test]
fn a_program_named_like_a_folder_of_the_root_has_another_path() {
    let plan = make(&go_project(), "images: { x: { go: ./cmd/run } }", None, "linux/amd64", &request()).unwrap();
    assert_eq!(plan.config["config"]["Entrypoint"], serde_json::json!(["/usr/local/bin/run"]));
}

#[test]
fn variants_of_architectures_are_passed_to_the_compiler() {
    let env = |platform: &str| {
        let mut request = request();
        request.build_platform = platform.parse().unwrap();
        let plan = make(&go_project(), "images: { x: { go: ./cmd/api, runtime: scratch } }", None, platform, &request);
        plan.map(|plan| print(&plan)).unwrap_or_else(|said| said)
    };
    // The in-memory project has images for only two architectures, so other platforms fail after the check of the
    // platform.
    assert!(env("linux/arm/v6").contains("cannot get the image `golang:1.24-trixie`"));
    assert!(env("linux/amd64/v3").contains("env GOAMD64=v3"));
    assert!(env("linux/arm64").contains("env GOARCH=arm64"));
    assert!(env("linux/amd64/v9").contains("cannot build for the platform `linux/amd64/v9`"));
    assert!(env("windows/amd64").contains("cannot build for the platform `windows/amd64`"));
}

#[test]
fn invalid_projects_are_rejected_with_help() {
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
    no_toolchain.missing_images.insert("golang:1.24-trixie");
    let mut no_runtime = go_project();
    no_runtime.missing_images.insert("gcr.io/distroless/static-debian13:nonroot");
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
fn a_value_outside_enum_is_rejected() {
    let mut request = request();
    request.build_args.insert("LEVEL".to_owned(), "debu".to_owned());
    let spec = "args: { LEVEL: { default: debug, enum: [debug, release] } }\nimages: { api: { go: ./cmd/api } }";
    let said = make(&go_project(), spec, None, "linux/amd64", &request).unwrap_err();
    assert_eq!(said, "slipway.yaml:1:9: `--build-arg LEVEL=debu` is not an allowed value; did you mean `debug`?");
}

/// A repository with three programs and other packages.
fn programs() -> Memory {
    let mut project = go_project();
    project.files.extend([
        ("cmd/other/main.go", "package main\n"),
        ("cmd/other/deep/er/main.go", "package main\n"),
        ("cmd/five/main.go", "package main\n"),
        ("cmd/six/main.go", "package main\n"),
        ("internal/reply/reply.go", "package reply\n"),
        ("internal/reply/gen.go", "//go:build ignore\n\npackage main\n"),
        ("internal/reply/cmd/main.go", "package main\n"),
        ("internal/none/README.md", ""),
        ("internal/tests/x_test.go", "package tests\n"),
        ("internal/windows/main_windows.go", "package main\n"),
        ("internal/windows/x.go", "//go:build darwin || fast\n\npackage main\n"),
        ("internal/c/main.go", "package main\n\nimport \"C\"\n"),
        ("internal/two/main.go", "package main\n"),
        ("internal/two/util.go", "package util\n"),
        ("internal/documented/main.go", "package main\n"),
        ("internal/documented/doc.go", "package documentation\n"),
        ("internal/documented/x_windows.go", "package other\n"),
        ("vendor/a.com/b/main.go", "package main\n"),
        ("testdata/main.go", "package main\n"),
    ]);
    project
}

#[test]
fn a_folder_without_a_program_is_rejected_with_a_list_of_programs() {
    let of = |main: &str| refusal(&programs(), &format!("images: {{ x: {{ go: {main} }} }}"));
    let mut alone = go_project();
    alone.files.remove("cmd/run/main.go");
    let mut none = go_project();
    none.files.insert("cmd/api/main.go", "package api\n");
    none.files.remove("cmd/run/main.go");
    let mut below = Memory::default();
    below.files.extend([("svc/go.mod", "module m\ngo 1.24\n"), ("svc/cmd/a/main.go", "package main\n")]);
    let cases = [
        ("another package", of("./internal/reply")),
        ("no Go files", of("./internal/none")),
        ("nothing at the root", of(".")),
        ("tests alone", of("./internal/tests")),
        ("other platforms", of("./internal/windows")),
        ("C", of("./internal/c")),
        ("two packages", of("./internal/two")),
        ("no such folder", of("./cmd/apo")),
        ("one program", refusal(&alone, "images: { x: { go: . } }")),
        ("no program", refusal(&none, "images: { x: { go: ./cmd/api } }")),
        ("seen from the source", refusal(&programs(), "images: { x: { go: { source: ./internal, main: ./reply } } }")),
        ("a module below", refusal(&below, "images: { x: { go: . } }")),
    ];
    let text: String = cases.iter().map(|(what, said)| format!("{what}:\n  {said}\n")).collect();
    insta::assert_snapshot!(text);
}

#[test]
fn only_files_for_the_target_make_a_program() {
    for main in
        ["./internal/documented", "{ main: ./internal/windows, tags: [fast] }", "{ main: ./internal/c, cgo: true }"]
    {
        let spec = format!("images: {{ x: {{ go: {main} }} }}");
        assert!(make(&programs(), &spec, None, "linux/amd64", &request()).is_ok(), "{main}");
    }
}

#[test]
fn other_build_modes_are_rejected_or_get_their_loader() {
    let spec = |mode: &str, runtime: &str| {
        format!(
            "builds: {{ b: {{ preset: go, main: ./cmd/api, env: {{ GOFLAGS: \"-mod=mod {mode}\" }} }} }}\nimages: {{ x: {{ build: b{runtime} }} }}"
        )
    };
    let said = refusal(&go_project(), &spec("-buildmode=c-shared", ""));
    assert!(said.contains("`-buildmode=c-shared` does not make a program"), "{said}");
    let said = refusal(&go_project(), &spec("--buildmode=pie", ", runtime: static"));
    assert!(said.contains("requires the GNU C library"), "{said}");
    let plan = make(&go_project(), &spec("-buildmode=pie", ""), None, "linux/amd64", &request()).unwrap();
    assert!(print(&plan).contains("gcr.io/distroless/base-debian13:nonroot"));
}

#[test]
fn opened_files_that_the_image_lacks_are_reported() {
    let said = |spec: &str| {
        let mut project = go_project();
        project.files.insert("main.go", "package main\nfunc main() {\n\ttemplate.ParseGlob(\"web/templates/*.html\")\n\tos.ReadFile(\"./config/a.toml\")\n\tos.Open(\"none\")\n}\n");
        project.files.insert("main_test.go", "package main\n\nvar a = os.ReadFile(\"go.sum\")\n");
        // Files that the program contains are opened for development.
        project.files.insert("pages.go", "package main\n\nimport \"embed\"\n\n//go:embed pages\nvar pages embed.FS\n\nvar live = os.DirFS(\"pages\")\n");
        project.files.insert("pages/a.html", "");
        project.files.insert("web/templates/a.html", "");
        project.files.insert("config/a.toml", "");
        let plan = make(&project, spec, Some("api"), "linux/amd64", &request()).unwrap();
        let said = plan.warnings.iter().map(|found| (found.message.clone(), found.help.clone().unwrap_or_default()));
        said.collect::<Vec<_>>()
    };
    let found = said("images: { api: { go: . } }");
    let [(message, help)] = found.as_slice() else { panic!("{found:?}") };
    assert!(message.contains("`config/a.toml` (`main.go:4`), `web/templates` (`main.go:3`)"), "{message}");
    assert_eq!(
        help,
        "add `workdir: /app` and `files: { /app/config/a.toml: ./config/a.toml, /app/web/templates: ./web/templates }` to the image"
    );
    for right in [
        // The suggestion, and other ways to provide it.
        "images: { api: { go: ., workdir: /app, files: { /app/config/a.toml: ./config/a.toml, /app/web/templates: ./web/templates } } }",
        "images: { api: { go: ., files: { /srv/: ./web/templates, /etc/a/config/: ./config/ } } }",
        "images: { api: { go: ., workdir: /app, volumes: [/app] } }",
        "images: { api: { go: ., runtime: 'acme/base:1' } }",
    ] {
        assert_eq!(said(right), [], "{right}");
    }
}

#[test]
fn the_dependency_step_gets_more_files_and_no_options() {
    let mut project = go_project();
    project.files.insert("tools/go.dev.mod", "module example.com/shop\n");
    let spec = "images: { api: { go: { main: ./cmd/api, install: { include: [tools/*.mod], env: { GOFLAGS: -modfile=tools/go.dev.mod } } } } }";
    let text = print(&make(&project, spec, None, "linux/amd64", &request()).unwrap());
    let manifests = text.lines().find(|line| line.contains("[api modules] go.mod, go.sum")).unwrap();
    let after = text.split_once(manifests).unwrap().1;
    assert!(after.lines().take(3).any(|line| line.contains("tools/*.mod")), "{text}");
    let said = refusal(&project, "images: { api: { go: { main: ./cmd/api, install: { options: [-x] } } } }");
    insta::assert_snapshot!(said, @r#"slipway.yaml:1:62: the go preset has no `install.options`: settings of `go mod download` are variables; write `install: { env: { GOPROXY: "https://proxy.example.com" } }`"#);
}
