//! User errors: each message has the location in the file and what to do.

use slipway_tests::{Build, Project};

/// Builds, expects failure, and checks that the message is one paragraph with a location and that the excerpt marks the
/// line.
fn refused(project: &Project, arguments: &[&str], line: u32, expected: &str) {
    let outcome = Build::of(project).args(arguments).fail();
    let message = outcome
        .message
        .lines()
        .find(|line| line.starts_with("ERROR: "))
        .unwrap_or_else(|| panic!("no error in\n{}", outcome.message));
    assert!(message.contains(expected), "expected\n{expected}\nin\n{message}");
    assert!(message.contains(&format!("slipway.yaml:{line}:")), "no place in\n{message}");
    let marked: Vec<_> = outcome.message.lines().filter(|line| line.contains("| >>>")).collect();
    assert_eq!(marked.len(), 1, "exactly one line must be marked in\n{}", outcome.message);
    assert!(marked[0].trim_start().starts_with(&format!("{line} |")), "{} is marked instead of {line}", marked[0]);
    for forbidden in ["panicked", "goroutine", "stack backtrace"] {
        assert!(!outcome.message.contains(forbidden), "{}", outcome.message);
    }
}

#[test]
fn unknown_key() {
    let project = Project::go("images:\n  app:\n    go: .\n    entripoint: [/app]\n");
    refused(&project, &[], 5, "unknown key `entripoint` in an image; did you mean `entrypoint`?");
}

#[test]
fn wrong_type() {
    let project = Project::go("images:\n  app:\n    go: .\n    cmd: --port 80\n");
    refused(&project, &[], 5, "expected a list, found a string; write `[--port, \"80\"]`");
}

#[test]
fn empty_file() {
    let project = Project::go("");
    refused(&project, &[], 1, "this file is empty; start with `images:`");
}

#[test]
fn not_yaml() {
    let project = Project::go("images:\n  app: { go: .\nversion: 1\n");
    refused(&project, &[], 4, "this is not valid YAML");
}

#[test]
fn not_text() {
    let project = Project::go("");
    std::fs::write(
        project.file("slipway.yaml"),
        format!("# syntax={}\nimages: {{ caf\u{e9}: 1 }}\n", slipway_tests::SYNTAX).replace('\u{e9}', "?"),
    )
    .unwrap();
    let mut bytes = std::fs::read(project.file("slipway.yaml")).unwrap();
    let place = bytes.iter().position(|byte| *byte == b'?').unwrap();
    bytes[place] = 0xe9;
    std::fs::write(project.file("slipway.yaml"), bytes).unwrap();
    refused(&project, &[], 2, "this file is not UTF-8 text; save it as UTF-8");
}

#[test]
fn unknown_target() {
    let project = Project::go("images:\n  app: { go: . }\n  web: { go: . }\n");
    refused(
        &project,
        &["--target", "wbe"],
        2,
        "there is no target `wbe`; the targets are `app`, `web`; did you mean `web`?",
    );
    refused(&project, &[], 2, "select one with `--target`, or add `default: NAME`; the targets are `app`, `web`");
}

#[test]
fn missing_go_mod() {
    let project = Project::go("images:\n  app: { go: . }\n");
    std::fs::remove_file(project.file("go.mod")).unwrap();
    refused(&project, &[], 3, "there is no `go.mod` in the context; run `go mod init`");
}

#[test]
fn ignored_go_mod() {
    let project = Project::go("images:\n  app: { go: . }\n").with(".dockerignore", "*.mod\n");
    refused(&project, &[], 3, "there is no `go.mod` in the context");
    project.write("slipway.yaml.dockerignore", "*\n!go.mod\n!main.go\n");
    let _ = Build::of(&project).succeed();
}

#[test]
fn missing_go_sum() {
    let project = Project::go("images:\n  app: { go: . }\n")
        .with("go.mod", "module example.com/app\n\ngo 1.24\n\nrequire github.com/google/uuid v1.6.0\n");
    refused(&project, &[], 3, "there is no `go.sum` in the context, but `go.mod` requires modules; run `go mod tidy`");
}

#[test]
fn missing_package() {
    let project = Project::go("images:\n  app: { go: ./cmd/app }\n");
    refused(&project, &[], 3, "there is no folder `cmd/app` in the context");
}

#[test]
fn unresolvable_toolchain() {
    let project = Project::go("builds:\n  go: { preset: go, go: \"1.999\" }\nimages:\n  app: { build: go }\n");
    refused(&project, &[], 3, "cannot get the image `golang:1.999-trixie` for Go 1.999");
}

#[test]
fn unresolvable_runtime() {
    let project = Project::go("images:\n  app:\n    go: .\n    runtime: 127.0.0.1:1/no/such:image\n");
    refused(&project, &[], 5, "cannot get the image `127.0.0.1:1/no/such:image` for linux/");
}

#[test]
fn unsupported_platform() {
    let project = Project::go("images:\n  app: { go: . }\n");
    refused(
        &project,
        &["--platform", "windows/amd64"],
        3,
        "the go preset cannot build for the platform `windows/amd64`",
    );
    refused(
        &project,
        &["--platform", "linux/s390x"],
        3,
        "cannot get the image `gcr.io/distroless/static-debian13:nonroot` for linux/s390x",
    );
}

#[test]
fn code_that_does_not_compile() {
    let project = Project::go("images:\n  app:\n    go: .\n").with("main.go", "package main\n\nfunc main() { no }\n");
    let outcome = Build::of(&project).fail();
    assert!(outcome.logs.contains("main.go:3:15: undefined: no"), "{}", outcome.logs);
    assert!(outcome.message.contains("   4 | >>>     go: ."), "the line of the spec is marked:\n{}", outcome.message);
}

#[test]
fn a_huge_invalid_spec_does_not_harm_the_engine() {
    let text = "x-a: &a [1,1,1,1,1,1,1,1,1,1]\n".to_owned()
        + &('b'..='z')
            .zip('a'..='y')
            .map(|(letter, before)| format!("x-{letter}: &{letter} [{}]\n", vec![format!("*{before}"); 10].join(",")))
            .collect::<String>();
    let project = Project::go(&text);
    refused(&project, &[], 6, "this spec has more than 120000 values");
    // Of a hundred findings, ten are shown; the last line has the number of others.
    let many: String = (0..5_000).map(|n| format!("k{n}: 1\n")).collect();
    let outcome = Build::of(&Project::go(&many)).fail();
    assert!(outcome.message.contains("and 91 more"), "{:.2000}", outcome.message);
}

#[test]
fn modules_that_cannot_be_downloaded() {
    let project = Project::example("hello-go").with_own_modules();
    // Without the cache mount of downloads, and without network access to fill it.
    let namespace = format!("BUILDKIT_CACHE_MOUNT_NS={}", slipway_tests::unique("offline"));
    let outcome = Build::of(&project).without_ca().args(["--network", "none", "--build-arg", &namespace]).fail();
    assert!(outcome.logs.contains("github.com/google/uuid@v1.6.0"), "{}", outcome.logs);
    assert!(outcome.logs.contains("pass its certificates with --secret id=ca,src=FILE"), "{}", outcome.logs);
    assert!(outcome.message.contains("process \"/bin/sh /run/slipway/go-mod-download.sh\""), "{}", outcome.message);
    assert!(outcome.message.contains("   8 | >>>     preset: go"), "{}", outcome.message);
}
