//! The files that a Go program is compiled from.

use crate::support::{Memory, go_project, make, print, request};

/// The sources of the only program: the part of the plan about files of the context, and the notes.
fn sources(project: &Memory, spec: &str) -> String {
    let text = print(&make(project, spec, None, "linux/amd64", &request()).unwrap());
    let step = text.split("\n\n").find(|part| part.contains(" sources] ")).unwrap();
    let notes: Vec<_> = text.lines().filter(|line| line.starts_with("note ")).collect();
    format!("{step}\n{}\n", notes.join("\n"))
}

/// A program that imports packages in every possible way.
fn services() -> Memory {
    let mut project = go_project();
    project.files.extend([
        (
            "cmd/api/main.go",
            "package main\n\nimport (\n\t\"embed\"\n\t\"net/http\"\n\n\t\"example.com/shop/internal/log\"\n\t\"github.com/google/uuid\"\n)\n\n\
             //go:embed static all:hidden \"pages/*.html\" fixture_test.go\nvar files embed.FS\n",
        ),
        ("cmd/api/win_windows.go", "//go:build windows\n\npackage main\n\nimport _ \"example.com/shop/internal/winsvc\"\n"),
        ("cmd/api/main_test.go", "package main\n\nimport _ \"example.com/shop/internal/testing\"\n"),
        ("cmd/api/default.pgo", ""),
        ("cmd/api/static/.x", ""),
        ("internal/log/log.go", "package log\n\nimport \"C\"\nimport _ \"example.com/shop/internal/asm\"\n"),
        ("internal/log/default.pgo", ""),
        ("internal/log/log.c", ""),
        ("internal/winsvc/x.go", "package winsvc\n"),
        ("internal/asm/x.go", "package asm\n"),
        ("internal/asm/x_amd64.s", ""),
        ("internal/asm/x.h", ""),
        ("internal/asm/README.md", ""),
        ("internal/testing/x.go", "package testing\n"),
        ("internal/unused/x.go", "package unused\n"),
        ("internal/unused/broken.go", "pakcage x\n"),
    ]);
    project
}

#[test]
fn a_program_sees_the_packages_that_it_imports_and_what_they_embed() {
    insta::assert_snapshot!(sources(&services(), "images: { api: { go: ./cmd/api } }"));
}

#[test]
fn external_imports_are_compiled_in_an_earlier_step() {
    let spec = "images: { api: { go: { main: ./cmd/api, tags: [\"it's\"] } } }";
    let steps = |project: &Memory| {
        let text = print(&make(project, spec, None, "linux/amd64", &request()).unwrap());
        let steps = text.split("\n\n").filter(|part| part.contains(" dependencies] ") || part.contains("[api build]"));
        steps.collect::<Vec<_>>().join("\n\n")
    };
    let profiled = steps(&services());
    assert!(!profiled.contains(" dependencies] "), "a profile is for all that a program is made of: {profiled}");
    let mut project = services();
    project.files.remove("cmd/api/default.pgo");
    insta::assert_snapshot!(steps(&project));
}

#[test]
fn source_patterns_of_the_spec_take_precedence() {
    let build = |source: &str| {
        sources(&services(), &format!("images: {{ api: {{ go: {{ main: ./cmd/api, source: {{ {source} }} }} }} }}"))
    };
    insta::assert_snapshot!(format!(
        "exclude:\n{}\ninclude:\n{}",
        build("exclude: [\"**/*.md\", internal/asm/x.h]"),
        build("include: [cmd, internal/**]")
    ));
}

#[test]
fn modules_with_unknown_imports_are_used_as_a_whole() {
    let spec = "images: { api: { go: ./cmd/api } }";
    let mut broken = services();
    broken.files.insert("internal/log/gen.go", "{{ template }}");
    let mut missing = services();
    missing.files.insert("internal/asm/y.go", "package asm\nimport _ \"example.com/shop/internal/gone\"\n");
    let inputs = |target: &str| {
        let spec = format!(
            "contexts: {{ c: {{ image: busybox }} }}\nbuilds: {{ b: {{ preset: go, main: ./cmd/api, inputs: {{ {target}: \"c:/x\" }} }} }}\nimages: {{ api: {{ build: b }} }}"
        );
        sources(&services(), &spec)
    };
    let mut large = services();
    let names: Vec<&'static str> = (0..20_001).map(|n| &*format!("internal/log/{n}.go").leak()).collect();
    large.files.extend(names.into_iter().map(|name| (name, "package log\n")));
    insta::assert_snapshot!(format!(
        "a file that is not Go:\n{}\na package that is not there:\n{}\na package that a step makes:\n{}\na file of a package:\n{}\nsomething to embed:\n{}\nno end:\n{}",
        sources(&broken, spec),
        sources(&missing, spec),
        inputs("./internal/log"),
        inputs("./internal/asm/zz.go"),
        inputs("./cmd/api/static/ui"),
        sources(&large, spec),
    ));
}

#[test]
fn a_vendor_folder_is_used_unchanged() {
    let mut project = services();
    project.files.insert("vendor/modules.txt", "");
    project.files.insert("vendor/github.com/google/uuid/uuid.go", "package uuid\n");
    let text = sources(&project, "images: { api: { go: ./cmd/api } }");
    assert!(text.contains(r#"/ -> / include ["go.mod", "go.sum", "vendor"] exclude []"#), "{text}");
}
