//! `--call` and `--check`: queries about a spec without a build.

use slipway_tests::{Project, ask};

#[test]
fn targets_are_listed_with_the_default_marked() {
    let (status, said) = ask(&Project::example("hello-go"), &["--call=targets"]);
    assert_eq!(status, 0, "{said}");
    let lines: Vec<_> =
        said.lines().map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")).collect();
    assert!(lines.contains(&"hello (default)".to_owned()), "{said}");
    assert!(lines.iter().any(|line| line.starts_with("ping")), "{said}");
}

#[test]
fn the_outline_has_arguments_with_values_and_descriptions() {
    let (status, said) =
        ask(&Project::example("hello-go"), &["--call=outline", "--target=ping", "--build-arg=VERSION=9"]);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("ping"), "{said}");
    let line = said.lines().find(|line| line.starts_with("VERSION")).unwrap_or_else(|| panic!("{said}"));
    assert!(line.contains('9') && line.contains("Stamped into the program"), "{said}");
}

#[test]
fn the_exit_status_of_a_check_shows_errors() {
    let project = Project::example("hello-go");
    let (status, said) = ask(&project, &["--check"]);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("no warnings found"), "{said}");

    project.replace("slipway.yaml", "expose:", "exposes:");
    let (status, said) = ask(&project, &["--check"]);
    assert_ne!(status, 0, "{said}");
    assert!(said.contains("unknown key `exposes` in an image; write `expose: [8080]`"), "{said}");
    assert!(said.contains(">>>     exposes: [8080]"), "{said}");
}

#[test]
fn supported_subrequests_are_listed() {
    let (status, said) = ask(&Project::example("hello-go"), &["--call=subrequests.describe"]);
    assert_eq!(status, 0, "{said}");
    for name in ["lint", "outline", "targets"] {
        assert!(said.contains(name), "{said}");
    }
}
