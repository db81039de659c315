//! What a build leaves: images in every form, platforms, annotations, files for scripts, and attestations.

use std::process::Command;

use serde_json::Value;
use slipway_tests::{
    Build, EmptyEngine, Folder, Loaded, OciArchive, Project, contexts, docker, output, temporary_file, unique, variable,
};

/// An image of one file, which needs no step.
fn project() -> Project {
    Project::spec("images: { one: { runtime: scratch, files: { /a: ./a } } }\n").with("a", &unique("a"))
}

fn archive(build: Build) -> OciArchive {
    let file = temporary_file();
    let _ = build.args(OciArchive::at(file.path())).succeed();
    OciArchive::read(file.path())
}

/// Runs a plain `docker buildx build` of a project.
fn plain(project: &Project, arguments: &[&str]) -> Vec<u8> {
    let mut command = Command::new("docker");
    command.args(["buildx", "build", "--provenance=false", "--file", "slipway.yaml"]).args(contexts()).args(arguments);
    let done = output(command.arg(".").current_dir(project.path()).env("SOURCE_DATE_EPOCH", "1700000000"));
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    done.stdout
}

const BOTH: [&str; 2] = ["--platform", "linux/amd64,linux/arm64"];

#[test]
fn results_have_every_form() {
    let project = project();
    let folder = tempfile::TempDir::new().unwrap();
    let to = |form: &str, name: &str| format!("type={form},dest={}", folder.path().join(name).display());
    let _ = Build::of(&project).args(BOTH).args(["--output", &to("local", "files")]).succeed();
    for platform in ["linux_amd64", "linux_arm64"] {
        assert!(folder.path().join("files").join(platform).join("a").is_file(), "{platform}");
    }
    let packed = to("oci,compression=zstd,force-compression=true", "image.tar");
    let _ = Build::of(&project).args(["--output", &to("tar", "files.tar"), "--output", &packed]).succeed();
    assert!(Folder::read(&folder.path().join("files.tar")).files().contains(&"a".to_owned()));
    let (_, manifest) = OciArchive::read(&folder.path().join("image.tar")).root();
    assert!(manifest["layers"][0]["mediaType"].as_str().unwrap().ends_with("zstd"), "{manifest}");
    let _ = Build::of(&project).args(["--tag", "test:1", "--output", &to("docker", "docker.tar")]).succeed();
    assert!(Folder::read(&folder.path().join("docker.tar")).text("manifest.json").contains("test:1"));
    std::fs::write(folder.path().join("piped.tar"), plain(&project, &["--output", "-"])).unwrap();
    assert!(Folder::read(&folder.path().join("piped.tar")).files().contains(&"a".to_owned()));
}

/// Clients do not pass this to Docker's own engine.
#[test]
fn an_image_is_pushed_by_its_digest_alone() {
    let project = project();
    let metadata = temporary_file();
    let name = format!("{}/slipway-test-{}", variable("SLIPWAY_REGISTRY"), unique("digest"));
    let output = format!("type=image,name={name},push=true,push-by-digest=true,name-canonical=true");
    let path = metadata.path().display().to_string();
    let engine = EmptyEngine::offline();
    let build = Build::of(&project).on(&engine).args(BOTH);
    let _ = build.args(["--output", &output, "--metadata-file", &path]).succeed();
    let metadata: Value = serde_json::from_slice(&std::fs::read(metadata.path()).unwrap()).unwrap();
    let digest = metadata["containerimage.digest"].as_str().unwrap();
    assert_eq!(metadata["image.name"], name);
    let index = docker(["buildx", "imagetools", "inspect", "--raw", &format!("{name}@{digest}")]);
    assert!(index.contains("arm64") && index.contains("amd64"), "{index}");
    let by_tag = Command::new("docker").args(["buildx", "imagetools", "inspect", &name]).output().unwrap();
    assert!(!by_tag.status.success(), "it has a tag");
}

#[test]
fn scripts_get_the_id_and_the_metadata_of_an_image() {
    let project = project();
    let image = Loaded::new("results");
    let (id, metadata) = (temporary_file(), temporary_file());
    let paths = [id.path(), metadata.path()].map(|path| path.display().to_string());
    let _ = Build::of(&project)
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .env("BUILDX_METADATA_WARNINGS", "1")
        .args(image.arguments())
        .args(["--iidfile", &paths[0], "--metadata-file", &paths[1], "--build-arg", "NOTHING=1"])
        .succeed();
    assert_eq!(image.inspect()["Created"], "2023-11-14T22:13:20Z");
    let id = std::fs::read_to_string(id.path()).unwrap();
    assert!(id.starts_with("sha256:"), "{id}");
    let metadata: Value = serde_json::from_slice(&std::fs::read(metadata.path()).unwrap()).unwrap();
    assert_eq!(metadata["image.name"], format!("docker.io/library/{}", image.tag));
    assert_eq!(metadata["buildx.build.warnings"].as_array().map(Vec::len), Some(1), "{metadata}");
    let quiet = plain(&project, &["--quiet", "--load", "--tag", &image.tag]);
    assert_eq!(String::from_utf8(quiet).unwrap().trim(), id);
    // The records of the engine name the file and the target.
    let build = metadata["buildx.build.ref"].as_str().unwrap().rsplit('/').next().unwrap();
    let said = docker(["buildx", "history", "inspect", build]);
    assert!(said.contains("slipway.yaml"), "{said}");
}

#[test]
fn platforms_are_those_of_the_command_line() {
    let project = project();
    let of = |arguments: &[&str]| archive(Build::of(&project).args(arguments)).images();
    assert_eq!(of(&["--platform", "linux/amd64/v2"])[0].config["variant"], "v2");
    assert_eq!(of(&["--platform", "linux/x86_64"])[0].platform, "linux/amd64");
    assert_eq!(of(&["--platform", "linux/amd64", "--platform", "linux/arm64"]).len(), 2);
    assert_eq!(of(&["--platform", "linux/arm64,linux/arm64"]).len(), 1);
    assert_eq!(of(&["--platform", "local"])[0].platform, "linux/amd64");
    let default = archive(Build::of(&project).env("DOCKER_DEFAULT_PLATFORM", "linux/arm64")).images();
    assert_eq!(default[0].platform, "linux/arm64");
    let multi =
        |value: &str| Build::of(&project).args(["--build-arg".to_owned(), format!("BUILDKIT_MULTI_PLATFORM={value}")]);
    assert_eq!(archive(multi("1")).root().1["manifests"].as_array().map(Vec::len), Some(1));
    assert!(multi("0").args(BOTH).fail().message.contains("platform"));
    assert!(multi("perhaps").fail().message.contains("perhaps"));
}

#[test]
fn annotations_are_where_the_command_line_puts_them() {
    let project = project();
    let annotation = |text: &'static str| ["--annotation", text];
    let given = [
        annotation("manifest:a.b=1"),
        annotation("manifest[linux/arm64]:c.d=2"),
        annotation("index:e.f=3"),
        annotation("manifest-descriptor:g.h=4"),
    ];
    let archive = archive(Build::of(&project).args(BOTH).args(given.concat()));
    let (_, index) = archive.root();
    assert_eq!(index["annotations"]["e.f"], "3", "{index}");
    for (descriptor, image) in index["manifests"].as_array().unwrap().iter().zip(archive.images()) {
        assert_eq!(descriptor["annotations"]["g.h"], "4", "{index}");
        assert_eq!(image.annotations["a.b"], "1");
        assert_eq!(image.annotations["c.d"] == "2", image.platform == "linux/arm64");
    }
    let file = temporary_file();
    let one = Build::of(&project).args(annotation("index:e.f=3")).args(OciArchive::at(file.path()));
    assert!(one.fail().message.contains("index annotations"));
}

#[test]
fn labels_name_the_commit_of_a_repository() {
    let project = project();
    for arguments in [
        &["init", "--quiet"][..],
        &["add", "."],
        &["-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "--quiet", "-m", "files"],
    ] {
        assert!(output(Command::new("git").args(arguments).current_dir(project.path())).status.success());
    }
    let commit = output(Command::new("git").args(["rev-parse", "HEAD"]).current_dir(project.path())).stdout;
    let images = archive(Build::of(&project).env("BUILDX_GIT_LABELS", "1").args(["--label", "own"])).images();
    let labels = &images[0].config["config"]["Labels"];
    let revision = labels["org.opencontainers.image.revision"].as_str().unwrap_or_default();
    assert_eq!(revision, String::from_utf8(commit).unwrap().trim(), "{labels}");
    assert_eq!(labels["own"], "");
}

#[test]
fn provenance_has_the_inputs_of_a_build_and_no_secret() {
    let project = Project::spec(&format!(
        "args: {{ VERSION: '1' }}\nsecrets: {{ token: {{}} }}\nstages: {{ gen: {{ from: busybox:1.37, output: /out, steps: \
         [{{ run: 'mkdir /out; wc -c </run/secrets/token >/out/a; : {} ${{VERSION}}', secrets: [token] }}] }} }}\n\
         images: {{ one: {{ runtime: scratch, files: {{ /a: \"gen:/a\" }} }} }}\n",
        unique("mark")
    ));
    let written = |mode: &str| {
        let folder = tempfile::TempDir::new().unwrap();
        let to = format!("type=local,dest={}", folder.path().display());
        let _ = Build::of(&project)
            .env("TOKEN", "t0ken-of-the-build")
            .args(["--secret", "id=token,env=TOKEN", "--build-arg", "VERSION=7"])
            .args(["--provenance", mode, "--output", &to])
            .succeed();
        std::fs::read_to_string(folder.path().join("provenance.json")).unwrap()
    };
    let (most, least) = (written("mode=max"), written("mode=min"));
    for text in [&most, &least] {
        assert!(text.contains("busybox") && text.contains("slipway.yaml"), "{text}");
        assert!(!text.contains("t0ken-of-the-build"));
    }
    assert!(most.contains("build-arg:VERSION") && !least.contains("build-arg:VERSION"), "{least}");
}
