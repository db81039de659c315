//! Options of `docker buildx build`.

use slipway_tests::{Build, OciArchive, OciImage, Project, temporary_file};

#[test]
fn an_unused_build_argument_is_reported() {
    let project =
        Project::go("args: { VERSION: dev }\nimages: { app: { go: ., labels: { version: '${VERSION}' } } }\n");
    let outcome = Build::of(&project).args(["--build-arg", "VERSOIN=1", "--build-arg", "VERSION=1"]).succeed();
    assert_eq!(
        outcome.warnings,
        ["slipway.yaml:3:11: `--build-arg VERSOIN` is not an argument of this file; did you mean `VERSION`?"]
    );
}

#[test]
fn ignored_files_are_not_part_of_the_context() {
    let embed = "package main\n\nimport _ \"embed\"\n\n//go:embed secret.txt\nvar text string\n\nfunc main() { println(text) }\n";
    let project = Project::go("images: { app: { go: . } }\n").with("main.go", embed).with("secret.txt", "x");
    let _ = Build::of(&project).succeed();
    project.write(".dockerignore", "*.txt\n");
    let outcome = Build::of(&project).fail();
    assert!(outcome.message.contains("did not complete successfully"), "{}", outcome.message);
    project.write("slipway.yaml.dockerignore", "nothing\n");
    let _ = Build::of(&project).succeed();
    project.write("slipway.yaml.dockerignore", "*\n!main.go\n!go.mod\n!secret.txt\n");
    let _ = Build::of(&project).succeed();
}

#[test]
fn a_named_context_replaces_an_image_with_one_from_a_registry_or_a_layout() {
    let project =
        Project::go("images: { app: { go: . } }\n").with("base/Dockerfile", "FROM busybox:1.37\nENV BASE=other\n");
    let layout = project.file("layout");
    let _ = Build::dockerfile(&project, "base/Dockerfile")
        .args(["--output", &format!("type=oci,tar=false,dest={}", layout.display())])
        .succeed();
    let archive = temporary_file();
    let build = |context: &str| {
        let _ = Build::of(&project)
            .args(["--build-context", &format!("gcr.io/distroless/static-debian13:nonroot={context}")])
            .args(OciArchive::at(archive.path()))
            .succeed();
        OciArchive::read(archive.path()).images().remove(0)
    };
    let has_shell = |image: &OciImage| image.layers.iter().flatten().any(|file| file.path.ends_with("bin/sh"));

    let contexts = slipway_tests::variable("SLIPWAY_CONTEXTS");
    let busybox =
        contexts.lines().find_map(|line| line.strip_prefix("busybox:1.37=")).expect("the engine has a busybox");
    assert!(has_shell(&build(busybox)));

    let from_layout = build(&format!("oci-layout://{}", layout.display()));
    assert!(has_shell(&from_layout));
    assert!(from_layout.config["config"]["Env"].to_string().contains("BASE=other"), "{}", from_layout.config);
}

#[test]
fn the_company_ca_reaches_no_layer() {
    let ca = std::env::var("SLIPWAY_CA").unwrap_or_default();
    let mut text = if ca.is_empty() { String::new() } else { std::fs::read_to_string(&ca).unwrap() };
    let marker = slipway_tests::unique("certificate");
    text.push_str(&format!("\n# {marker}\n"));
    let project = Project::example("hello-go").with_own_modules();
    project.write("ca.pem", &text);
    project.write(".dockerignore", "ca.pem\n");
    let archive = temporary_file();
    let cache = tempfile::TempDir::new().unwrap();
    let _ = Build::of(&project)
        .without_ca()
        .args(["--secret", &format!("id=ca,src={}", project.file("ca.pem").display())])
        .args(["--target", "hello", "--provenance", "mode=max"])
        .args(["--cache-to", &format!("type=local,mode=max,dest={}", cache.path().display())])
        .args(OciArchive::at(archive.path()))
        .succeed();
    let marker = format!("# {marker}\n");
    assert!(!OciArchive::read(archive.path()).contains(marker.as_bytes()), "the secret is in the image");
    for entry in std::fs::read_dir(cache.path().join("blobs/sha256")).unwrap() {
        let blob = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!slipway_tests::contains_unpacked(&blob, marker.as_bytes()), "the secret is in the exported cache");
    }
}

#[test]
fn the_same_input_gives_the_same_image() {
    let project = Project::example("hello-go");
    let build = |no_cache: bool| {
        let archive = temporary_file();
        let output = format!("type=oci,dest={},rewrite-timestamp=true", archive.path().display());
        let mut build = Build::of(&project).target("hello").args(["--output", &output]);
        build = build.args(["--build-arg", "SOURCE_DATE_EPOCH=1700000000"]);
        if no_cache {
            build = build.args(["--no-cache"]);
        }
        let _ = build.succeed();
        let images = OciArchive::read(archive.path()).images();
        images[0].config.to_string()
    };
    assert_eq!(build(false), build(true));
}
