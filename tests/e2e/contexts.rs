//! Named contexts: their sources in the spec, and replacements on the command line.

use std::process::Command;

use slipway_tests::{Build, Folder, Project, Repository, alone, contexts, output, serve, unique, variable};

#[test]
fn the_command_line_replaces_contexts() {
    let project = Project::spec(
        "contexts: { proto: { git: \"https://127.0.0.1:1/no/such.git\" } }\nimages: { all: { files: { /x: \"proto:/\" } } }\n",
    )
    .with("other/.dockerignore", "*.md\n")
    .with("other/a.proto", "a")
    .with("other/README.md", "")
    .with("other/Dockerfile", "FROM scratch\nCOPY a.proto /layout.proto\n");
    let with = |context: &str| Folder::of(Build::of(&project).args(["--build-context", &format!("proto={context}")])).0;
    let other = project.file("other");
    assert_eq!(with(&other.display().to_string()).files(), ["x/.dockerignore", "x/Dockerfile", "x/a.proto"]);

    let repository = Repository::with(&[("a/git.proto", ""), ("b/other.proto", "")]);
    assert_eq!(with(&format!("{}#v1:a", repository.url)).files(), ["x/git.proto"]);

    let web = format!("{}/data.txt", serve("web"));
    assert_eq!(with(&web).files(), ["x/data.txt"]);

    let layout = project.file("layout");
    let mut command = Command::new("docker");
    command.args(["buildx", "build", "--quiet", "--provenance", "false", "--output"]);
    command.arg(format!("type=oci,tar=false,dest={}", layout.display())).arg(&other);
    assert!(output(&mut command).status.success());
    assert_eq!(with(&format!("oci-layout://{}", layout.display())).files(), ["x/layout.proto"]);

    let stand_ins = variable("SLIPWAY_CONTEXTS");
    let busybox = stand_ins.lines().find_map(|line| line.strip_prefix("busybox:1.37=")).unwrap();
    assert!(with(busybox).files().contains(&"x/bin/busybox".to_owned()));

    let outcome = Build::of(&project).args(["--build-context", "proto=docker-image://127.0.0.1:1/no/such"]).fail();
    assert!(outcome.message.contains("`--build-context proto=…` cannot be used"), "{}", outcome.message);
    assert!(outcome.message.contains("   2 | >>>"), "{}", outcome.message);
}

#[test]
fn a_bake_file_passes_results_of_one_target_to_another() {
    let project = Project::spec(
        "contexts: { proto: { image: no/such:image } }\nimages: { all: { runtime: \"base:1\", files: { /x: \"proto:/\" } } }\n",
    )
    .with("proto/Dockerfile", "FROM scratch\nCOPY a.proto /\n")
    .with("proto/a.proto", "a")
    .with("base/Dockerfile", "FROM scratch\nCOPY Dockerfile /base\nENV BASE=yes\n");
    let stand_ins: serde_json::Map<_, _> = contexts()
        .iter()
        .filter(|argument| argument.as_str() != "--build-context")
        .filter_map(|argument| argument.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.into()))
        .chain([("proto".to_owned(), "target:proto".into()), ("base:1".to_owned(), "target:base".into())])
        .collect();
    let out = project.file("out.tar");
    let bake = serde_json::json!({ "target": {
        "proto": { "context": project.file("proto") },
        "base": { "context": project.file("base") },
        "all": {
            "context": project.path(),
            "dockerfile": "slipway.yaml",
            "contexts": stand_ins,
            "output": [format!("type=tar,dest={}", out.display())],
        },
    }});
    project.write("bake.json", &bake.to_string());
    let mut command = Command::new("docker");
    command.args(["buildx", "bake", "--provenance=false", "--allow=fs=*", "--file"]).arg(project.file("bake.json"));
    let output = output(command.arg("all"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let folder = Folder::read(&out);
    assert_eq!(folder.text("x/a.proto"), "a");
    assert!(folder.files().contains(&"base".to_owned()), "{:?}", folder.files());
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn contexts_come_from_repositories_urls_images_and_folders() {
        let _alone = alone();
        let text = unique("proto");
        let repository = Repository::with(&[("api/shop.proto", text.as_str()), ("README.md", "")]);
        let commit = repository.commit(&[("api/shop.proto", "newer")]);
        let web = serve(&text);
        let project = Project::spec(&format!(
            r#"contexts:
  tagged: {{ git: "{url}", ref: v1, subdir: api }}
  pinned: {{ git: "{url}", ref: {commit}, checksum: {short} }}
  web: {{ http: "{web}/data.txt" }}
  image: {{ image: "busybox:1.37" }}
  folder: {{ path: ./third_party/x }}
images:
  all:
    files:
      /tagged: "tagged:/"
      /pinned.proto: "pinned:/api/shop.proto"
      /web: "web:/"
      /busybox: "image:/bin/busybox"
      /folder: "folder:/"
"#,
            url = repository.url,
            short = &commit[..8],
        ))
        .with("third_party/x/file", "x")
        .with("third_party/other", "y");
        let (folder, outcome) = Folder::of(Build::of(&project));
        assert_eq!(folder.files(), ["busybox", "folder/file", "pinned.proto", "tagged/shop.proto", "web/data.txt"]);
        assert_eq!(folder.text("tagged/shop.proto"), text);
        assert_eq!(folder.text("pinned.proto"), "newer");
        assert_eq!(folder.text("web/data.txt"), text);
        assert_eq!(outcome.steps("[context tagged]").len(), 1);
        let again = Build::of(&project).succeed();
        assert_eq!(again.executed(), [] as [&str; 0]);

        project.replace("slipway.yaml", &format!("checksum: {}", &commit[..8]), "checksum: \"1234567\"");
        let outcome = Build::of(&project).fail();
        assert!(
            outcome.message.contains("`checksum` is `1234567`, but `ref` resolves to the commit"),
            "{}",
            outcome.message
        );
        project.replace("slipway.yaml", &format!("ref: {commit}"), "ref: v1");
        let outcome = Build::of(&project).fail();
        assert!(outcome.message.contains("expected checksum to match 1234567"), "{}", outcome.message);
        assert!(outcome.message.contains("   4 | >>>   pinned:"), "{}", outcome.message);
        project.replace("slipway.yaml", "/data.txt\" }", &format!("/data.txt\", checksum: \"sha256:{:064}\" }}", 0));
        project.replace("slipway.yaml", "      /pinned.proto: \"pinned:/api/shop.proto\"\n", "");
        let outcome = Build::of(&project).fail();
        assert!(outcome.message.contains("digest mismatch"), "{}", outcome.message);
        assert!(outcome.message.contains("   5 | >>>   web:"), "{}", outcome.message);
    }
}
