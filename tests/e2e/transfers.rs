//! The client sends only what a build can use, and once for all targets of a file.

use std::os::unix::fs::symlink;

use slipway_tests::{Bake, Build, Folder, Project, unique};

/// More than everything that a build without this file sends.
const LARGE: usize = 5_000_000;

/// A spec that names all of its files, beside a large one.
fn project() -> Project {
    let project = Project::spec(
        "contexts: { proto: { path: ./no/such } }\n\
         images:\n  one: { files: { /a.txt: ./src/a.txt, /deep/: ./linked, /p: \"proto:/p.txt\" } }\n\
         \x20 two: { static: ./site }\n  three: { files: { /a.txt: ./src/to-a.txt } }\n",
    )
    .with("src/a.txt", &unique("a"))
    .with("src/large.bin", &"x".repeat(LARGE))
    .with("real/deep.txt", &unique("deep"))
    .with("real/ignored.md", "")
    .with("site/index.html", &unique("site"))
    .with("other/p.txt", &unique("p"))
    .with("other/large.bin", &"x".repeat(LARGE))
    .with(".dockerignore", "**/*.md\n");
    symlink("real", project.file("linked")).unwrap();
    symlink("a.txt", project.file("src/to-a.txt")).unwrap();
    project
}

fn of(project: &Project, target: &str) -> Build {
    let context = format!("proto={}", project.file("other").display());
    Build::of(project).target(target).args(["--build-context", &context])
}

#[test]
fn a_spec_that_names_its_files_gets_only_these() {
    let project = project();
    let (files, outcome) = Folder::of(of(&project, "one"));
    assert_eq!(files.files(), ["a.txt", "deep/deep.txt", "p"]);
    assert!(outcome.sent < 20_000, "{} bytes were sent", outcome.sent);
    let (files, outcome) = Folder::of(of(&project, "three"));
    assert!(files.text("a.txt").contains("slipway-test-a"));
    assert!(outcome.sent < 20_000, "{} bytes were sent", outcome.sent);
    for question in ["outline", "slipway.plan", "targets", "check"] {
        let outcome = of(&project, "one").args([format!("--call={question}")]).run();
        assert!(outcome.sent < 20_000, "{} bytes were sent for {question}", outcome.sent);
    }
    // An image may contain everything, and then every target of the file gets it.
    project.replace("slipway.yaml", "static: ./site", "static: .");
    assert!(of(&project, "one").succeed().sent as usize > LARGE);
    project.replace("slipway.yaml", "static: .", "static: ./site");
    // Similar names are still found.
    project.replace("slipway.yaml", "./src/a.txt", "./src/b.txt");
    let outcome = of(&project, "one").fail();
    assert!(outcome.message.contains("did you mean `./src/a.txt`?"), "{}", outcome.message);
}

#[test]
fn targets_of_a_file_share_one_transfer() {
    let project = project();
    project.replace(
        "slipway.yaml",
        "contexts: { proto: { path: ./no/such } }",
        "contexts: { proto: { path: ./other } }",
    );
    project.write("site/index.html", &"y".repeat(300_000));
    let outcome = Bake::of(&project, &["one", "two", "three"]).succeed();
    // Targets use different files of those that are sent, and the folder of the context is one of them.
    assert!((LARGE + 300_000..LARGE + 500_000).contains(&(outcome.sent as usize)), "{} bytes were sent", outcome.sent);
}
