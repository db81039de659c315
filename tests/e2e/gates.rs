//! Gates, which must pass before there is an image, and warnings of a build.

use slipway_tests::{Build, OciArchive, Project, alone, temporary_file};

#[test]
fn every_check_is_a_target_with_its_reports() {
    let project = Project::go(
        "builds:\n  app:\n    preset: go\n    checks:\n      vet: { run: go vet ./... && mkdir -p out && go version >out/go.txt, output: [out] }\n      fmt: { run: test -z \"$(gofmt -l .)\" }\nchecks:\n  count: { from: \"golang:1.24-bookworm\", run: wc -l main.go >lines, network: none, output: [lines] }\nimages:\n  app: { build: app }\n",
    );
    let reports = tempfile::TempDir::new().unwrap();
    let build = |target: &str| {
        let output = format!("type=local,dest={}", reports.path().display());
        Build::of(&project).args(["--target", target, "--output", &output])
    };
    let read = |path: &str| std::fs::read_to_string(reports.path().join(path)).unwrap_or_default();
    let _ = build("check:all").succeed();
    assert!(read("app/vet/out/go.txt").starts_with("go version"), "{:?}", reports.path());
    assert!(read("count/lines").ends_with("main.go\n"));
    let _ = build("check:vet").succeed();
    assert!(read("out/go.txt").starts_with("go version"));
    let image = Build::of(&project).succeed();
    assert!(!image.vertices.iter().any(|vertex| vertex.name.contains("check]")), "{:?}", image.vertices);

    project.replace("main.go", "func main", "func  main");
    let outcome = build("check:all").fail();
    assert!(outcome.message.contains("   7 | >>>       fmt:"), "{}", outcome.message);
}

#[test]
fn warnings_have_locations_and_a_limit() {
    let project = Project::spec("images:\n  app:\n    labels: { a: \"$HOME\" }\n    files: { /a: ./slipway.yaml }\n");
    let outcome = Build::of(&project).succeed();
    assert_eq!(outcome.warnings.len(), 1, "{:?}", outcome.warnings);
    assert!(outcome.warnings[0].starts_with("slipway.yaml:4:"), "{:?}", outcome.warnings);

    let arguments = (0..35).map(|n| format!("--build-arg=UNKNOWN{n}=x"));
    let outcome = Build::of(&project).args(arguments).succeed();
    assert_eq!(outcome.warnings.len(), 31, "{:?}", outcome.warnings);
    assert!(outcome.warnings.contains(&"and 6 more warnings".to_owned()), "{:?}", outcome.warnings);
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn an_image_exists_only_after_its_gates_have_passed() {
        let _alone = alone();
        let project = Project::go(
            "builds:\n  app:\n    preset: go\n    checks:\n      test:\n        run: grep -w println main.go || (echo it is broken; exit 1)\n        gate: true\nimages:\n  app: { build: app }\n",
        );
        project.replace("main.go", "println", "print");
        let archive = temporary_file();
        let build = || Build::of(&project).args(OciArchive::at(archive.path()));
        let outcome = build().fail();
        assert!(outcome.logs.contains("it is broken"), "{}", outcome.logs);
        assert!(outcome.message.contains("   6 | >>>       test:"), "{}", outcome.message);
        assert_eq!(std::fs::metadata(archive.path()).unwrap().len(), 0, "a failed gate prevents the image");

        project.replace("main.go", "print", "println");
        let cache = tempfile::TempDir::new().unwrap();
        let export = format!("type=local,mode=max,dest={}", cache.path().display());
        let passed = build().args(["--cache-to", &export]).succeed();
        assert!(!passed.is_cached("[app check] test"));
        let image = OciArchive::read(archive.path()).images().remove(0);
        let history = image.config["history"].as_array().unwrap();
        let layers = history.iter().filter(|entry| entry["empty_layer"] != true).count();
        assert_eq!((image.layers.len(), layers), (2, 2), "a gate leaves no layer: {history:#?}");

        let again = build().succeed();
        assert_eq!(again.executed(), [] as [&str; 0]);
        project.replace("main.go", "println", "func() {}(); println");
        let edited = build().succeed();
        assert!(!edited.is_cached("[app check] test"), "changed code is tested again");
    }
}
