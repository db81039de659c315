//! Options of the command line beside the spec: labels and annotations, permissions, names, attestations, and definitions
//! for other tools that start the same build.

use std::process::Command;

use serde_json::Value;
use slipway_tests::{
    Build, Loaded, OciArchive, OciImage, Outcome, Project, ask, contexts, output, temporary_file, unique,
};

/// The only image of a build.
fn image(build: Build) -> OciImage {
    let archive = temporary_file();
    let _ = build.args(OciArchive::at(archive.path())).succeed();
    OciArchive::read(archive.path()).images().remove(0)
}

/// Whether a step started.
fn has_run(outcome: &Outcome, step: &str) -> bool {
    outcome.vertices.iter().any(|vertex| vertex.name.contains(step))
}

#[test]
fn a_label_sets_its_annotation_and_an_empty_one_leaves_it_to_the_client() {
    let project = Project::spec(
        "images: { one: { files: { /a: ./a }, runtime: busybox:1.37, \
         metadata: { title: One, version: dev, licenses: MIT } } }\n",
    )
    .with("a", "");
    let name = |name: &str| format!("org.opencontainers.image.{name}");
    let label = |key: &str, value: &str| ["--label".to_owned(), format!("{}={value}", name(key))];
    let annotation = |key: &str, value: &str| ["--annotation".to_owned(), format!("{}={value}", name(key))];
    let build = Build::of(&project)
        .args(label("version", "9.9"))
        .args(annotation("version", "9.9"))
        .args(label("licenses", ""))
        .args(annotation("licenses", "Apache-2.0"));
    let image = image(build);
    let of = |key: &str| image.annotations[name(key)].as_str().unwrap_or_default().to_owned();
    assert_eq!((of("title").as_str(), of("version").as_str(), of("licenses").as_str()), ("One", "9.9", "Apache-2.0"));
    assert_eq!(image.config["config"]["Labels"][name("version")], "9.9");
    // The image that stands in for the base.
    let stand_in = slipway_tests::stand_in("busybox:1.37");
    assert!(stand_in.contains(&of("base.name")), "{} is not {stand_in}", of("base.name"));
}

#[test]
fn a_step_with_the_network_of_the_engine_or_all_privileges_has_to_be_allowed() {
    let mark = unique("mark");
    let project = Project::spec(&format!(
        "stages:
  host: {{ from: busybox:1.37, steps: [{{ run: 'hostname; : {mark}', network: host }}] }}
  all:
    from: busybox:1.37
    steps: [{{ run: 'grep CapEff /proc/self/status; : {mark}', security: insecure, network: none }}]
  agent:
    from: busybox:1.37
    steps: [{{ run: '[ ! -e \"$SSH_AUTH_SOCK\" ]; : {mark}', ssh: [{{ id: default, required: false }}] }}]
"
    ));
    for (target, allow) in [("stage:host", "network.host"), ("stage:all", "security.insecure")] {
        let refused = Build::of(&project).target(target).fail();
        assert!(refused.message.contains(&format!("add `--allow {allow}`")), "{}", refused.message);
        assert!(refused.message.contains(">>>") && !has_run(&refused, "RUN"), "{}", refused.message);
    }
    // Engines grant all privileges only if their configuration says so.
    let _ = Build::of(&project).target("host").args(["--allow", "network.host"]).succeed();
    // A part of the file has its plain name, too.
    let outcome = Build::of(&project).target("agent").args(["--build-arg", "BUILDKIT_SANDBOX_HOSTNAME=builder"]).run();
    assert!(outcome.success, "{}\n{}", outcome.logs, outcome.message);
}

#[test]
fn steps_have_the_host_name_of_the_command_line_and_an_error_names_their_command() {
    let project = Project::spec(&format!(
        "stages: {{ gen: {{ from: busybox:1.37, steps: [{{ run: 'hostname; : {}' }}, {{ run: exit 3 }}] }} }}\n",
        unique("mark")
    ));
    let build = Build::of(&project).target("gen").args(["--build-arg", "BUILDKIT_SANDBOX_HOSTNAME=builder"]);
    let outcome = build.fail();
    assert!(outcome.logs.contains("builder"), "{}", outcome.logs);
    assert!(outcome.message.contains("exit 3\" did not complete successfully: exit code: 3"), "{}", outcome.message);
    let args = ["--build-arg", "SOURCE_DATE_EPOCH=yesterday"];
    assert!(Build::of(&project).target("gen").args(args).fail().message.contains("yesterday"));
}

/// A scanner that lists the files it sees, in BuildKit's protocol.
pub(crate) const SCANNER: &str = r#"#!/bin/sh
set -eu
scan() {
  names=$(cd "$1" && find . -type f | sort | head -n 50 | tr '\n' ' ')
  printf '{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","predicate":{"name":"%s"}}' \
    "$names" >"$BUILDKIT_SCAN_DESTINATION/$(basename "$1").spdx.json"
}
scan "$BUILDKIT_SCAN_SOURCE"
for extra in "${BUILDKIT_SCAN_SOURCE_EXTRAS:-/none}"/*; do
  [ ! -d "$extra" ] || scan "$extra"
done
"#;

#[test]
fn the_sbom_of_a_static_program_lists_its_modules() {
    let project = Project::example("hello-go").with("scanner/scan.sh", SCANNER).with(
        "scanner/Dockerfile",
        "FROM busybox:1.37\nCOPY --chmod=755 scanner/scan.sh /scan\nENTRYPOINT [\"/scan\"]\n",
    );
    let image = Loaded::pushed("scanner");
    let _ = Build::dockerfile(&project, "scanner/Dockerfile").args(["--tag", &image.tag, "--push"]).succeed();
    let attest = ["--attest".to_owned(), format!("type=sbom,generator={}", image.tag)];
    let documents = |more: &[&str]| {
        let folder = tempfile::TempDir::new().unwrap();
        let to = format!("type=local,dest={}", folder.path().display());
        let _ = Build::of(&project).target("hello").args(&attest).args(more).args(["--output", &to]).succeed();
        let read = |name: String| std::fs::read_to_string(folder.path().join(name)).unwrap();
        let names =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut found: Vec<_> =
            names.filter(|name| name.ends_with(".spdx.json")).map(|name| (name.clone(), read(name))).collect();
        found.sort();
        found
    };
    let found = documents(&[]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].1.contains("./go.sum") && !found[1].1.contains("go.sum"), "{found:?}");
    assert!(found[1].0 == "sbom.spdx.json" && found[1].1.contains("./hello"), "{found:?}");
    let arg = |text: &'static str| ["--build-arg", text];
    assert_eq!(documents(&arg("BUILDKIT_SBOM_SCAN_STAGE=false")).len(), 1);
    let context = documents(&[arg("BUILDKIT_SBOM_SCAN_STAGE=0"), arg("BUILDKIT_SBOM_SCAN_CONTEXT=1")].concat());
    assert!(context.iter().any(|(name, text)| name == "sbom-context.spdx.json" && text.contains("./go.mod")));

    let refused = Build::of(&project).target("hello").args(["--attest", "type=sbom,generator=127.0.0.1:1/none"]).fail();
    assert!(refused.message.contains("cannot get the scanner `127.0.0.1:1/none`"), "{}", refused.message);
    assert!(!has_run(&refused, "go build"), "steps ran before the scanner was looked up");
}

/// What `--call` answers for a spec in a folder runs as it is.
#[test]
fn a_definition_for_bake_names_a_spec_in_a_folder_and_passes_secrets() {
    let mark = unique("mark");
    let spec = format!(
        "secrets: {{ must: {{}}, may: {{ required: false }} }}
stages:
  gen:
    from: busybox:1.37
    steps: [{{ run: 'test -s /run/secrets/must; test ! -e /run/secrets/may; : {mark}', secrets: [must, may] }}]
images: {{ gen: {{ files: {{ /bin/sh2: 'gen:/bin/sh' }} }}, plain: {{ files: {{ /a: ./a }}, tags: [one, two] }} }}
"
    );
    let project = Project::spec(&spec).with("a", "");
    let text = std::fs::read_to_string(project.file("slipway.yaml")).unwrap();
    project.write("ci/build.yaml", &text);
    std::fs::remove_file(project.file("slipway.yaml")).unwrap();
    let mut call = Command::new("docker");
    call.args(["buildx", "build", "--progress", "quiet", "--call=bake", "--file", "ci/build.yaml"]);
    let definition = output(call.args(contexts()).arg(".").current_dir(project.path()));
    project.write("bake.hcl", &String::from_utf8(definition.stdout).unwrap());
    let bake = |more: &[&str]| {
        let mut bake = Command::new("docker");
        bake.args(["buildx", "bake", "--file", "bake.hcl"]).args(more).current_dir(project.path());
        output(bake.env("MUST", "x").env_remove("SSH_AUTH_SOCK"))
    };
    let printed: Value = serde_json::from_slice(&bake(&["--print"]).stdout).unwrap();
    assert_eq!(printed["target"]["gen"]["dockerfile"], "ci/build.yaml");
    assert_eq!(printed["target"]["plain"]["tags"], serde_json::json!(["plain:one", "plain:two"]));
    let built = bake(&["--set", "*.output=type=cacheonly"]);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let (status, said) = ask(&project, &["--call=bake", "--file", "-"]);
    assert!(status != 0 || said.contains("dockerfile-inline"), "{said}");
}
