//! The time of an image that its context or another source has: `SOURCE_DATE_EPOCH` as a name.

use std::path::Path;
use std::process::Command;

use slipway_tests::{
    Build, EmptyEngine, OciArchive, Project, Repository, SYNTAX, output, serve_folder, temporary_file, unique,
};

/// When the newest file of an archive was changed, and the same as an image has it.
const NEWEST: (&str, &str) = ("@1700000000", "2023-11-14T22:13:20Z");

/// A spec whose image has a time by default.
fn spec(default: &str) -> String {
    let argument = if default.is_empty() { String::new() } else { format!("SOURCE_DATE_EPOCH: '{default}', ") };
    format!(
        "# syntax={SYNTAX}\nargs: {{ {argument}URL: '' }}\ncontexts: {{ source: {{ git: '${{URL}}', ref: v1 }} }}\n\
         images: {{ all: {{ runtime: scratch, files: {{ /a: ./a }} }} }}\n"
    )
}

/// When an image was built, as it says itself.
fn created(build: Build) -> String {
    let archive = temporary_file();
    let _ = build.args(OciArchive::at(archive.path())).succeed();
    OciArchive::read(archive.path()).images()[0].config["created"].as_str().unwrap().to_owned()
}

/// Packs a spec and a file with known times.
fn pack(folder: &Path, default: &str) {
    let project = Project::empty().with("slipway.yaml", &spec(default)).with("a", &unique("a"));
    for (file, time) in [("slipway.yaml", "@1600000000"), ("a", NEWEST.0)] {
        let done = output(Command::new("touch").args(["-d", time]).arg(project.file(file)));
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    let mut tar = Command::new("tar");
    let done = output(tar.arg("-czf").arg(folder.join("packed")).arg("-C").arg(project.path()).arg("."));
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

const ARGUMENT: &str = "--build-arg";

#[test]
fn an_argument_of_the_spec_has_the_time_of_the_context() {
    let served = tempfile::tempdir().unwrap();
    let url = serve_folder(served.path().to_owned());
    pack(served.path(), "context");
    // The server does not say when the archive was changed.
    assert_eq!(created(Build::elsewhere("slipway.yaml", &format!("{url}/packed"))), NEWEST.1);
    let standard_input = || Build::elsewhere("slipway.yaml", "-").stdin(&served.path().join("packed"));
    assert_eq!(created(standard_input()), NEWEST.1);
    assert_eq!(created(standard_input().args([ARGUMENT, "SOURCE_DATE_EPOCH=1"])), "1970-01-01T00:00:01Z");

    let project = Project::empty().with("slipway.yaml", &spec("1600000000")).with("a", &unique("a"));
    assert_eq!(created(Build::of(&project)), "2020-09-13T12:26:40Z");
    project.replace("slipway.yaml", "1600000000", "context");
    assert_eq!(Build::of(&project).succeed().warnings, [] as [&str; 0]);
    project.replace("slipway.yaml", "'context'", "sorce");
    let outcome = Build::of(&project).fail();
    assert!(outcome.message.contains("`SOURCE_DATE_EPOCH=sorce`: "), "{}", outcome.message);
    assert!(outcome.message.contains("did you mean `source`?"), "{}", outcome.message);
    assert!(outcome.message.contains("   2 | >>> args"), "{}", outcome.message);
}

/// Engines before BuildKit 0.30 refuse the build argument themselves, and those before 0.26 do not tell the time of a
/// commit.
#[test]
fn a_build_argument_names_a_commit() {
    let repository = Repository::with(&[("slipway.yaml", &spec("")), ("a", &unique("a"))]);
    let later = unique("a");
    repository.commit_at(1_650_000_000, &[("a", &later)]);
    let runner = EmptyEngine::offline();
    let build = |value: &str| {
        Build::elsewhere("slipway.yaml", &repository.url)
            .args([ARGUMENT, &format!("SOURCE_DATE_EPOCH={value}"), ARGUMENT, &format!("URL={}", repository.url)])
            .on(&runner)
    };
    assert_eq!(created(build("context")), "2022-04-15T05:20:00Z");
    // The first commit has the time of the test.
    let first = created(build("source"));
    assert!(first.as_str() > "2025", "{first}");
    let given = format!("other={}", repository.url);
    assert_eq!(created(build("other").args(["--build-context", &given])), "2022-04-15T05:20:00Z");
    let outcome = build("yesterday").fail();
    assert!(outcome.message.contains("git log -1"), "{}", outcome.message);

    let folder = Project::empty().with("slipway.yaml", &spec("")).with("a", &unique("a"));
    let outcome = Build::of(&folder).on(&runner).args([ARGUMENT, "SOURCE_DATE_EPOCH=context"]).succeed();
    let warned = outcome.warnings.iter().any(|text| text.contains("`SOURCE_DATE_EPOCH=context` has no effect"));
    assert!(warned, "{:?}", outcome.warnings);

    let old = Repository::with(&[("slipway.yaml", &spec("context")), ("a", &unique("a"))]);
    let outcome = Build::elsewhere("slipway.yaml", &old.url).run();
    assert!(outcome.success || outcome.message.contains("use BuildKit 0.26 or newer"), "{}", outcome.message);
}
