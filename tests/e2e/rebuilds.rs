//! The steps that run after a change, counted from the engine's own records.

use slipway_tests::{Build, Project, alone, unique};

fn build(project: &Project) -> slipway_tests::Outcome {
    Build::of(project).target("hello").succeed()
}

#[test]
fn a_filter_takes_the_names_of_targets() {
    let mark = unique("mark");
    let check = |name: &str| format!("{name}: {{ from: busybox:1.37, network: none, run: 'echo {name} {mark}' }}");
    let project = Project::spec(&format!(
        "stages: {{ gen: {{ from: busybox:1.37, steps: [{{ run: 'echo gen {mark}' }}] }} }}\n\
         checks: {{ {}, {} }}\nimages: {{ gens: {{ runtime: gen }} }}\n",
        check("one"),
        check("two")
    ));
    let build = |target: &str, filter: &[&str]| {
        let filter = filter.iter().flat_map(|name| ["--no-cache-filter", name]);
        Build::of(&project).target(target).args(filter).succeed()
    };
    let cached =
        |outcome: &slipway_tests::Outcome| ["one", "two"].map(|name| outcome.is_cached(&format!("] echo {name}")));
    let _ = build("check:all", &[]);
    assert_eq!(cached(&build("check:all", &[])), [true, true]);
    assert_eq!(cached(&build("check:all", &["check:one"])), [false, true]);
    assert_eq!(cached(&build("check:all", &["check:all"])), [false, false]);
    let _ = build("gens", &[]);
    assert!(build("gens", &[]).is_cached("echo gen"));
    for name in ["gen", "stage:gen", "STAGE:GEN"] {
        assert!(!build("gens", &[name]).is_cached("echo gen"), "{name}");
    }
    let warnings = build("gens", &["stage:gne"]).warnings;
    assert!(warnings.iter().any(|text| text.contains("`--no-cache-filter stage:gne` has no effect")), "{warnings:?}");
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn only_steps_that_depend_on_a_change_run_again() {
        let _alone = alone();
        let project = Project::example("hello-go").with_own_modules();
        let first = build(&project);
        assert!(!first.is_cached("go mod download"));
        assert!(!first.is_cached("go build"));

        let again = build(&project);
        assert_eq!(again.executed(), [] as [&str; 0], "a second build runs no step");

        project.replace("cmd/hello/main.go", "\"ok\"", "\"fine\"");
        let edited = build(&project);
        assert!(edited.is_cached("go mod download"), "modules do not depend on sources");
        assert!(!edited.is_cached("go build"));

        project.write("cmd/hello/main_test.go", "package main\n");
        project.write("notes.md", "ignored by .dockerignore\n");
        let irrelevant = build(&project);
        assert!(irrelevant.is_cached("go build"), "tests and ignored files are not part of the program");

        project.write(
            "slipway.yaml",
            &std::fs::read_to_string(project.file("slipway.yaml")).unwrap().replace("Hello", "Hi"),
        );
        let configured = build(&project);
        assert!(configured.is_cached("go build"), "the environment of the image does not affect the build");

        project.replace("go.mod", "go 1.24\n", "go 1.24\n\n// changed\n");
        let manifest = build(&project);
        assert!(!manifest.is_cached("go mod download"), "modules depend on go.mod");
    }

    #[test]
    fn no_cache_runs_everything_again() {
        let _alone = alone();
        let project = Project::go("images: { app: { go: . } }\n");
        let _ = Build::of(&project).succeed();
        let cached = Build::of(&project).succeed();
        assert!(cached.is_cached("go build"));
        let fresh = Build::of(&project).args(["--no-cache"]).succeed();
        assert!(!fresh.is_cached("go build"));
        let _ = Build::of(&project).succeed();
        let filtered = Build::of(&project).args(["--no-cache-filter", "app"]).succeed();
        assert!(!filtered.is_cached("go build"));
        let other = Build::of(&project).args(["--no-cache-filter", "other"]).succeed();
        assert!(other.is_cached("go build"));
    }

    #[test]
    fn an_argument_is_part_of_a_step_only_if_the_step_uses_it() {
        let _alone = alone();
        let project = Project::go("args: { A: x }\nimages: { app: { go: ., labels: { a: \"${A}\" } } }\n");
        let _ = Build::of(&project).succeed();
        let other = Build::of(&project).args(["--build-arg", "A=y"]).succeed();
        assert!(other.is_cached("go build"));
    }
}
