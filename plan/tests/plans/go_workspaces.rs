//! Go workspaces, and the module that a program belongs to.

use crate::support::{Memory, make, print, refusal, request};

/// Two services and a library under one `go.work`, and a module that is not part of it.
fn workspace() -> Memory {
    Memory {
        files: [
            ("go.work", "go 1.24.0\ntoolchain go1.25.1\nuse (\n\t./svc/a\n\t./svc/b\n\t./lib\n)\nreplace example.com/old => ./old\n"),
            ("go.work.sum", ""),
            ("svc/a/go.mod", "module example.com/a\ngo 1.24.0\nrequire (\n\texample.com/lib v0.0.0\n\texample.com/old v1.0.0\n)\n"),
            ("svc/a/main.go", "package main\nimport (\n\t_ \"example.com/lib/log\"\n\t_ \"example.com/old\"\n)\n"),
            ("svc/b/go.mod", "module example.com/b\ngo 1.23\nrequire github.com/google/uuid v1.6.0\n"),
            ("svc/b/go.sum", ""),
            ("svc/b/main.go", "package main\n"),
            ("lib/go.mod", "module example.com/lib\ngo 1.24.0\n"),
            ("lib/log/log.go", "package log\n"),
            ("lib/other/other.go", "package other\n"),
            ("old/go.mod", "module example.com/old\n"),
            ("old/old.go", "package old\n"),
            ("apart/go.mod", "module example.com/apart\ngo 1.24\n"),
            ("apart/main.go", "package main\n"),
        ]
        .into(),
        ..Memory::default()
    }
}

#[test]
fn a_module_of_a_workspace_gets_its_imports_from_the_others() {
    let plan = make(&workspace(), "images: { a: { go: { source: ./svc/a } } }", None, "linux/amd64", &request());
    insta::assert_snapshot!(print(&plan.unwrap()));
}

#[test]
fn services_of_a_workspace_share_their_modules_and_their_cache() {
    let text = |source: &str| {
        let spec = format!("builds: {{ go: {{ preset: go, source: {source} }} }}\nimages: {{ x: {{ build: go }} }}");
        print(&make(&workspace(), &spec, None, "linux/amd64", &request()).unwrap())
    };
    let part = |text: &str, what: &str| text.split("\n\n").find(|part| part.contains(what)).unwrap().to_owned();
    let (a, b) = (text("./svc/a"), text("./svc/b"));
    assert_eq!(part(&a, "go.work, go.mod"), part(&b, "go.work, go.mod"), "what is downloaded is the same for all");
    for text in [a, b] {
        assert!(text.contains("cache slipway/go-build/example.com/a/linux/amd64/1.25.1-trixie "), "{text}");
    }
}

#[test]
fn a_module_is_built_separately_outside_a_workspace_and_on_request() {
    for spec in [
        "images: { x: { go: { source: ./apart } } }",
        "builds: { b: { preset: go, source: ./svc/b, env: { GOWORK: off } } }\nimages: { x: { build: b } }",
    ] {
        let text = print(&make(&workspace(), spec, None, "linux/amd64", &request()).unwrap());
        assert!(text.contains("env GOWORK=off"), "{text}");
        assert!(!text.contains("include [\"go.work"), "{text}");
    }
    let spec = "images: { x: { go: { source: ./apart } } }";
    let text = print(&make(&workspace(), spec, None, "linux/amd64", &request()).unwrap());
    assert!(text.contains("note x: built without `go.work`, which does not use `apart/go.mod`"), "{text}");
}

#[test]
fn the_module_is_the_nearest_at_or_above_the_main_package() {
    let mut project = workspace();
    project.files.extend([
        ("apart/cmd/x/main.go", "package main\n"),
        ("go.mod", "module example.com/root\ngo 1.24\n"),
        ("cmd/x/main.go", "package main\n"),
    ]);
    let text = |project: &Memory, spec: &str| print(&make(project, spec, None, "linux/amd64", &request()).unwrap());
    let same = |one: &str, other: &str| {
        for project in [&workspace(), &project] {
            let places = |text: String| {
                text.lines()
                    .filter(|line| !line.starts_with("  at "))
                    .map(|line| format!("{line}\n"))
                    .collect::<String>()
            };
            assert_eq!(places(text(project, one)), places(text(project, other)));
        }
    };
    // With and without a module around them, inside and outside the workspace.
    same("images: { x: { go: ./svc/a } }", "images: { x: { go: { source: ./svc/a } } }");
    same("images: { x: { go: ./apart } }", "images: { x: { go: { source: ./apart } } }");
    let spec = "images: { x: { go: { source: ./apart/cmd/x, main: . } } }";
    project.files.extend([("apart/more/y.txt", ""), ("apart/cmd/x/z.txt", "")]);
    let from_below = text(&project, spec);
    assert!(from_below.contains("workdir /src/apart,"), "{from_below}");
    assert!(from_below.contains("go build ./cmd/x"), "{from_below}");
    let included = text(&project, "images: { x: { go: { source: { path: ./apart/cmd/x, include: [z.txt] } } } }");
    assert!(included.contains("apart/cmd/x/z.txt"), "patterns are relative to the build's own folder: {included}");
    assert!(text(&project, "images: { x: { go: ./cmd/x } }").contains("workdir /src,"));
}

#[test]
fn invalid_workspaces_are_rejected_with_help() {
    let spec = "images: { a: { go: { source: ./svc/a } } }";
    let with = |path: &'static str, text: &'static str| {
        let mut project = workspace();
        project.files.insert(path, text);
        project
    };
    let without = |paths: &[&'static str]| {
        let mut project = workspace();
        paths.iter().for_each(|path| _ = project.files.remove(path));
        project
    };
    let cases = [
        ("no module there", refusal(&workspace(), "images: { a: { go: ./svc } }")),
        ("a module that is not there", refusal(&without(&["lib/go.mod"]), spec)),
        ("a module outside", refusal(&with("go.work", "go 1.24\nuse ./svc/a\nuse ../x\n"), spec)),
        ("a stand-in that is not there", refusal(&without(&["old/go.mod"]), spec)),
        ("no sums", refusal(&without(&["go.work.sum", "svc/b/go.sum"]), spec)),
        ("no version", refusal(&with("go.work", "use ./svc/a\n"), spec)),
        ("an old version", refusal(&with("go.work", "go 1.23\nuse ./svc/a\nuse ./lib\n"), spec)),
        ("an old version in the spec", refusal(&workspace(), "images: { a: { go: { source: ./svc/a, go: '1.23' } } }")),
        ("a module without a name", refusal(&with("lib/go.mod", "go 1.24\n"), spec)),
        (
            "another workspace",
            refusal(
                &workspace(),
                "builds: { b: { preset: go, source: ./svc/a, env: { GOWORK: /x } } }\nimages: { a: { build: b } }",
            ),
        ),
    ];
    let text: String = cases.iter().map(|(what, said)| format!("{what}:\n  {said}\n")).collect();
    insta::assert_snapshot!(text);
}

#[test]
fn a_workspace_that_requires_only_its_own_modules_has_no_checksums() {
    let mut project = Memory::default();
    project.files.extend([
        ("go.work", "go 1.24\nuse (\n\t./svc\n\t./lib\n)\nreplace example.com/old v1.0.0 => ./old\n"),
        (
            "svc/go.mod",
            "module example.com/svc\ngo 1.24\nrequire (\n\texample.com/lib v0.0.0\n\texample.com/old v1.0.0\n\texample.com/mine v0.0.0\n)\nreplace example.com/mine => ../mine\n",
        ),
        ("svc/main.go", "package main\n"),
        ("lib/go.mod", "module example.com/lib\ngo 1.24\n"),
        ("old/go.mod", "module example.com/old\ngo 1.24\n"),
        ("mine/go.mod", "module example.com/mine\ngo 1.24\nrequire example.com/lib v0.0.0\n"),
    ]);
    let spec = "images: { x: { go: ./svc } }";
    let plan = make(&project, spec, None, "linux/amd64", &request()).unwrap();
    assert!(!print(&plan).contains("go mod download"), "there is nothing to download");
    for (path, text) in [
        ("lib/go.mod", "module example.com/lib\ngo 1.24\nrequire github.com/google/uuid v1.6.0\n"),
        ("lib/go.mod", "module example.com/lib\ngo 1.24\nrequire example.com/old v1.1.0\n"),
    ] {
        let text_before = project.files.insert(path, text);
        let said = refusal(&project, spec);
        assert!(said.contains("there is no `lib/go.sum` in the context, but `lib/go.mod` requires modules"), "{said}");
        text_before.map(|before| project.files.insert(path, before));
    }
    // The same without a workspace.
    let own = "images: { x: { go: { main: ./svc, source: . } } }";
    project.files.remove("go.work");
    project.files.insert(
        "svc/go.mod",
        "module example.com/svc\ngo 1.24\nrequire example.com/lib v0.0.0\nreplace example.com/lib => ../lib\n",
    );
    assert!(!print(&make(&project, own, None, "linux/amd64", &request()).unwrap()).contains("go mod download"));
    project.files.insert("svc/go.mod", "module example.com/svc\ngo 1.24\nrequire example.com/lib v0.0.0\nrequire a.com/b v1.0.0\nreplace example.com/lib => ../lib\n");
    assert!(refusal(&project, own).contains("there is no `svc/go.sum`"));
}
