//! The four specs for which the language was designed: every target of them, with the expected graph.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::support::{Memory, make, request};
use slipway_plan::{Layer, LayerItem, MountKind, Plan, StepKind, targets};

/// A repository with everything that the four specs name.
fn everything() -> Memory {
    let files = BTreeMap::from([
        ("go.mod", "module example.com/shop\n\ngo 1.24\n\nrequire github.com/google/uuid v1.6.0\n"),
        ("go.sum", ""),
        ("cmd/api/main.go", "package main\n"),
        ("cmd/worker/main.go", "package main\n"),
        ("cmd/migrate/main.go", "package main\n"),
        ("db/migrations/1.sql", ""),
        (
            "package.json",
            r#"{"name":"web","scripts":{"build":"tsc","lint":"eslint .","test":"vitest run"},"dependencies":{"@prisma/client":"6"},"devDependencies":{"prisma":"6"}}"#,
        ),
        ("package-lock.json", r#"{"lockfileVersion":3,"packages":{"node_modules/express":{}}}"#),
        (".nvmrc", "22\n"),
        ("prisma/schema.prisma", "generator client {\n  binaryTargets = [\"native\", \"debian-openssl-3.0.x\"]\n}\n"),
        (
            "pyproject.toml",
            "[project]\nname = \"backend\"\nrequires-python = \">=3.13\"\ndependencies = [\"uvicorn\"]\n",
        ),
        ("uv.lock", "version = 1\n[[package]]\nname = \"backend\"\nsource = { editable = \".\" }\n"),
        ("src/backend/main.py", ""),
        ("legacy/Dockerfile", "FROM busybox AS builder\n"),
        ("deploy/edge.toml", ""),
        ("edge/Cargo.toml", "[package]\nname = \"edge\"\nversion = \"0.1.0\"\nrust-version = \"1.90\"\n"),
        ("edge/Cargo.lock", "version = 4\n"),
        ("edge/src/main.rs", ""),
        ("report/build.gradle.kts", "java { toolchain { languageVersion = JavaLanguageVersion.of(21) } }"),
        ("report/src/main/java/Report.java", ""),
        ("ui/package.json", r#"{"name":"ui","scripts":{"build":"vite build"},"engines":{"node":">=22"}}"#),
        ("ui/package-lock.json", r#"{"lockfileVersion":3,"packages":{}}"#),
    ]);
    Memory { files, ..Memory::default() }
}

/// The steps from which layers are taken.
fn copied(layers: &[Layer]) -> impl Iterator<Item = usize> {
    layers.iter().flat_map(|layer| &layer.items).filter_map(|item| match item {
        LayerItem::Copy(copy) => Some(copy.from.index()),
        _ => None,
    })
}

/// The steps from which a step takes files.
fn needs(kind: &StepKind) -> Vec<usize> {
    let mut found = match kind {
        StepKind::Base { .. } | StepKind::Context | StepKind::Source(_) | StepKind::Dockerfile { .. } => Vec::new(),
        StepKind::Select { items } => items.iter().map(|item| item.from.index()).collect(),
        StepKind::Run(run) => {
            let mounted = run.mounts.iter().filter_map(|mount| match &mount.kind {
                MountKind::ReadOnly { from, .. }
                | MountKind::Discarded { from, .. }
                | MountKind::Dependencies { from, .. }
                | MountKind::Parts { from } => Some(from.index()),
                _ => None,
            });
            std::iter::once(run.root.index()).chain(mounted).collect()
        }
        StepKind::Write { root, layer } => copied(std::slice::from_ref(layer)).chain([root.index()]).collect(),
        StepKind::Assemble { base, layers } => copied(layers).chain([base.index()]).collect(),
    };
    found.sort_unstable();
    found.dedup();
    found
}

/// A plan as a graph: each step with the numbers of its dependencies.
fn graph(plan: &Plan) -> String {
    let mut out = format!("== {} for {}\n", plan.target, plan.platform);
    for (id, step) in plan.steps.iter() {
        let platform = match &step.kind {
            StepKind::Run(run) => format!(" on {}, network {:?}", run.platform, run.network),
            _ => String::new(),
        };
        writeln!(out, "{} {}{platform} <- {:?}", id.index(), step.name, needs(&step.kind)).unwrap();
    }
    for gate in &plan.gates {
        writeln!(out, "gate {} = {}", gate.name, gate.step.index()).unwrap();
    }
    for key in ["Entrypoint", "Cmd", "WorkingDir", "User", "Healthcheck", "ExposedPorts"] {
        if let Some(value) = plan.config.pointer(&format!("/config/{key}")) {
            writeln!(out, "{key} {value}").unwrap();
        }
    }
    for note in &plan.notes {
        writeln!(out, "note {}: {}", note.owner, note.text).unwrap();
    }
    for found in &plan.warnings {
        writeln!(out, "warning at {}: {}", found.primary.span.start.line, found.message).unwrap();
    }
    out + "\n"
}

/// Every target of a spec.
fn graphs(spec: &str) -> String {
    let parsed = slipway_spec::parse("slipway.yaml", spec.as_bytes().to_vec()).spec.unwrap();
    let project = everything();
    targets(&parsed)
        .map(|target| match make(&project, spec, Some(&target.label()), "linux/amd64", &request()) {
            Ok(plan) => graph(&plan),
            Err(said) => format!("== {}\n{said}\n\n", target.label()),
        })
        .collect()
}

#[test]
fn a_go_monorepo() {
    insta::assert_snapshot!(graphs(include_str!("../../../spec/tests/specs/go.yaml")));
}

#[test]
fn node_with_prisma() {
    insta::assert_snapshot!(graphs(include_str!("../../../spec/tests/specs/node.yaml")));
}

#[test]
fn python_with_one_runtime_for_three() {
    insta::assert_snapshot!(graphs(include_str!("../../../spec/tests/specs/python.yaml")));
}

#[test]
fn many_languages_with_stages_of_their_own() {
    insta::assert_snapshot!(graphs(include_str!("../../../spec/tests/specs/polyglot.yaml")));
}
