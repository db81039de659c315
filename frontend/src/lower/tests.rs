use std::collections::BTreeMap;

use futures_util::FutureExt;
use serde_json::json;
use slipway_plan::{Args, BaseImage, ImageOrigin, Project, ProjectError, Request, find_target, plan};

use super::*;
use crate::options::Options;
use buildkit_llb::{Caps, Platform};

/// A project with modules to download, and every image.
struct Shop;

impl Project for Shop {
    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        let text: &[u8] = match path {
            "go.mod" | "go.sum" => b"module example.com/shop\n\ngo 1.24\n\nrequire a.com/b v1.0.0\n",
            path if path.ends_with("/main.go") => b"package main\n",
            _ => return Ok(None),
        };
        Ok(Some(text.to_vec()))
    }

    async fn exists(&self, _: &str) -> Result<bool, ProjectError> {
        Ok(true)
    }

    async fn list(&self, _: &str) -> Result<Option<Vec<slipway_plan::Entry>>, ProjectError> {
        Ok(Some(vec![slipway_plan::Entry { name: "main.go".to_owned(), is_folder: false }]))
    }

    async fn image(&self, reference: &str, _: &Platform) -> Result<BaseImage, ProjectError> {
        let origin = match reference {
            "golang:1.24-trixie" => {
                ImageOrigin::Registry { reference: format!("docker.io/library/{reference}@sha256:{:064}", 1) }
            }
            other => ImageOrigin::OciLayout {
                reference: format!("{}@sha256:{:064}", crate::image_ref::without_tag(other), 2),
                store: "store".to_owned(),
            },
        };
        Ok(BaseImage { name: reference.to_owned(), origin, config: json!({}) })
    }
}

const SPEC: &str = "images: { api: { go: ./cmd/api, workdir: /data } }\n";

fn graph(platform: &str, caps: &Caps, more: &[(&str, &str)]) -> Output {
    graph_of(SPEC, platform, caps, more)
}

fn graph_of(spec: &str, platform: &str, caps: &Caps, more: &[(&str, &str)]) -> Output {
    let given = [
        ("BUILDKIT_SESSION_ID", "session"),
        ("BUILDKIT_WORKERS", r#"[{"platforms":[{"os":"linux","architecture":"amd64"}]}]"#),
    ];
    let vars = given.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let options = Options::from_env(vars).unwrap();
    let parsed = slipway_spec::parse("slipway.yaml", spec.as_bytes().to_vec());
    let spec = parsed.spec.unwrap();
    let request = Request {
        build_args: BTreeMap::new(),
        labels: BTreeMap::new(),
        contexts: BTreeMap::new(),
        spec_name: "slipway.yaml".to_owned(),
        build_platform: options.build_platform.clone(),
        multi_platform: true,
    };
    let args = Args::declared(&spec, &request).unwrap();
    let target = find_target(&spec, None).unwrap();
    let platform = platform.parse().unwrap();
    let plan = plan(&Shop, &spec, target, &platform, &args, &request).now_or_never().unwrap().unwrap();
    let context = crate::context::main_context(&options, &[], &[], &slipway_ignore::Patterns::parse(".git"));
    let files = graph_files(&parsed.sources);
    let foreign = BTreeMap::new();
    lower(&plan, &Lowering { options: &options, caps, context: &context, files: &files, foreign: &foreign })
}

#[test]
fn a_whole_graph() {
    insta::assert_snapshot!(graph("linux/arm64", &Caps::all(), &[]).marshal().to_tree());
}

#[test]
fn a_whole_graph_without_merge_and_with_options_of_the_command_line() {
    let caps = Caps::all().without(Cap::MergeOp);
    let options = [
        ("BUILDKIT_FRONTEND_OPT_0", "no-cache="),
        ("BUILDKIT_FRONTEND_OPT_1", "add-hosts=a=1.2.3.4"),
        ("BUILDKIT_FRONTEND_OPT_2", "ulimit=nofile=1:2"),
        ("BUILDKIT_FRONTEND_OPT_3", "build-arg:HTTPS_PROXY=http://user:secret@proxy:3128"),
        ("BUILDKIT_FRONTEND_OPT_4", "build-arg:BUILDKIT_CACHE_MOUNT_NS=team"),
        ("BUILDKIT_FRONTEND_OPT_5", "image-resolve-mode=pull"),
    ];
    insta::assert_snapshot!(graph("linux/amd64", &caps, &options).marshal().to_json_lines());
}

#[test]
fn limits_and_the_host_name_apply_to_every_step() {
    let options = [
        ("BUILDKIT_FRONTEND_OPT_0", "memory=1048576"),
        ("BUILDKIT_FRONTEND_OPT_1", "cpushares=77"),
        ("BUILDKIT_FRONTEND_OPT_2", "hostname=builder"),
    ];
    let lines = |caps: &Caps| graph("linux/amd64", caps, &options).marshal().to_json_lines();
    let steps = |lines: &str, what: &str| lines.lines().filter(|line| line.contains(what)).count();
    let all = lines(&Caps::all());
    let execs = steps(&all, "\"exec\"");
    assert!(execs > 1, "{all}");
    assert_eq!(
        (steps(&all, "builder"), steps(&all, "1048576"), steps(&all, "\"cpuShares\":77")),
        (execs, execs, execs),
        "{all}"
    );
    let old = lines(&Caps::all().without(Cap::ExecMetaLinuxResources));
    assert_eq!((steps(&old, "builder"), steps(&old, "1048576")), (execs, 0), "{old}");
}

#[test]
fn a_step_gets_what_it_asks_for_whatever_the_command_line_says() {
    let spec = "stages:
  gen:
    from: alpine
    steps:
      - { run: a, network: host, security: insecure, ssh: [{ id: default, required: false }] }
images: { all: { files: { /x: 'gen:/x' } } }
";
    for network in ["none", "sandbox", "host"] {
        let option = format!("force-network-mode={network}");
        let graph = graph_of(spec, "linux/amd64", &Caps::all(), &[("BUILDKIT_FRONTEND_OPT_0", &option)]).marshal();
        let lines = graph.to_json_lines();
        let exec = lines.lines().find(|line| line.contains("gen-1.sh") && line.contains("exec")).unwrap();
        assert!(exec.contains("\"network\":1,\"security\":1") && exec.contains("\"optional\":true"), "{exec}");
    }
}

const EVERY_STEP: &str = r#"
contexts: { proto: { git: "https://example.com/proto.git", ref: v1, checksum: "1234567" }, data: { http: "https://example.com/data" } }
secrets: { token: { env: TOKEN }, login: { target: /root/.netrc, required: false, revision: "2" } }
stages:
  gen:
    from: alpine
    platform: build
    workdir: /src
    cache: [/root/.cache]
    steps:
      - copy: { from: "proto:/api", to: ., exclude: ["*.md"], mode: "0644", owner: "app:staff" }
      - file: { path: /etc/x, content: x, owner: app }
      - run: generate
        network: none
        secrets: [token, login]
        ssh: [default]
    output: /src/out
images:
  all:
    go: { source: ., main: ./cmd/all, inputs: { ./gen: "gen:/" }, checks: { vet: { run: go vet ./..., gate: true } } }
    runtime: alpine
    files: { /data/: { from: "data:/data", owner: "1:2" }, /x: { from: ./x, mode: "0755", owner: app } }
"#;

#[test]
fn every_kind_of_step() {
    insta::assert_snapshot!(graph_of(EVERY_STEP, "linux/arm64", &Caps::all(), &[]).marshal().to_tree());
}

#[test]
fn gates_are_waited_for_by_the_uppermost_layer_where_the_engine_cannot_wait() {
    let operations = |caps: &Caps| {
        let definition = graph_of(EVERY_STEP, "linux/amd64", caps, &[]).adapted_to(caps).unwrap().marshal();
        definition.ops().filter_map(|op| op.custom_name().map(str::to_owned)).collect::<Vec<_>>()
    };
    let (new, old) = (operations(&Caps::all()), operations(&Caps::all().without(Cap::PassthroughOp)));
    let waits = |name: &&String| name.contains("wait for");
    assert_eq!(new.iter().filter(waits).collect::<Vec<_>>(), ["[all] wait for all/vet"]);
    assert_eq!(old.iter().filter(waits).count(), 0);
    assert!(old.iter().any(|name| name.contains("check] vet")), "{old:#?}");
    assert_eq!(new.len(), old.len() + 1, "nothing else is different");
}

#[test]
fn layers_without_a_base_do_not_depend_on_each_other() {
    let made = |spec: &str, caps: &Caps| {
        let definition = graph_of(spec, "linux/amd64", caps, &[]).marshal();
        let operations = definition.ops().filter(|op| op.custom_name().is_some_and(|name| name.contains("MKDIR")));
        operations.map(|op| op.digest().to_string()).collect::<Vec<_>>()
    };
    let spec = "images: { api: { go: { source: ./cmd/api, ldflags: -s }, runtime: scratch } }\n";
    let (all, classic) = (Caps::all(), Caps::all().without(Cap::MergeOp));
    let of = |spec: &str| (made(spec, &all), made(spec, &classic));
    let ((home, on_top), (other_home, on_another)) = (of(spec), of(&spec.replace("-s", "-w")));
    assert_eq!((home.len(), &home), (1, &other_home), "another program, the same home directory");
    assert_ne!(on_top, on_another, "without merge operations, one layer is made on top of another");
    // A file in `/tmp` would take the bits from it.
    let in_tmp =
        |flags| format!("{}files: {{ /tmp/x: ./x }} }} }}\n", spec.replace("-s", flags).replace(" } }\n", ", "));
    assert_ne!(made(&in_tmp("-s"), &all), made(&in_tmp("-w"), &all));
}

#[test]
fn an_examination_sees_the_parts_of_an_image_that_is_not_put_together() {
    let spec = "images: { api: { go: ./cmd/api, runtime: alpine, budget: { files: 100 } } }\n";
    let seen = |caps: &Caps| {
        let lines = graph_of(spec, "linux/amd64", caps, &[]).marshal().to_json_lines();
        let ops: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let named =
            |op: &serde_json::Value| op["OpMetadata"]["description"]["llb.customname"].as_str().map(str::to_owned);
        let budget = ops.iter().find(|op| named(op).is_some_and(|name| name.ends_with("budget]"))).unwrap();
        let mounts = budget["Op"]["Op"]["exec"]["mounts"].as_array().unwrap().iter();
        let parts = mounts.filter_map(|mount| {
            let part = mount["dest"].as_str()?.strip_prefix("/run/slipway/image/")?;
            let input =
                &budget["Op"]["inputs"][usize::try_from(mount["input"].as_i64().unwrap_or_default()).ok()?]["digest"];
            let from = ops.iter().find(|op| op["Digest"] == *input)?;
            Some(format!("{part} {}", named(from).unwrap_or_default()))
        });
        parts.collect::<Vec<_>>()
    };
    let of = |what: &str| format!("[linux/amd64 api{what}");
    let (base, program, home) = (of(" base] FROM alpine"), of("] COPY /api"), of("] MKDIR /home/nonroot"));
    assert_eq!(seen(&Caps::all()), [format!("0 {base}"), format!("1 {program}"), format!("2 {home}")]);
    // What is made on top of something is a whole.
    assert_eq!(seen(&Caps::all().without(Cap::MergeOp)), [format!("0 {home}")]);
}

#[test]
fn equal_input_gives_equal_bytes() {
    let first = graph("linux/arm64", &Caps::all(), &[]).marshal().encode();
    for _ in 0..25 {
        assert!(graph("linux/arm64", &Caps::all(), &[]).marshal().encode() == first);
    }
}

#[test]
fn platforms_share_what_does_not_depend_on_them() {
    let digests = |platform: &str| -> Vec<String> {
        let definition = graph(platform, &Caps::all(), &[]).marshal();
        definition
            .ops()
            .filter(|op| {
                op.custom_name().is_some_and(|name| {
                    name.contains("modules") || name.contains("sources") || name.contains("context")
                })
            })
            .map(|op| op.digest().to_string())
            .collect()
    };
    assert_eq!(digests("linux/amd64"), digests("linux/arm64"));
    assert_eq!(digests("linux/amd64").len(), 4);
}
