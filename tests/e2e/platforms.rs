//! Several platforms, cross-compiled.

use slipway_tests::{Build, OciArchive, Project, temporary_file};

/// `e_machine` of the ELF header, by architecture.
const MACHINES: &[(&str, u16)] = &[("linux/amd64", 62), ("linux/arm64", 183)];

#[test]
fn two_platforms_give_one_index_with_right_configs_and_programs() {
    let project = Project::example("hello-go").with_own_modules();
    let archive = temporary_file();
    let outcome = Build::of(&project)
        .target("hello")
        .args(["--platform", "linux/amd64,linux/arm64"])
        .args(OciArchive::at(archive.path()))
        .succeed();
    assert_eq!(outcome.steps("go mod download").len(), 1, "modules are the same for both");
    assert_eq!(outcome.steps("go build").len(), 2);

    let images = OciArchive::read(archive.path()).images();
    let platforms: Vec<_> = images.iter().map(|image| image.platform.as_str()).collect();
    assert_eq!(platforms, ["linux/amd64", "linux/arm64"]);
    for image in &images {
        assert_eq!(image.config["config"]["User"], "65532:65532");
        let program = image.layers.last().unwrap().iter().find(|file| file.path == "hello").unwrap();
        assert_eq!(program.mode & 0o7777, 0o755);
        assert_eq!(program.owner, (0, 0), "a program must not be able to change itself");
        assert_eq!(&program.contents[..4], b"\x7fELF");
        let machine = u16::from_le_bytes([program.contents[18], program.contents[19]]);
        assert!(MACHINES.contains(&(&image.platform, machine)), "{} has machine {machine}", image.platform);
        let static_program =
            !program.contents.windows(11).any(|window| window == b"ld-linux-x8" || window == b"ld-linux-aa");
        assert!(static_program, "{} is linked dynamically", image.platform);
        let history = image.config["history"].as_array().unwrap();
        let layers = history.iter().filter(|entry| entry["empty_layer"] != true).count();
        assert_eq!(layers, image.layers.len(), "history and layers do not match: {history:#?}");
    }
}

#[test]
fn the_spec_can_name_the_platforms() {
    let project = Project::go("images: { app: { go: ., platforms: [linux/arm64] } }\n");
    let archive = temporary_file();
    let output = format!("type=oci,dest={}", archive.path().display());
    let _ = Build::of(&project).args(["--output", &output]).succeed();
    let images = OciArchive::read(archive.path()).images();
    assert_eq!(images.iter().map(|image| image.platform.as_str()).collect::<Vec<_>>(), ["linux/arm64"]);

    let _ = Build::of(&project).args(["--platform", "linux/amd64", "--output", &output]).succeed();
    let images = OciArchive::read(archive.path()).images();
    assert_eq!(images[0].platform, "linux/amd64", "the command line takes precedence");
}

#[test]
fn an_image_can_be_based_on_scratch() {
    let project = Project::go("images: { app: { go: ., runtime: scratch, workdir: /data } }\n");
    let archive = temporary_file();
    let output = format!("type=oci,dest={}", archive.path().display());
    let _ = Build::of(&project).args(["--platform", "linux/amd64", "--output", &output]).succeed();
    let images = OciArchive::read(archive.path()).images();
    let paths: Vec<_> = images[0].layers.iter().flatten().map(|file| file.path.as_str()).collect();
    let not_zones = paths.iter().filter(|path| !path.starts_with("usr/share/zoneinfo/")).copied();
    assert_eq!(
        not_zones.collect::<Vec<_>>(),
        [
            "etc/",
            "etc/ssl/",
            "etc/ssl/certs/",
            "etc/ssl/certs/ca-certificates.crt",
            "usr/",
            "usr/share/",
            "etc/",
            "etc/group",
            "etc/passwd",
            "root/",
            "tmp/",
            "app",
            "data/",
            "home/",
            "home/nonroot/",
        ]
    );
    assert!(paths.contains(&"usr/share/zoneinfo/Europe/Zurich") && !paths.iter().any(|path| path.contains("/right/")));
    assert_eq!(images[0].config["config"]["WorkingDir"], "/data");
}
