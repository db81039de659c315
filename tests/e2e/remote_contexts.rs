//! Main contexts that are not local folders: repositories, archives and specs from the web, and archives on the
//! standard input, as with a Dockerfile.

use std::path::Path;
use std::process::Command;

use slipway_tests::{
    Build, Folder, PrivateHost, Project, Repository, SYNTAX, ask_elsewhere, contexts, output, serve_folder,
    temporary_file, unique,
};

/// A spec that ships its context, and files beside it.
fn files(text: &str) -> Vec<(String, String)> {
    let spec = "include: [./more.yaml]\nimages: { all: { files: { /x: ./ } } }\n";
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    vec![
        file("slipway.yaml", &format!("# syntax={SYNTAX}\n{spec}")),
        file("more.yaml", "images: { other: { files: { /y: ./sub } } }\n"),
        file(".dockerignore", "*.md\nmore.yaml\n.dockerignore\n"),
        file("README.md", ""),
        file("a.txt", text),
        file("sub/build.yaml", &format!("# syntax={SYNTAX}\nimages: {{ all: {{ files: {{ /x: ./ }} }} }}\n")),
        file("sub/b.txt", text),
    ]
}

/// What an image with these files contains.
const SHIPPED: [&str; 4] = ["x/a.txt", "x/slipway.yaml", "x/sub/b.txt", "x/sub/build.yaml"];

fn repository(text: &str) -> Repository {
    let files = files(text);
    Repository::with(&files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>())
}

fn project(text: &str) -> Project {
    files(text).iter().fold(Project::empty(), |project, (path, text)| project.with(path, text))
}

/// Packs a folder.
fn archive(folder: &Path, options: &str, target: &Path) {
    let done = output(Command::new("tar").arg(options).arg(target).arg("-C").arg(folder).arg("."));
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn shipped(build: Build) -> Vec<String> {
    Folder::of(build.target("all")).0.files()
}

#[test]
fn the_context_is_a_repository() {
    let _share = Project::empty();
    let repository = repository(&unique("git"));
    let url = &repository.url;
    let lower = format!("# syntax={SYNTAX}\nimages: {{ all: {{ files: {{ /x: ./ }} }} }}\n");
    let commit = repository.commit(&[("later.txt", ""), ("lower/dockerfile", &lower)]);
    let of = |file: &str, rest: &str| Build::elsewhere(file, &format!("{url}{rest}"));
    assert_eq!(shipped(of("slipway.yaml", "#v1")), SHIPPED);
    assert!(shipped(of("slipway.yaml", "")).contains(&"x/later.txt".to_owned()));
    assert!(shipped(of("slipway.yaml", &format!("#{commit}"))).contains(&"x/later.txt".to_owned()));
    assert_eq!(shipped(of("build.yaml", "#v1:sub")), ["x/b.txt", "x/build.yaml"]);
    // The client sends the name that users write.
    assert_eq!(shipped(of("Dockerfile", "#:lower")), ["x/dockerfile"]);
    let query = format!("?tag=v1&subdir=sub&checksum={}", &repository.commit_of("v1")[..12]);
    assert_eq!(shipped(of("build.yaml", &query)), ["x/b.txt", "x/build.yaml"]);
    let keeps = of("slipway.yaml", "#v1").args(["--build-arg", "BUILDKIT_CONTEXT_KEEP_GIT_DIR=1"]);
    assert!(shipped(keeps).contains(&"x/.git/HEAD".to_owned()));
    assert!(shipped(of("slipway.yaml", "?ref=v1&keep-git-dir=true")).contains(&"x/.git/HEAD".to_owned()));

    let outcome = of("slipway.yaml", "?ref=v1&depth=1").fail();
    assert!(outcome.message.contains("depth"), "{}", outcome.message);
    let outcome = of("slipway.yaml", "?ref=v1&checksum=0123456").fail();
    assert!(outcome.message.contains("expected checksum to match 0123456"), "{}", outcome.message);

    let (status, said) = ask_elsewhere("slipway.yaml", &format!("{url}#v1"), &["--check"]);
    assert_eq!(status, 0, "{said}");
    for (question, expected) in [
        ("targets", "other"),
        ("outline,format=json", "\"all\""),
        ("slipway.plan", "copies step 0"),
        ("slipway.bake", "target \"other\""),
    ] {
        let call = format!("--call={question}");
        let (status, said) = ask_elsewhere("slipway.yaml", &format!("{url}#v1"), &[&call, "--target=all"]);
        assert!(status == 0 && said.contains(expected), "{question}: {said}");
    }
}

#[test]
fn the_context_is_an_archive_or_the_spec_itself() {
    let project = project(&unique("web"));
    let served = tempfile::tempdir().unwrap();
    let url = serve_folder(served.path().to_owned());
    archive(project.path(), "-czf", &served.path().join("context"));
    archive(project.path(), "-cf", &served.path().join("plain.tar"));
    for name in ["context", "plain.tar"] {
        assert_eq!(shipped(Build::elsewhere("slipway.yaml", &format!("{url}/{name}"))), SHIPPED, "{name}");
    }
    let of_standard_input = |name: &str| Build::elsewhere("slipway.yaml", "-").stdin(&served.path().join(name));
    assert_eq!(shipped(of_standard_input("context")), SHIPPED);
    assert_eq!(shipped(of_standard_input("plain.tar")), SHIPPED);
}

#[test]
fn a_spec_from_the_web_needs_no_context() {
    let _share = Project::empty();
    let served = tempfile::tempdir().unwrap();
    let url = serve_folder(served.path().to_owned());
    let spec = "stages: { s: { from: scratch, steps: [{ file: { path: /a, content: hello } }] } }\n\
                images: { all: { files: { /a: \"s:/a\" } } }\n";
    std::fs::write(served.path().join("spec"), format!("# syntax={SYNTAX}\n{spec}")).unwrap();
    let of = || Build::elsewhere("slipway.yaml", &format!("{url}/spec"));
    assert_eq!(shipped(of()), ["a"]);
    std::fs::write(served.path().join("spec"), format!("# syntax={SYNTAX}\nimages: {{ all: {{ fils: 1 }} }}\n"))
        .unwrap();
    let outcome = of().fail();
    assert!(outcome.message.contains("unknown key `fils`"), "{}", outcome.message);
}

#[test]
fn the_client_can_send_a_repository_as_an_input() {
    let repository = repository(&unique("git"));
    let of = |value: &str| {
        let url = format!("{}?ref=v1&subdir=sub", repository.url);
        let build = Build::elsewhere("build.yaml", &url).env("BUILDX_SEND_GIT_QUERY_AS_INPUT", value).target("all");
        Folder::of(build)
    };
    let ((files, by_client), (same, by_url)) = (of("1"), of("0"));
    assert_eq!(files.files(), ["x/b.txt", "x/build.yaml"]);
    assert_eq!(same.files(), files.files());
    // The client has its own name for it.
    let name = "load git source";
    assert_ne!(by_client.steps(name), by_url.steps(name), "{:?}", by_client.vertices);
}

#[test]
fn the_spec_of_a_remote_context_can_be_local() {
    let repository = repository(&unique("git"));
    let project = Project::spec("images: { all: { files: { /y: ./sub/b.txt } } }\n");
    let local = project.file("slipway.yaml");
    assert_eq!(shipped(Build::elsewhere(&local.display().to_string(), &repository.url)), ["y"]);
    assert_eq!(shipped(Build::elsewhere("-", &repository.url).stdin(&local)), ["y"]);
}

#[test]
fn a_private_repository_is_read_with_a_token() {
    let _share = Project::empty();
    let spec = format!("# syntax={SYNTAX}\nimages: {{ all: {{ files: {{ /a: ./a }} }} }}\n");
    let host = PrivateHost::start("robot", "s3cret-token", &[("slipway.yaml", &spec), ("a", &unique("private"))]);
    let url = format!("http://{}/team/shop.git", host.name());
    let token = temporary_file();
    std::fs::write(token.path(), "s3cret-token").unwrap();
    let secret = format!("id=GIT_AUTH_TOKEN,src={}", token.path().display());
    assert_eq!(shipped(Build::elsewhere("slipway.yaml", &url).args(["--secret", &secret])), ["a"]);
    let outcome = Build::elsewhere("slipway.yaml", &format!("{url}?ref=v1")).fail();
    assert!(!outcome.message.contains("s3cret-token"), "{}", outcome.message);
}

#[test]
fn bake_and_compose_build_repositories() {
    let project = Project::empty();
    let repository = repository(&unique("git"));
    let stand_ins: serde_json::Map<_, _> = contexts()
        .iter()
        .filter(|argument| argument.as_str() != "--build-context")
        .filter_map(|argument| argument.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let out = project.file("out.tar");
    let bake = serde_json::json!({ "target": { "all": {
        "context": format!("{}#v1", repository.url),
        "dockerfile": "slipway.yaml",
        "target": "all",
        "contexts": stand_ins,
        "output": [format!("type=tar,dest={}", out.display())],
    }}});
    project.write("bake.json", &bake.to_string());
    let mut command = Command::new("docker");
    command.args(["buildx", "bake", "--provenance=false", "--allow=fs=*", "--file"]).arg(project.file("bake.json"));
    let done = output(command.arg("all"));
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(Folder::read(&out).files(), SHIPPED);

    let image = unique("compose");
    let compose = serde_json::json!({ "services": { "all": { "image": image, "build": {
        "context": format!("{}#v1", repository.url),
        "dockerfile": "slipway.yaml",
        "target": "all",
        "additional_contexts": stand_ins,
    }}}});
    project.write("compose.json", &compose.to_string());
    let mut command = Command::new("docker");
    let done = output(command.args(["compose", "--file"]).arg(project.file("compose.json")).args(["build", "--quiet"]));
    let _ = output(Command::new("docker").args(["image", "rm", &image]));
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use slipway_tests::alone;

    use super::*;

    #[test]
    fn a_repository_is_cached_by_its_commit() {
        let _alone = alone();
        let text = unique("git");
        let repository = repository(&text);
        let of = |rest: &str| Build::elsewhere("slipway.yaml", &format!("{}{rest}", repository.url)).target("all");
        assert_ne!(of("#v1").succeed().executed(), [] as [&str; 0]);
        assert_eq!(of("#v1").succeed().executed(), [] as [&str; 0]);
        // Ignored files make no difference.
        repository.commit(&[("README.md", "more")]);
        assert_eq!(of("").succeed().executed(), [] as [&str; 0]);
        // The same files in a folder have the same results.
        assert_ne!(of("#v1").target("other").succeed().executed(), [] as [&str; 0]);
        let local = Build::of(&project(&text)).target("other").succeed();
        assert_eq!(local.executed(), [] as [&str; 0]);
        let outcome = of("#v1").succeed();
        assert_eq!(outcome.steps("load git source").len(), 1, "the repository is fetched once");
        assert_eq!(outcome.sent, 0);
    }
}
