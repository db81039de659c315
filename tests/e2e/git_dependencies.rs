//! Dependencies from git repositories, whose code may read any file of its repository.

use slipway_tests::{Build, Loaded, Project, Repository, run, unique};

#[test]
fn a_crate_reads_other_files_of_its_repository() {
    let text = unique("known");
    let repository = Repository::with(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"crates/known\"]\nresolver = \"3\"\n"),
        ("crates/known/Cargo.toml", "[package]\nname = \"known\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
        ("crates/known/src/lib.rs", "pub const TEXT: &str = include_str!(\"../../../resources/known.txt\");\n"),
        ("resources/known.txt", &text),
    ]);
    let (url, commit) = (&repository.url, repository.commit_of("v1"));
    let project = Project::spec("images:\n  app: { rust: { rust: \"1\" } }\n")
        .with(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\nknown = {{ git = \"{url}\", tag = \"v1\" }}\n"
            ),
        )
        .with(
            "Cargo.lock",
            &format!(
                "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"known\",\n]\n\n[[package]]\nname = \"known\"\nversion = \"0.1.0\"\nsource = \"git+{url}?tag=v1#{commit}\"\n"
            ),
        )
        .with("src/main.rs", "fn main() {\n    println!(\"{}\", known::TEXT);\n}\n");
    let image = Loaded::new("git");
    let build = || Build::of(&project).args(["--network", "host", "--allow", "network.host"]).args(image.arguments());
    let _ = build().succeed();
    assert_eq!(run([&image.tag]).trim(), text);

    // After the repository is deleted, the layer still contains it.
    drop(repository);
    project.replace("src/main.rs", "{}", "again: {}");
    let again = build().succeed();
    assert!(again.is_cached("cargo fetch --locked"), "{:?}", again.vertices);
    assert_eq!(run([&image.tag]).trim(), format!("again: {text}"));
}
