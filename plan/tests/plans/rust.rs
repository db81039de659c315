//! The Rust preset: whole plans, detection, and all errors in projects.

use std::collections::BTreeMap;

use slipway_plan::{MountKind, Step, StepKind};

use crate::rust_sources::files;
use crate::support::{Memory, make, print, refusal, request};

/// `edge` of the polyglot spec of the language.
pub(crate) const SPEC: &str = "\
stages:
  gen: { from: 'bufbuild/buf:1.50', steps: [{ run: buf generate }], output: /gen }
builds:
  edge: { preset: rust, source: ./edge, bin: edge, inputs: { ./edge/src/gen: 'gen:/rust' }, checks: { test: { run: cargo test, gate: true } } }
images:
  edge: { build: edge, entrypoint: [/edge, --config, /etc/edge/edge.toml] }
";

pub(crate) fn project(files: &[(&'static str, &'static str)]) -> Memory {
    Memory { files: files.iter().copied().collect::<BTreeMap<_, _>>(), ..Memory::default() }
}

pub(crate) fn edge() -> Memory {
    project(&[
        ("edge/Cargo.toml", "[package]\nname = \"edge\"\nrust-version = \"1.90\"\n[[bench]]\nname = \"load\"\n"),
        ("edge/Cargo.lock", ""),
        ("edge/src/main.rs", ""),
    ])
}

fn workspace() -> Memory {
    project(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"crates/*\", \"svc/web\"]\nexclude = [\"crates/old\"]\n[workspace.dependencies]\nshared = { path = \"shared\" }\n",
        ),
        ("Cargo.lock", ""),
        ("rust-toolchain.toml", "[toolchain]\nchannel = \"1.91.0\"\n"),
        ("crates/api/Cargo.toml", "[package]\nname = \"api\"\ndefault-run = \"api\"\n"),
        ("crates/api/src/main.rs", ""),
        ("crates/api/src/bin/migrate.rs", ""),
        ("crates/api/src/bin/seed/main.rs", ""),
        ("crates/old/Cargo.toml", "[package]\nname = \"old\"\n"),
        ("crates/notes/readme.md", ""),
        (
            "svc/web/Cargo.toml",
            "[package]\nname = \"web\"\n[[bin]]\nname = \"server\"\npath = \"src/main.rs\"\n[target.'cfg(unix)'.dependencies]\nshared = { path = \"../../shared\" }\n",
        ),
        ("svc/web/src/main.rs", ""),
        ("shared/Cargo.toml", "[package]\nname = \"shared\"\n"),
    ])
}

#[test]
fn the_edge_of_the_language() {
    insta::assert_snapshot!(print(&make(&edge(), SPEC, Some("edge"), "linux/amd64", &request()).unwrap()));
}

#[test]
fn another_platform_gets_a_cross_linker_and_no_emulation() {
    let plan = make(&edge(), SPEC, Some("edge"), "linux/arm64", &request()).unwrap();
    let mut text = String::new();
    for (_, step) in plan.steps.iter() {
        if let StepKind::Run(run) = &step.kind {
            let env: Vec<_> =
                run.env.iter().filter(|(name, _)| name.contains("LINKER") || name.starts_with("CC_")).collect();
            text.push_str(&format!("{} on {}: {:?} {env:?}\n", step.name, run.platform, run.args));
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_member_of_a_workspace_is_built_with_its_dependencies() {
    let spec = "images: { web: { rust: { source: ./svc/web, features: [tls], profile: dist } } }";
    insta::assert_snapshot!(print(&make(&workspace(), spec, None, "linux/amd64", &request()).unwrap()));
}

#[test]
fn programs_are_found_like_in_cargo() {
    let bin = |options: &str| {
        let spec = format!("images: {{ x: {{ rust: {{ {options} }} }} }}");
        let plan = make(&workspace(), &spec, None, "linux/amd64", &request()).unwrap();
        plan.config.pointer("/config/Entrypoint/0").unwrap().as_str().unwrap().to_owned()
    };
    assert_eq!(bin("bin: migrate"), "/migrate");
    assert_eq!(bin("bin: seed"), "/seed");
    assert_eq!(bin("package: web"), "/server");
    assert_eq!(bin("source: ./crates/api"), "/api");
    assert_eq!(bin("source: ./crates/api, bin: seed"), "/seed");
}

#[test]
fn the_toolchain_is_from_the_spec_or_the_project() {
    let note = |project: &Memory, options: &str| {
        let spec = format!("images: {{ x: {{ rust: {{ {options} }} }} }}");
        make(project, &spec, None, "linux/amd64", &request()).unwrap().notes.first().unwrap().text.clone()
    };
    assert_eq!(note(&edge(), "source: ./edge"), "Rust 1.90, from `rust-version` of `edge/Cargo.toml`");
    assert_eq!(note(&edge(), "source: ./edge, rust: '1.92'"), "Rust 1.92, from `rust`");
    assert_eq!(note(&workspace(), "package: web"), "Rust 1.91.0, from `rust-toolchain.toml`");
    let mut other = edge();
    other.files.insert("edge/rust-toolchain", "stable\n");
    assert_eq!(note(&other, "source: ./edge"), "Rust 1, from `edge/rust-toolchain`");
    other.files.remove("edge/rust-toolchain");
    other.files.insert("edge/Cargo.toml", "[package]\nname = \"edge\"\n");
    assert_eq!(note(&other, "source: ./edge"), "Rust 1, from the default");
}

#[test]
fn committed_dependencies_are_not_downloaded() {
    let mut project = edge();
    let config = "[source.crates-io]\nreplace-with = \"here\"\n[source.here]\ndirectory = \"third-party\"\n";
    project.files.insert("edge/.cargo/config.toml", config);
    insta::assert_snapshot!(files(&project, "images: { edge: { rust: ./edge } }"));
}

#[test]
fn a_mirror_is_only_used_for_dependencies() {
    let mut project = edge();
    let config =
        "[source.crates-io]\nreplace-with = \"near\"\n[source.near]\nregistry = \"sparse+https://near.example/\"\n";
    let scripts = |project: &Memory| -> Vec<String> {
        let plan = make(project, SPEC, Some("edge"), "linux/amd64", &request()).unwrap();
        let runs = plan.steps.iter().filter_map(|(_, step)| match &step.kind {
            StepKind::Run(run) if step.owner == "edge" => Some(run),
            _ => None,
        });
        let texts = runs.flat_map(|run| &run.mounts).filter_map(|mount| match &mount.kind {
            MountKind::Script { text } => Some(text.clone()),
            _ => None,
        });
        texts.collect()
    };
    let over = "command cargo --config /deps/config.toml";
    assert!(scripts(&project).iter().all(|text| !text.contains(over)));
    project.files.insert("edge/.cargo/config.toml", config);
    let scripts = scripts(&project);
    let (first, later) = scripts.split_first().unwrap();
    assert!(first.contains("cargo fetch") && !first.contains(over), "the fetch asks the mirror");
    assert!(later.len() == 3 && later.iter().all(|text| text.contains(over)), "{}", later.len());
}

#[test]
fn a_program_linked_with_the_c_library_runs_on_scratch() {
    for runtime in ["", ", runtime: static", ", runtime: scratch"] {
        let spec = format!("images: {{ edge: {{ rust: {{ source: ./edge, static: true }}{runtime} }} }}");
        let plan = make(&edge(), &spec, None, "linux/arm64", &request()).unwrap();
        let flags: Vec<_> = plan
            .steps
            .iter()
            .filter_map(|(_, step)| match &step.kind {
                StepKind::Run(run) => {
                    let name = "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS";
                    run.env.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
                }
                _ => None,
            })
            .collect();
        assert_eq!(flags, ["-Ctarget-feature=+crt-static", "-Ctarget-feature=+crt-static"]);
    }
    // Our variable must not replace the project's configuration for all targets, unless that has a separate one for
    // this target.
    let flags = |config: &'static str| {
        let mut project = edge();
        project.files.insert("edge/.cargo/config.toml", config);
        let plan = make(
            &project,
            "images: { edge: { rust: { source: ./edge, static: true } } }",
            None,
            "linux/amd64",
            &request(),
        );
        let name = "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS";
        let steps = plan.unwrap().steps;
        let value = |step: &Step| match &step.kind {
            StepKind::Run(run) => run.env.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()),
            _ => None,
        };
        steps.iter().find_map(|(_, step)| value(step)).unwrap()
    };
    let of_build = "[build]\nrustflags = [\"--cfg\", \"tokio_unstable\"]\n";
    assert_eq!(flags(of_build), "--cfg tokio_unstable -Ctarget-feature=+crt-static");
    assert_eq!(flags("build.rustflags = \"-C debuginfo=1\""), "-C debuginfo=1 -Ctarget-feature=+crt-static");
    let of_target = "[build]\nrustflags = [\"-Cx\"]\n[target.'cfg(unix)']\nrustflags = [\"-Cy\"]\n";
    assert_eq!(flags(of_target), "-Ctarget-feature=+crt-static");
}

#[test]
fn invalid_projects_are_rejected_with_help() {
    let with = |options: &'static str| format!("images: {{ x: {{ rust: {{ {options} }} }} }}");
    let edge_with = |path: &'static str, text: &'static str| {
        let mut project = edge();
        project.files.insert(path, text);
        project
    };
    let mut no_lock = edge();
    no_lock.files.remove("edge/Cargo.lock");
    let mut no_program = edge();
    no_program.files.remove("edge/src/main.rs");
    let mut no_image = edge();
    no_image.missing_images.insert("rust:1.90-trixie");
    let mut twice = workspace();
    twice.files.insert("svc/web/src/bin/seed.rs", "");
    twice.files.insert("svc/web/Cargo.toml", "[package]\nname = \"web\"\nedition = \"2021\"\n");
    let mut several = workspace();
    several.files.insert("crates/api/Cargo.toml", "[package]\nname = \"api\"\n");
    let mut gone = workspace();
    gone.files.remove("svc/web/Cargo.toml");
    let arm = make(&edge(), &with("source: ./edge"), None, "linux/riscv64", &request()).map(|_| ()).unwrap_err();
    let cases = [
        ("no manifest", refusal(&edge(), &with(""))),
        ("no lockfile", refusal(&no_lock, &with("source: ./edge"))),
        ("no root manifest", refusal(&project(&[("a/Cargo.toml", ""), ("Cargo.lock", "")]), &with("source: ./a"))),
        ("a manifest that is none", refusal(&edge_with("edge/Cargo.toml", "[package\n"), &with("source: ./edge"))),
        ("a member that is gone", refusal(&gone, &with(""))),
        (
            "a path that leads out",
            refusal(
                &edge_with("edge/Cargo.toml", "[dependencies]\na = { path = '../../a' }\n"),
                &with("source: ./edge"),
            ),
        ),
        ("no program", refusal(&no_program, &with("source: ./edge"))),
        ("several programs", refusal(&several, &with(""))),
        ("another program", refusal(&workspace(), &with("bin: nothing"))),
        ("a program of two packages", refusal(&twice, &with("bin: seed"))),
        ("nightly", refusal(&edge_with("edge/rust-toolchain", "nightly-2026-01-01"), &with("source: ./edge"))),
        (
            "an older toolchain than the package asks for",
            refusal(&edge_with("edge/rust-toolchain", "1.70.0"), &with("source: ./edge")),
        ),
        ("an older release than the package asks for", refusal(&edge(), &with("source: ./edge, rust: \"1.70\""))),
        ("a version that is none", refusal(&edge(), &with("source: ./edge, rust: beta"))),
        ("no image", refusal(&no_image, &with("source: ./edge"))),
        ("another platform", arm),
        ("a runtime without a C library", refusal(&edge(), "images: { x: { rust: ./edge, runtime: static } }")),
        ("a variable of the preset", refusal(&edge(), &with("source: ./edge, env: { CARGO_HOME: /x }"))),
    ];
    let text: String = cases.iter().map(|(what, said)| format!("{what}:\n  {said}\n")).collect();
    insta::assert_snapshot!(text);
}

/// A library, and members of its workspace with programs of every kind.
fn targets() -> Memory {
    project(&[
        ("Cargo.toml", "[package]\nname = \"top\"\nedition = \"2024\"\n[workspace]\nmembers = [\"crates/*\"]\n"),
        ("Cargo.lock", ""),
        ("src/lib.rs", ""),
        ("examples/demo.rs", ""),
        (
            "crates/shop/Cargo.toml",
            "[package]\nname = \"shop\"\nedition = \"2021\"\n[[bin]]\nname = \"shop-server\"\npath = \"src/bin/main.rs\"\n",
        ),
        ("crates/shop/src/bin/main.rs", ""),
        (
            "crates/tool/Cargo.toml",
            "[package]\nname = \"tool\"\nedition = \"2021\"\n[features]\ndefault = [\"small\"]\nsmall = []\nfull = [\"cli\"]\ncli = []\n[[bin]]\nname = \"tool\"\npath = \"src/main.rs\"\nrequired-features = [\"cli\", \"small\"]\n",
        ),
        ("crates/tool/src/main.rs", ""),
    ])
}

#[test]
fn one_file_is_one_program() {
    let text = |spec: &str| print(&make(&targets(), spec, None, "linux/amd64", &request()).unwrap());
    for spec in ["./crates/shop", "{ source: ., package: shop }", "{ source: ., package: shop, bin: shop-server }"] {
        let text = text(&format!("images: {{ x: {{ rust: {spec} }} }}"));
        assert!(text.contains(r#""--package", "shop", "--bin", "shop-server""#), "{text}");
    }
    text("images: { x: { rust: { source: ./crates/tool, features: [full] } } }");
}

#[test]
fn the_program_of_a_workspace_is_in_its_default_members() {
    let mut project = workspace();
    let manifest = "[workspace]\nmembers = [\"crates/*\", \"svc/web\"]\nexclude = [\"crates/old\"]\ndefault-members = [\"svc/*\"]\n[workspace.dependencies]\nshared = { path = \"shared\" }\n";
    project.files.insert("Cargo.toml", manifest);
    let of = |spec: &str| print(&make(&project, spec, None, "linux/amd64", &request()).unwrap());
    assert!(of("images: { x: { rust: . } }").contains(r#""--package", "web", "--bin", "server""#));
    assert!(
        of("images: { x: { rust: { source: ., bin: migrate } } }")
            .contains(r#""--package", "api", "--bin", "migrate""#)
    );
}

#[test]
fn a_missing_program_is_rejected_with_a_list_of_programs() {
    let of = |options: &str| refusal(&targets(), &format!("images: {{ x: {{ rust: {{ {options} }} }} }}"));
    let library = project(&[("Cargo.toml", "[package]\nname = \"top\"\n"), ("Cargo.lock", ""), ("src/lib.rs", "")]);
    let cases = [
        ("a library with programs beside it", of("source: .")),
        ("a library alone", refusal(&library, "images: { x: { rust: . } }")),
        ("a program of another package", of("source: ., bin: shop-server")),
        ("an example", of("source: ., bin: demo")),
        ("no such program", of("source: ./crates/shop, bin: shop-serve")),
        ("no such package", of("source: ., package: shob")),
        ("features that are not turned on", of("source: ./crates/tool, features: [extra]")),
    ];
    let text: String = cases.iter().map(|(what, said)| format!("{what}:\n  {said}\n")).collect();
    insta::assert_snapshot!(text);
}

#[test]
fn opened_files_that_the_image_lacks_are_reported() {
    let said = |spec: &str| {
        let project = project(&[
            ("Cargo.toml", "[package]\nname = \"api\"\nrust-version = \"1.90\"\n"),
            ("Cargo.lock", ""),
            ("build.rs", "fn main() { std::fs::read(\"Cargo.lock\"); }"),
            (
                "src/main.rs",
                "mod a;\nfn main() { Tera::new(\"web/templates/**/*\"); }\n#[cfg(test)]\nfn t() { std::fs::read(\"Cargo.toml\"); }\n",
            ),
            ("src/a.rs", "fn a() {\n    std::fs::read_to_string(\n        \"config/a.toml\",\n    );\n}\n"),
            ("web/templates/a.html", ""),
            ("config/a.toml", ""),
        ]);
        let plan = make(&project, spec, Some("api"), "linux/amd64", &request()).unwrap();
        let said = plan.warnings.iter().map(|found| (found.message.clone(), found.help.clone().unwrap_or_default()));
        said.collect::<Vec<_>>()
    };
    let found = said("images: { api: { rust: . } }");
    let [(message, help)] = found.as_slice() else { panic!("{found:?}") };
    assert!(message.contains("`config/a.toml` (`src/a.rs:2`), `web/templates` (`src/main.rs:2`)"), "{message}");
    assert_eq!(
        help,
        "add `workdir: /app` and `files: { /app/config/a.toml: ./config/a.toml, /app/web/templates: ./web/templates }` to the image"
    );
    for right in [
        // The suggestion, and other ways to provide it.
        "images: { api: { rust: ., workdir: /app, files: { /app/config/a.toml: ./config/a.toml, /app/web/templates: ./web/templates } } }",
        "images: { api: { rust: ., files: { /srv/: ./web/templates, /etc/a/config/: ./config/ } } }",
        "images: { api: { rust: ., workdir: /app, volumes: [/app] } }",
        "images: { api: { rust: ., runtime: 'acme/base:1' } }",
    ] {
        assert_eq!(said(right), [], "{right}");
    }
}

#[test]
fn the_dependency_step_gets_more_files_and_no_options() {
    let spec = "images: { edge: { rust: { install: { include: [.cargo/more.toml] } } } }";
    let files = [
        ("Cargo.toml", "[package]\nname = 'edge'\nrust-version = '1.90'\n"),
        ("Cargo.lock", ""),
        ("src/main.rs", ""),
        (".cargo/more.toml", ""),
    ];
    let project = Memory { files: files.into_iter().collect(), ..Memory::default() };
    let text = print(&make(&project, spec, None, "linux/amd64", &request()).unwrap());
    assert_eq!(text.matches(".cargo/more.toml").count(), 1, "{text}");
    let said = refusal(&project, "images: { edge: { rust: { install: { options: [--sync, x] } } } }");
    insta::assert_snapshot!(said, @"slipway.yaml:1:48: the rust preset has no `install.options`: settings of `cargo fetch` are variables; write `install: { env: { CARGO_NET_RETRY: 5 } }`");
}
