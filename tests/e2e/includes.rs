//! Specs of several files.

use slipway_tests::{Build, Folder, Project, Repository, ask};

#[test]
fn a_spec_includes_files_of_the_context_and_of_a_repository() {
    let repository = Repository::with(&[
        ("slipway.yaml", "include: [./more.yaml]\nx-unused: 1\n"),
        ("more.yaml", "images: { base: { runtime: scratch, files: { /a: ./a } } }\n"),
    ]);
    let commit = repository.commit(&[("more.yaml", "not: [yaml")]);
    let first = repository.commit(&[("more.yaml", "images: { base: { runtime: scratch, files: { /a: ./a } } }\n")]);
    let _ = repository.commit(&[("more.yaml", "images: { base: { files: { /b: ./b } } }\n")]);
    let project = Project::spec(&format!(
        "include:\n  - ./platform/base.yaml\n  - {{ git: \"{}\", checksum: {first} }}\ndefault: app\nimages: {{ app: {{ extends: base, files: {{ /c: ./c }} }} }}\n",
        repository.url
    ))
    .with("platform/base.yaml", "defaults: { files: { /d: ./d } }\n")
    .with(".dockerignore", "platform\n")
    .with("a", "a")
    .with("b", "b")
    .with("c", "c")
    .with("d", "d");
    let (folder, outcome) = Folder::of(Build::of(&project));
    assert_eq!(folder.files(), ["a", "c", "d"]);
    assert_eq!(outcome.steps("[internal] load included platform/base.yaml").len(), 1);
    assert!(!outcome.steps(&format!("[internal] load included {}", repository.url)).is_empty());

    project.replace("slipway.yaml", &first, &commit);
    let outcome = Build::of(&project).fail();
    assert!(outcome.message.contains(&format!("{}#{commit}:more.yaml:", repository.url)), "{}", outcome.message);
    project.replace("slipway.yaml", &commit, "1234567");
    let outcome = Build::of(&project).fail();
    assert!(outcome.message.contains("cannot be read"), "{}", outcome.message);
    assert!(outcome.message.contains("   4 | >>>   - { git:"), "{}", outcome.message);
}

#[test]
fn an_error_in_an_included_file_is_shown_there() {
    let project = Project::spec("include: [./base.yaml]\nimages: { app: { files: { /a: ./base.yaml } } }\n")
        .with("base.yaml", "# base\n\ndefaults:\n  usr: root\n");
    let outcome = Build::of(&project).fail();
    assert!(outcome.message.contains("base.yaml:4:3: unknown key `usr`"), "{}", outcome.message);
    assert!(outcome.message.contains("   4 | >>>   usr: root"), "{}", outcome.message);

    let (status, said) = ask(&project, &["--check"]);
    assert_ne!(status, 0, "{said}");
    assert!(said.contains("unknown key `usr`"), "{said}");

    project.write("base.yaml", "defaults:\n  files: { /b: ./nothing }\n");
    let outcome = Build::of(&project).fail();
    assert!(outcome.message.contains("base.yaml:2"), "{}", outcome.message);
    assert!(outcome.message.contains("   2 | >>>   files: { /b: ./nothing }"), "{}", outcome.message);

    project.replace("slipway.yaml", "./base.yaml]", "./bsae.yaml]");
    let outcome = Build::of(&project).fail();
    assert!(outcome.message.contains("there is no file `bsae.yaml` in the context"), "{}", outcome.message);
    assert!(outcome.message.contains("   2 | >>> include: [./bsae.yaml]"), "{}", outcome.message);
}
