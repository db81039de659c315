//! Every method, on a file of five services whose project is in memory, where no image can be looked up.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::FutureExt;
use slipway_plan::{BaseImage, Entry, Platform, ProjectError, Request};

use super::*;
use serde_json::Value;

/// Five services of one module, one of which differs.
pub(super) const SHOP: &str = "\
# syntax=ghcr.io/acme/slipway:1
version: 1
args:
  VERSION: { default: dev, description: Stamped into the program }
  LEVEL: { default: info, enum: [info, debug] }
  COMMIT: { required: true }
secrets:
  github: { env: GITHUB_TOKEN, description: Login to the host of modules }
builds:
  go: { preset: go, ldflags: '-X main.v=${VERSION}' }
stages:
  certs:
    from: debian:bookworm-slim
    platform: build
    steps:
      - run: make-certs /out
        cache: [/var/cache/certs]
        secrets: [github]
        ssh: [default]
    output: /out
images:
  api:
    description: Takes orders
    build: { from: go, main: ./cmd/api }
    platforms: [linux/amd64, linux/arm64]
    labels: { commit: '${COMMIT}' }
    expose: [8080, 5353/udp]
    env: { LOG_LEVEL: '${LEVEL}' }
    healthcheck: { run: [/api, health], interval: 10s, retries: 5 }
    variants:
      debug: { runtime: base, env: { LOG_LEVEL: debug } }
  worker: { build: { from: go, main: ./cmd/worker } }
  migrate:
    build: { from: go, main: ./cmd/migrate }
    files: { /migrations: ./db/migrations }
  web:
    go: ./cmd/web
    files: { /etc/ssl/web: 'certs:/' }
  beat: { go: ./cmd/beat, runtime: scratch, user: '1001' }
";

/// An in-memory project. Methods must not look up images, so it fails if one does.
struct Memory(BTreeSet<&'static str>);

impl Project for Memory {
    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        let text = match path {
            "go.mod" => "module example.com/shop\n\ngo 1.24\n",
            path if path.ends_with(".go") => "package main\n",
            _ => "",
        };
        Ok(self.0.contains(path).then(|| text.as_bytes().to_vec()))
    }

    async fn exists(&self, path: &str) -> Result<bool, ProjectError> {
        let folder = format!("{path}/");
        Ok(self.0.iter().any(|file| *file == path || file.starts_with(&folder)))
    }

    async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, ProjectError> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let inside = self.0.iter().filter_map(|path| path.strip_prefix(&prefix));
        let entries: BTreeSet<Entry> = inside
            .map(|rest| match rest.split_once('/') {
                Some((name, _)) => Entry { name: name.to_owned(), is_folder: true },
                None => Entry { name: rest.to_owned(), is_folder: false },
            })
            .collect();
        Ok((!entries.is_empty()).then(|| entries.into_iter().collect()))
    }

    async fn image(&self, reference: &str, _: &Platform) -> Result<BaseImage, ProjectError> {
        Err(ProjectError::new(format!("{reference} was looked up")))
    }
}

fn shop() -> Memory {
    Memory(BTreeSet::from([
        "go.mod",
        "go.sum",
        "cmd/api/main.go",
        "cmd/worker/main.go",
        "cmd/migrate/main.go",
        "cmd/web/main.go",
        "cmd/beat/main.go",
        "db/migrations/1.sql",
        "a",
        "assets/css/site.css",
        "deploy/[a].conf",
        "proto/a.proto",
        "site/index.html",
    ]))
}

/// The answer of a method, or its error.
pub(super) fn answer(name: &str, text: &str, target: Option<&str>) -> Result<(&'static Method, Answer), String> {
    answer_with(name, text, target, |scope| scope)
}

/// The same with other options.
fn answer_with(
    name: &str,
    text: &str,
    target: Option<&str>,
    change: impl Fn(Scope) -> Scope,
) -> Result<(&'static Method, Answer), String> {
    let parsed = slipway_spec::parse("slipway.yaml", text.as_bytes().to_vec());
    let scope = Scope {
        target: target.map(str::to_owned),
        platforms: Vec::new(),
        is_elsewhere: false,
        request: Request {
            build_args: BTreeMap::from([("VERSION".to_owned(), "2".to_owned())]),
            labels: BTreeMap::new(),
            contexts: BTreeMap::new(),
            spec_name: "slipway.yaml".to_owned(),
            build_platform: Platform::LINUX_AMD64,
            multi_platform: false,
        },
        frontend: None,
    };
    let scope = change(scope);
    let said = |failure: Failure| failure.to_status(&parsed.sources).message;
    let method = find(name).map_err(said)?;
    // In memory, nothing waits, so the first poll is the last.
    let answer = ask(method, &shop(), &parsed, &scope).now_or_never().unwrap().map_err(said)?;
    Ok((method.0, answer))
}

/// The same, as the client gets it.
fn ask_for(name: &str, text: &str, target: Option<&str>) -> String {
    let (method, mut answer) = match answer(name, text, target) {
        Ok(answer) => answer,
        Err(refusal) => return refusal,
    };
    if let Some(sources) = answer.json.get_mut("sources") {
        *sources = "…".into();
    }
    let mut text = String::new();
    for (key, value) in &method.to_result(answer).metadata.into_iter().collect::<BTreeMap<_, _>>() {
        text.push_str(&format!("--- {key}\n{}\n", String::from_utf8_lossy(value).trim_end()));
    }
    text
}

#[test]
fn targets() {
    insta::assert_snapshot!(ask_for("frontend.targets", SHOP, None));
}

#[test]
fn outline_of_a_target() {
    insta::assert_snapshot!(ask_for("frontend.outline", SHOP, Some("web")));
    insta::assert_snapshot!(ask_for("frontend.outline", SHOP, Some("api")));
}

#[test]
fn outline_needs_a_target() {
    insta::assert_snapshot!(ask_for("frontend.outline", SHOP, None));
}

#[test]
fn lint_of_a_file_that_cannot_be_read() {
    insta::assert_snapshot!(ask_for("frontend.lint", "images: { api: { go: ., usr: x } }\n", None));
}

#[test]
fn lint_of_a_file_that_cannot_be_planned() {
    let text = "images: { api: { go: ./cmd/apy }, web: { go: ./cmd/wep, budget: { size: 1MB } }, beat: { go: ./cmd/beat, inspect: 2345 } }\n";
    insta::assert_snapshot!(ask_for("frontend.lint", text, None));
}

#[test]
fn lint_of_a_right_file() {
    insta::assert_snapshot!(ask_for("frontend.lint", SHOP, None));
}

#[test]
fn describe() {
    insta::assert_snapshot!(ask_for("frontend.subrequests.describe", SHOP, None));
}

#[test]
fn schema_is_that_of_the_language() {
    let (_, answer) = answer("slipway.schema", "this is not a spec\n", None).unwrap();
    assert_eq!(answer.json, slipway_spec::model::schema());
    assert_eq!(serde_json::from_str::<Value>(&answer.text).unwrap(), answer.json);
}

#[test]
fn plan_of_a_target() {
    let (_, answer) = answer("plan", SHOP, Some("web")).unwrap();
    insta::assert_snapshot!(answer.text);
    let mut json = answer.json;
    json["sources"] = "…".into();
    insta::assert_snapshot!(format!("{json:#}"));
}

/// Without the key, it is unknown: images are not looked up.
#[test]
fn a_plan_shows_a_working_directory_that_the_image_names() {
    let of = |keys: &str| {
        let text = format!("images: {{ a: {{ files: {{ /a: ./a }}{keys} }} }}\n");
        answer("plan", &text, None).unwrap().1.text
    };
    assert!(of(", workdir: /").contains("\n  WORKDIR /\n"), "{}", of(", workdir: /"));
    assert!(!of("").contains("WORKDIR"), "{}", of(""));
}

#[test]
fn plan_of_all_images_tells_what_they_share() {
    insta::assert_snapshot!(answer("plan", SHOP, None).unwrap().1.text);
}

#[test]
fn graph_in_every_form() {
    for form in ["graph", "graph.dot", "graph.svg"] {
        insta::assert_snapshot!(form, answer(form, SHOP, Some("web")).unwrap().1.text);
    }
    insta::assert_snapshot!("graph-json", format!("{:#}", answer("graph", SHOP, Some("web")).unwrap().1.json));
}

#[test]
fn targets_share_the_shapes_of_a_graph() {
    let one = answer("graph", SHOP, Some("worker")).unwrap().1.json["nodes"].as_array().unwrap().len();
    let all = answer("graph", SHOP, None).unwrap().1.json["nodes"].as_array().unwrap().len();
    // Otherwise, each of the seven images would have as many steps for each of its platforms. One has a debugger beside.
    assert!(all < 7 * one, "{one} {all}");
}

#[test]
fn inputs_of_every_image() {
    let (_, answer) = answer("inputs", SHOP, None).unwrap();
    insta::assert_snapshot!(answer.text);
    insta::assert_snapshot!(format!("{:#}", answer.json));
}

#[test]
fn inputs_are_no_wider_than_what_is_copied() {
    let text = "\
contexts: { assets: { path: ./assets } }
stages:
  gen:
    from: busybox
    steps:
      - copy: { from: ./proto, to: /src, include: ['**/*.proto', 'a*'], exclude: [old] }
      - run: make
images:
  conf: { files: { /etc/conf: './deploy/[a].conf', /srv: 'assets:/css' } }
  made: { files: { /made: 'gen:/src/out' } }
";
    insta::assert_snapshot!(answer("inputs", text, None).unwrap().1.text);
}

#[test]
fn bake_of_every_image() {
    let (_, answer) = answer("bake", SHOP, None).unwrap();
    insta::assert_snapshot!(answer.text);
    insta::assert_snapshot!(format!("{:#}", answer.json));
}

#[test]
fn bake_of_many_images_has_parts_for_small_machines() {
    let images: String = (0..120).map(|number| format!("  i{number:03}: {{ go: ./cmd/web }}\n")).collect();
    let text = format!("version: 1\nimages:\n{images}  part-2: {{ go: ./cmd/web }}\n");
    let (_, answer) = answer("bake", &text, None).unwrap();
    let group = |name: &str| answer.json["group"][name]["targets"].as_array().map(Vec::len);
    assert_eq!(group("default"), Some(121));
    // An image has the name of the second part.
    assert_eq!(["part-1", "part-2", "part-2_2", "part-3"].map(group), [Some(50), None, Some(50), Some(21)]);
    assert_eq!(answer.json["group"]["part-1"]["targets"][49], "i049");
}

#[test]
fn bake_gives_each_target_a_name_of_its_own_and_escapes_what_it_would_read() {
    let text = "\
args: { TAG: '1%{x}\"\\b', ARCH: amd64 }
images:
  web.site: { description: 'costs %{ a lot', files: { /a: ./a }, platforms: ['linux/${ARCH}'], variants: { dev: { user: '0' } } }
  web_site: { files: { /a: ./a } }
  web.site-dev: { files: { /a: ./a } }
  dev: { files: { /a: ./a } }
";
    insta::assert_snapshot!(answer("bake", text, None).unwrap().1.text);
}

/// Steps of images with required and optional secrets and agents.
const CREDENTIALS: &str = "\
secrets:
  npm-token: {}
  login: { env: LOGIN, required: false }
stages:
  gen:
    from: busybox
    steps: [{ run: make, secrets: [npm-token, login], ssh: [default, deploy, { id: other, required: false }] }]
images:
  a: { files: { /a: ./a } }
  gen: { files: { /a: 'gen:/a' } }
";

#[test]
fn bake_and_compose_pass_what_steps_require() {
    let (_, bake) = answer("bake", CREDENTIALS, None).unwrap();
    insta::assert_snapshot!(bake.text);
    assert_eq!(bake.json["target"]["gen"]["ssh"][1], "deploy");
    insta::assert_snapshot!(answer("compose", CREDENTIALS, None).unwrap().1.text);
}

#[test]
fn bake_and_compose_repeat_what_the_command_line_gives() {
    let contexts = [("busybox:1", "docker-image://other:${x}"), ("here", "local:here")];
    let contexts = contexts.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let scope = |mut scope: Scope| {
        scope.request.contexts = BTreeMap::from(contexts.clone());
        scope.request.build_args.insert("BUILDKIT_SYNTAX".to_owned(), "host/slipway:${x}".to_owned());
        Scope { is_elsewhere: true, ..scope }
    };
    let text =
        "args: { A: x }\nimages: { a: { files: { /a: ./a }, labels: { a: '${A}' }, tags: ['v${A}', latest] } }\n";
    for method in ["bake", "compose"] {
        insta::assert_snapshot!(method, answer_with(method, text, None, scope).unwrap().1.text);
    }
}

#[test]
fn caches_have_their_names_on_the_engine() {
    let scope = |mut scope: Scope| {
        scope.request.build_args.insert("BUILDKIT_CACHE_MOUNT_NS".to_owned(), "team".to_owned());
        scope
    };
    for method in ["plan", "outline", "graph"] {
        let (_, answer) = answer_with(method, SHOP, Some("worker"), scope).unwrap();
        let text = format!("{}{}", answer.text, answer.json);
        assert_eq!(text.contains("team/slipway/go-build"), method != "graph", "{text}");
        assert!(!text.contains(" slipway/go-build") && !text.contains("\"slipway/go-build"), "{text}");
    }
}

#[test]
fn compose_of_every_image() {
    insta::assert_snapshot!(answer("compose", SHOP, None).unwrap().1.text);
}

#[test]
fn compose_of_what_containers_are_told() {
    let text = "\
args: { USERID: 'a$b', PORTAL: x }
images:
  web:
    go: { main: ./cmd/web, source: ./shop }
    user: '${USERID}:1$$'
    workdir: /srv
    healthcheck: { http: ':80/', interval: 1500ms }
    variants: { dev: { watch: [src, ./web/] } }
  none: { files: { /a: ./a }, healthcheck: none, watch: [a] }
";
    insta::assert_snapshot!(answer("compose", text, None).unwrap().1.text);
}

/// Files are synchronized to their path in the image, except for compiled files and files from other outputs.
#[test]
fn compose_synchronizes_what_is_in_the_image() {
    let text = "\
builds:
  ui: { preset: static, source: ./site }
images:
  all: { static: ., watch: [., site] }
  part: { static: { source: ./site, destination: /usr/share/nginx/html }, workdir: /elsewhere, watch: [., ./css/] }
  made: { static: 'ui:/', watch: [src] }
  named: { build: ui, watch: [css] }
  files: { files: { /data/: ./site, /a: ./a }, watch: [site/css, a, proto] }
  api: { go: ./cmd/api, workdir: /srv, watch: [cmd/api] }
";
    let text = answer("compose", text, None).unwrap().1.text;
    let kept = text.lines().filter(|line| {
        line.starts_with("  ") && !line.starts_with("   ")
            || line.contains("action")
            || line.contains("path:")
            || line.trim_start().starts_with("target: /")
    });
    insta::assert_snapshot!(kept.collect::<Vec<_>>().join("\n"), @r#"
    all:
          - action: sync
            path: .
            target: /srv/www
          - action: sync
            path: ./site
            target: /srv/www/site
    api:
          - action: rebuild
            path: ./cmd/api
    files:
          - action: sync
            path: ./site/css
            target: /data/css
          - action: sync
            path: ./a
            target: /a
          - action: rebuild
            path: ./proto
    made:
    named:
          - action: sync
            path: ./site/css
            target: /srv/www/css
    part:
          - action: sync
            path: ./site
            target: /usr/share/nginx/html
          - action: sync
            path: ./site/css
            target: /usr/share/nginx/html/css
    "#);
}

#[test]
fn a_form_that_is_none_is_refused() {
    insta::assert_snapshot!(ask_for("frontend.slipway.graph.png", SHOP, None));
}

#[test]
fn a_method_has_several_names() {
    for name in ["frontend.slipway.schema", "slipway.schema", "frontend.schema", "frontend.frontend.slipway.schema"] {
        assert_eq!(find(name).unwrap().0.name, "frontend.slipway.schema", "{name}");
    }
    assert_eq!(find("check").unwrap().0.name, "frontend.lint");
    assert_eq!(find("describe").unwrap().0.name, "frontend.subrequests.describe");
}

#[test]
fn other_questions_are_refused() {
    insta::assert_snapshot!(ask_for("frontend.slipway.shcema", SHOP, None));
    insta::assert_snapshot!(ask_for("frontend.weather", SHOP, None));
}

/// A file with this many images is queried as a whole.
#[test]
fn a_thousand_images_read_a_file_once() {
    use std::cell::RefCell;
    struct Counting(Memory, RefCell<BTreeMap<String, usize>>);
    impl Counting {
        fn count(&self, what: &str, path: &str) {
            *self.1.borrow_mut().entry(format!("{what} {path}")).or_default() += 1;
        }
    }
    impl Project for Counting {
        async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
            self.count("read", path);
            self.0.read(path).await
        }
        async fn exists(&self, path: &str) -> Result<bool, ProjectError> {
            self.count("exists", path);
            self.0.exists(path).await
        }
        async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, ProjectError> {
            self.count("list", folder);
            self.0.list(folder).await
        }
        async fn image(&self, reference: &str, platform: &Platform) -> Result<BaseImage, ProjectError> {
            self.0.image(reference, platform).await
        }
    }
    let mut text = "defaults: { platforms: [linux/amd64, linux/arm64] }\nimages:\n".to_owned();
    for number in 0..1000 {
        text.push_str(&format!("  i{number}: {{ go: ./cmd/api }}\n"));
    }
    let spec = slipway_spec::parse("slipway.yaml", text.into_bytes()).spec.unwrap();
    let project = Counting(shop(), RefCell::default());
    let request = Request {
        build_args: BTreeMap::new(),
        labels: BTreeMap::new(),
        contexts: BTreeMap::new(),
        spec_name: "slipway.yaml".to_owned(),
        build_platform: Platform::LINUX_AMD64,
        multi_platform: false,
    };
    let scope = Scope { target: None, platforms: Vec::new(), is_elsewhere: false, request, frontend: None };
    let analysis = Analysis::of(&project, &spec, &scope).now_or_never().unwrap().unwrap();
    assert_eq!(analysis.plans().unwrap().len(), 2000);
    assert!(project.1.borrow().values().all(|count| *count == 1), "{:?}", project.1.borrow());
}
