//! `slipway init` on small repositories with the shapes of real ones.
//!
//! Each file in `repositories` is a repository: `=== PATH` precedes the text of a file. What is written for it is a
//! snapshot, which the program itself has planned and checked.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::Said;

/// A folder with the files of a repository.
fn repository(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in text.split("=== ").skip(1) {
        let (path, text) = file.split_once('\n').unwrap();
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// The program in a folder.
fn run(folder: &Path, arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_slipway"));
    command.args(arguments).current_dir(folder).env_clear().stdin(Stdio::null());
    Said::new(command.output().unwrap())
}

#[test]
fn repositories_get_a_spec_that_plans() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/repositories");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 9, "{paths:?}");
    for path in paths {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let repository = repository(&fs::read_to_string(&path).unwrap());
        let first = run(repository.path(), &["init", "-f", "-", "--image", "registry.example.com/slipway:1"]);
        let again = run(repository.path(), &["init", "--image", "registry.example.com/slipway:1"]);
        assert_eq!((first.code, again.code), (0, 0), "{name}: {}{}", first.stderr, again.stderr);
        let written = fs::read_to_string(repository.path().join("slipway.yaml")).unwrap();
        assert_eq!(written, first.stdout, "{name}: two runs differ");
        let checked = run(repository.path(), &["check", "--strict"]);
        assert_eq!(checked.whole(), "exit status 0\n", "{name}\n{written}");
        insta::assert_snapshot!(format!("init_{name}"), format!("{written}--- told\n{}", again.stdout));
    }
}

#[test]
fn nothing_is_overwritten() {
    let repository =
        repository("=== go.mod\nmodule example.com/x\n\ngo 1.24\n=== main.go\npackage main\n=== slipway.yaml\nmine\n");
    let said = run(repository.path(), &["init"]);
    assert_eq!(said.whole(), "exit status 2\n--- stderr\nerror: `slipway.yaml` exists already; it was not changed\n");
    assert_eq!(fs::read_to_string(repository.path().join("slipway.yaml")).unwrap(), "mine\n");
    symlink("nowhere", repository.path().join("link.yaml")).unwrap();
    assert_eq!(run(repository.path(), &["init", "-f", "link.yaml"]).code, 2);
    assert!(!repository.path().join("nowhere").exists());
}

#[test]
fn what_cannot_be_built_has_one_sentence() {
    for (files, expected) in [
        ("", "there is nothing that a preset or a Dockerfile could build"),
        (
            "=== Dockerfile\nFRM alpine\n",
            "nothing can be built yet (not used (no Dockerfile): `Dockerfile:1`: `FRM` is not an instruction)",
        ),
        (
            "=== package.json\n{ \"scripts\": { \"start\": \"node x.js\" }, \"dependencies\": { \"a\": \"1\" } }\n\
             === x.js\n",
            "nothing can be built yet (app: `package.json` has dependencies, but there is no lockfile next to it; run \
             `npm install` and commit the lockfile that it writes)",
        ),
        (
            "=== Dockerfile\nFROM eclipse-temurin:21\nCOPY app.jar /\n",
            "nothing can be built yet (not used (copies a file that is not in the repository): Dockerfile (app.jar))",
        ),
    ] {
        let repository = repository(files);
        let said = run(repository.path(), &["init"]);
        assert_eq!(said.whole(), format!("exit status 2\n--- stderr\nerror: {expected}\n"));
        assert!(!repository.path().join("slipway.yaml").exists());
    }
    let said = run(Path::new("/"), &["init", "/nowhere"]);
    assert!(said.stderr.starts_with("error: the folder `/nowhere` cannot be read"), "{}", said.stderr);
}

#[test]
fn odd_repositories_are_no_problem() {
    let repository = repository("=== go.mod\nmodule example.com/x\n\ngo 1.24\n=== cmd/api/main.go\npackage main\n");
    let root = repository.path();
    for folder in 0..100 {
        fs::create_dir(root.join(format!("data{folder}"))).unwrap();
        for file in 0..100 {
            fs::write(root.join(format!("data{folder}/{file}.txt")), "x").unwrap();
        }
    }
    symlink("..", root.join("cmd/loop")).unwrap();
    symlink("self", root.join("self")).unwrap();
    fs::write(root.join("compose.yaml"), "services: [\n").unwrap();
    fs::write(root.join("Dockerfile"), [0xff, 0xfe, 0]).unwrap();
    fs::create_dir(root.join("package.json")).unwrap();
    let said = run(root, &["init", "-f", "-"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stdout.contains("\n  api: { go: ./cmd/api }\n"), "{}", said.stdout);
    assert!(said.stdout.contains("# compose.yaml was not used: "), "{}", said.stdout);
}
