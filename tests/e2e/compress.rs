//! Compressed programs: they are smaller, and start on images without a C library.

use slipway_tests::{Build, Loaded, OciArchive, Project, run, temporary_file, unique};

/// The size of the program in an image.
fn size(project: &Project, target: &str, program: &str) -> usize {
    let archive = temporary_file();
    let _ = Build::of(project).target(target).args(OciArchive::at(archive.path())).succeed();
    let built = OciArchive::read(archive.path()).images().remove(0);
    let file = built.layers.iter().flatten().rfind(|file| file.path == program).unwrap();
    assert_eq!((file.mode, file.owner), (0o755, (0, 0)));
    file.contents.len()
}

#[test]
fn a_compressed_program_is_smaller_and_runs_without_a_c_library() {
    let project = Project::go(
        "images:\n  app: { go: ., runtime: scratch, compress: upx }\n  plain: { extends: app, compress: none }\n  other: { extends: app, runtime: static }\n",
    );
    let text = unique("compressed");
    project.write("main.go", &format!("package main\n\nimport \"fmt\"\n\nfunc main() {{ fmt.Println(\"{text}\") }}\n"));
    let (small, plain) = (size(&project, "app", "app"), size(&project, "plain", "app"));
    assert!(small * 2 < plain, "{small} of {plain}");
    for target in ["app", "other"] {
        let image = Loaded::new("compressed");
        let _ = Build::of(&project).target(target).args(image.arguments()).succeed();
        let said = run(["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", &image.tag]);
        assert_eq!(said.trim(), text, "{target}");
    }
}

#[test]
fn a_compressed_program_of_rust_runs_statically_and_with_libraries() {
    let text = unique("compressed");
    let project = Project::spec(
        "images:\n  edge: { rust: { source: ., rust: \"1\", static: true }, runtime: scratch, compress: upx }\n  linked: { rust: { source: ., rust: \"1\" }, compress: upx }\n",
    )
    .with("Cargo.toml", "[package]\nname = \"edge\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
    .with("Cargo.lock", "version = 4\n\n[[package]]\nname = \"edge\"\nversion = \"0.1.0\"\n")
    .with("src/main.rs", &format!("fn main() {{ println!(\"{text}\"); }}\n"));
    for target in ["edge", "linked"] {
        let image = Loaded::new("compressed");
        let _ = Build::of(&project).target(target).args(image.arguments()).succeed();
        assert_eq!(run(["--read-only", &image.tag]).trim(), text, "{target}");
    }
}
