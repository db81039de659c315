//! A spec with many features: stages, contexts, a Dockerfile, inputs, files, a gate, and variants.

use slipway_tests::{Build, OciArchive, OciFile, Project, Repository, alone, temporary_file, unique};

const SPEC: &str = r#"version: 1
args: { VERSION: dev }
include: [./platform/defaults.yaml]
contexts:
  proto: { git: "URL", ref: v1, checksum: COMMIT }
stages:
  gen:
    from: busybox:1.37
    platform: build
    steps:
      - copy: { from: "proto:/", to: /src }
      - run: mkdir /gen && printf 'package gen\n\nconst Name = "%s"\n' "$(cat name.proto)" > /gen/gen.go
        workdir: /src
        network: none
        cache: [/root/.cache/gen]
    output: /gen
  legacy:
    platform: build
    dockerfile: ./legacy/Dockerfile
    target: builder
builds:
  edge:
    preset: go
    source: .
    ldflags: -X main.version=${VERSION}
    inputs: { ./gen: "gen:/" }
    checks: { names: { run: "grep -q \"const Name\" gen/gen.go", gate: true } }
images:
  edge:
    build: edge
    files:
      /srv/legacy: "legacy:/opt/lib"
      /etc/edge/edge.toml: { from: ./deploy/edge.toml, mode: "0444" }
    entrypoint: [/app, --config, /etc/edge/edge.toml]
    variants:
      shell: { runtime: busybox:1.37, entrypoint: [/bin/sh] }
"#;

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn all_features_work_together() {
        let _alone = alone();
        let name = unique("proto");
        let repository = Repository::with(&[("name.proto", name.as_str())]);
        let commit = repository.commit_of("v1");
        let spec = SPEC.replace("URL", &repository.url).replace("COMMIT", &commit[..12]);
        let project = Project::go(&spec)
        .with("platform/defaults.yaml", "defaults:\n  platforms: [linux/amd64, linux/arm64]\n  metadata: { licenses: Apache-2.0, version: \"${VERSION}\" }\n")
        .with("main.go", "package main\n\nimport \"example.com/app/gen\"\n\nvar version string\n\nfunc main() { println(gen.Name, version) }\n")
        .with("legacy/Dockerfile", "FROM busybox:1.37 AS builder\nRUN mkdir -p /opt/lib && echo old > /opt/lib/old\n")
        .with("deploy/edge.toml", "");
        let archive = temporary_file();
        let build = |target: &str| {
            Build::of(&project).target(target).args(["--build-arg", "VERSION=3"]).args(OciArchive::at(archive.path()))
        };
        let outcome = build("edge").succeed();
        assert_eq!(outcome.steps("go build").len(), 2);
        assert_eq!(
            outcome.steps("RUN mkdir /gen").len(),
            1,
            "a stage on the build platform is the same for all targets"
        );
        let images = OciArchive::read(archive.path()).images();
        assert_eq!(
            images.iter().map(|image| image.platform.as_str()).collect::<Vec<_>>(),
            ["linux/amd64", "linux/arm64"]
        );
        for image in &images {
            let files: Vec<&OciFile> = image.layers.iter().flatten().collect();
            let find = |path: &str| files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path}"));
            assert_eq!(find("srv/legacy/old").contents, b"old\n");
            assert_eq!(find("etc/edge/edge.toml").mode & 0o7777, 0o444);
            let program = &find("app").contents;
            assert!(
                program.windows(name.len()).any(|part| part == name.as_bytes()),
                "what was generated is compiled in"
            );
            assert_eq!(image.annotations["org.opencontainers.image.version"], "3");
            assert_eq!(image.config["config"]["Entrypoint"][0], "/app");
        }
        let again = build("edge").succeed();
        assert_eq!(again.executed(), [] as [&str; 0]);

        let _ = build("edge/shell").args(["--platform", "linux/amd64"]).succeed();
        let debug = OciArchive::read(archive.path()).images().remove(0);
        assert_eq!(debug.config["config"]["Entrypoint"], serde_json::json!(["/bin/sh"]));
    }
}
