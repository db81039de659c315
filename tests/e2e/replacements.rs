//! Stages, builds, images and bases that the command line replaces, as in a Dockerfile.

use std::process::Command;

use slipway_tests::{Build, Folder, Project, contexts, output, stand_in};

const SPEC: &str = r#"
stages:
  mid: { from: "no/such:1", steps: [{ run: make }], output: /out }
builds:
  site: { preset: static, source: ./site }
images:
  mids: { files: { /mid: "mid:/a.txt" } }
  on: { runtime: mid, files: { /own: ./site/index.html } }
  sites: { build: site, files: { /again: "site:/index.html" } }
  based: { runtime: "no/base:1", files: { /own: ./site/index.html } }
"#;

fn project() -> Project {
    Project::spec(SPEC)
        .with("site/index.html", "written")
        .with("given/index.html", "given")
        .with("given/a.txt", "given")
        .with("given/large.md", "")
        .with("given/.dockerignore", "*.md\n.dockerignore\n")
}

/// The files of a target with a replacement.
fn of(project: &Project, target: &str, given: &str) -> Folder {
    Folder::of(Build::of(project).target(target).args(["--build-context", given])).0
}

#[test]
fn folders_replace_stages_builds_and_base_images() {
    let project = project();
    let folder = project.file("given").display().to_string();
    let mid = format!("mid={folder}");
    assert_eq!(of(&project, "mids", &mid).text("mid"), "given");
    assert_eq!(of(&project, "on", &mid).files(), ["a.txt", "index.html", "own"]);
    assert_eq!(of(&project, "stage:mid", &mid).files(), ["a.txt", "index.html"]);
    let site = of(&project, "sites", &format!("site={folder}"));
    assert_eq!(site.text("again"), "given");
    assert_eq!(site.files(), ["again", "srv/www/a.txt", "srv/www/index.html"]);
    assert_eq!(of(&project, "based", &format!("no/base:1={folder}")).files(), ["a.txt", "index.html", "own"]);
}

#[test]
fn images_replace_stages_and_a_wrong_name_is_a_warning() {
    let project = project();
    let busybox = format!("docker-image://{}", stand_in("busybox:1.37"));
    let files = of(&project, "on", &format!("mid={busybox}")).files();
    assert!(files.contains(&"bin/busybox".to_owned()) && files.contains(&"own".to_owned()), "{files:?}");
    let outcome = Build::of(&project).target("sites").args(["--build-context", &format!("sit={busybox}")]).succeed();
    assert_eq!(
        outcome.warnings.iter().filter(|text| text.contains("--build-context")).collect::<Vec<_>>(),
        ["slipway.yaml:10:3: `--build-context sit=…` replaces nothing in this file; did you mean `site`?"]
    );
    let refused = Build::of(&project).target("mids").fail();
    assert!(refused.message.contains("no/such:1"), "{}", refused.message);
}

#[test]
fn a_bake_target_replaces_a_stage() {
    let project = project().with("other/Dockerfile", "FROM scratch\nCOPY a.txt /\n").with("other/a.txt", "baked");
    let mut stand_ins: serde_json::Map<_, _> = contexts()
        .iter()
        .filter(|argument| argument.as_str() != "--build-context")
        .filter_map(|argument| argument.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    stand_ins.insert("mid".to_owned(), "target:other".into());
    let out = project.file("out.tar");
    let bake = serde_json::json!({ "target": {
        "other": { "context": project.file("other") },
        "mids": {
            "context": project.path(),
            "dockerfile": "slipway.yaml",
            "target": "mids",
            "contexts": stand_ins,
            "output": [format!("type=tar,dest={}", out.display())],
        },
    }});
    project.write("bake.json", &bake.to_string());
    let mut command = Command::new("docker");
    command.args(["buildx", "bake", "--provenance=false", "--allow=fs=*", "--file"]).arg(project.file("bake.json"));
    let done = output(command.arg("mids"));
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(Folder::read(&out).text("mid"), "baked");
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use slipway_tests::{alone, unique};

    use super::*;

    #[test]
    fn what_starts_from_a_folder_is_cached() {
        let _alone = alone();
        let project = project().with("given/a.txt", &unique("given"));
        let folder = project.file("given").display().to_string();
        for (target, name) in [("on", "mid"), ("based", "no/base:1"), ("mids", "mid")] {
            let build = || Build::of(&project).target(target).args(["--build-context", &format!("{name}={folder}")]);
            let _ = build().succeed();
            assert_eq!(build().succeed().executed(), [] as [&str; 0], "{target}");
        }
    }
}
