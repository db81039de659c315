//! The files that a Rust program is compiled from.

use slipway_plan::StepKind;

use crate::rust::{SPEC, edge, project};
use crate::support::{Memory, make, print, request};

/// Eight packages: a service and its dependencies, another service, and unused ones.
fn city() -> Memory {
    project(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"svc/*\", \"lib/*\"]\nexclude = [\"old\"]\n[workspace.dependencies]\nbase = { path = \"lib/base\" }\nunused = { path = \"lib/unused\" }\n[patch.crates-io]\nlog = { path = \"forks/log\" }\n",
        ),
        ("Cargo.lock", ""),
        (
            "svc/api/Cargo.toml",
            "[package]\nname = \"api\"\n[dependencies]\nbase = { workspace = true }\n[build-dependencies]\ncodegen = { path = \"../../lib/codegen\" }\n[dev-dependencies]\nfakes = { path = \"../../lib/fakes\" }\n[[test]]\nname = \"slow\"\n",
        ),
        (
            "svc/api/src/main.rs",
            "const API: &str = include_str!(\"../../../api/openapi.json\"); // ../../../api/gone.json",
        ),
        ("svc/api/build.rs", "fn main() { read(\"tests/schema.sql\") }"),
        ("svc/api/tests/slow.rs", ""),
        ("svc/api/tests/schema.sql", ""),
        ("svc/api/README.md", ""),
        ("svc/web/Cargo.toml", "[package]\nname = \"web\"\n[dependencies]\nbase.workspace = true\n"),
        ("svc/web/src/main.rs", ""),
        ("lib/base/Cargo.toml", "[package]\nname = \"base\"\n[dependencies]\nold = { path = \"../../old\" }\n"),
        (
            "lib/base/src/lib.rs",
            "#![doc = include_str!(\"../README.md\")]\nmod tests { const ROOT: &str = \"../..\"; }",
        ),
        ("lib/base/README.md", ""),
        ("lib/base/examples/one.rs", ""),
        ("lib/codegen/Cargo.toml", "[package]\nname = \"codegen\"\n"),
        ("lib/codegen/src/lib.rs", ""),
        ("lib/fakes/Cargo.toml", "[package]\nname = \"fakes\"\n[build-dependencies]\nx = \"1\"\n[package.metadata]\n"),
        ("lib/unused/Cargo.toml", "[package]\nname = \"unused\"\ndefault-run = \"two\"\n"),
        ("old/Cargo.toml", "[package]\nname = \"old\"\n"),
        ("forks/log/Cargo.toml", "[package]\nname = \"log\"\n"),
        ("api/openapi.json", "{}"),
    ])
}

/// The steps of a plan that use files of the context, and what depends on them.
pub(crate) fn files(project: &Memory, spec: &str) -> String {
    let plan = make(project, spec, None, "linux/amd64", &request()).unwrap();
    let mut text = String::new();
    for (_, step) in plan.steps.iter() {
        match &step.kind {
            StepKind::Select { items } => {
                text += &format!("{}\n", step.name);
                for item in items {
                    text += &format!("  {:?} without {:?}\n", item.include, item.exclude);
                }
            }
            StepKind::Run(run) => text += &format!("{}\n  {:?}\n", step.name, run.args.get(2..).unwrap_or_default()),
            _ => {}
        }
    }
    plan.notes.iter().for_each(|note| text += &format!("{}\n", note.text));
    text
}

#[test]
fn a_program_gets_its_packages_and_files_that_their_code_names() {
    insta::assert_snapshot!(files(&city(), "images: { api: { rust: ./svc/api } }"));
}

#[test]
fn a_package_at_the_root_has_all_files_outside_other_packages() {
    let mut project = city();
    project.files.insert("Cargo.toml", "[package]\nname = \"root\"\n[workspace]\nmembers = [\"svc/*\"]\n");
    project.files.insert("src/main.rs", "");
    insta::assert_snapshot!(files(&project, "images: { root: { rust: . } }"));
}

#[test]
fn the_spec_includes_and_excludes_files() {
    let spec =
        "images: { web: { rust: { source: { path: ./svc/web, include: [../../proto/**], exclude: [src/*.sql] } } } }";
    insta::assert_snapshot!(files(&city(), spec));
}

#[test]
fn files_above_the_package_that_code_and_macros_use_are_inputs() {
    let project = project(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"svc/*\"]\n"),
        (".cargo/config.toml", "[env]\nTOP = { value = \"\", relative = true }\n"),
        ("Cargo.lock", ""),
        (
            "svc/api/Cargo.toml",
            "[package]\nname = \"api\"\n[dependencies]\nsqlx = \"0.8\"\nmigrate = { package = \"diesel_migrations\", version = \"2\" }\n",
        ),
        (
            "svc/api/src/main.rs",
            "include_dir!(\"$CARGO_MANIFEST_DIR/../../docs\"); include_str!(concat!(env!(\"TOP\"), \"/data/a.txt\"));",
        ),
        (
            "svc/api/build.rs",
            "fn main() { let top = Path::new(env!(\"CARGO_MANIFEST_DIR\")).parent().unwrap().parent().unwrap(); compile(top.join(\"schema\").join(\"x.capnp\")); protos(&[\"../../proto/shop/v1/shop.proto\"], &[\"../../proto\"]) }",
        ),
        ("svc/api/askama.toml", "[general]\ndirs = [\"templates\", \"../../templates\"]\n"),
        (".sqlx/query-1.json", ""),
        ("migrations/1.sql", ""),
        ("docs/x.md", ""),
        ("data/a.txt", ""),
        ("schema/x.capnp", ""),
        ("templates/x.html", ""),
        ("proto/shop/v1/shop.proto", "import \"money/money.proto\";"),
        ("proto/money/money.proto", ""),
        ("other/x", ""),
    ]);
    let text = files(&project, "images: { api: { rust: ./svc/api } }");
    let sources = text.split("[api sources]").nth(1).unwrap();
    let found =
        [".sqlx", "data/a.txt", "docs", "migrations", "proto", "proto/shop/v1/shop.proto", "schema", "templates"];
    assert!(sources.contains(&format!("{found:?} without []")), "{sources}");
}

#[test]
fn packages_below_use_the_whole_package_at_the_root() {
    let project = project(&[
        ("Cargo.toml", "[package]\nname = \"top\"\nedition = \"2021\"\n"),
        ("src/lib.rs", ""),
        ("svc/Cargo.toml", "[workspace]\nmembers = [\"api\"]\n"),
        ("svc/Cargo.lock", "source = \"git+https://a.com/b#1\"\n"),
        (
            "svc/api/Cargo.toml",
            "[package]\nname = \"api\"\nedition = \"2021\"\n[dependencies]\ntop = { path = \"../..\" }\n",
        ),
        ("svc/api/src/main.rs", ""),
    ]);
    let plan = make(&project, "images: { api: { rust: ./svc/api } }", None, "linux/amd64", &request()).unwrap();
    let items: Vec<_> = plan
        .steps
        .iter()
        .filter_map(|(_, step)| match &step.kind {
            StepKind::Select { items } => Some(items.as_slice()),
            _ => None,
        })
        .flatten()
        .collect();
    assert!(items.iter().all(|item| !item.include.iter().any(String::is_empty)), "an empty pattern is none");
    assert!(items.iter().any(|item| item.include.is_empty()), "the package itself");
    // Git repositories are kept completely if the lockfile names one.
    assert!(print(&plan).contains("/var/cache/cargo/git/db/"));
    assert!(!print(&make(&edge(), SPEC, Some("edge"), "linux/amd64", &request()).unwrap()).contains("/git/db/"));
}
