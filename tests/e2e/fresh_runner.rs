//! A new runner that has only a cache in a registry, and can only reach that registry: dependencies come from the layer
//! of an earlier runner.
//!
//! The earlier runner is the engine of all tests, which has not built this project before: its manifests contain a
//! unique text. The new one is a separate BuildKit with an empty folder that cannot resolve names, so steps cannot
//! download anything. The same build without the cache proves this: it must fail, and leaves at most base images.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use slipway_tests::{Build, EmptyEngine, Folder, Project, Running, serve_objects, unique, variable};

/// One of the programs in the examples.
const PLATFORM: &str = "linux/amd64";

/// An example workspace builds on a new runner without network access, with one changed line; `fetch` names its
/// dependency step, and `compiled` those that compile dependencies.
fn a_new_runner_fetches_nothing(project: &Project, fetch: &str, compiled: &[&str]) {
    let facts: Value = serde_json::from_str(&std::fs::read_to_string(project.file("bench.json")).unwrap()).unwrap();
    let service = facts["service"].as_str().unwrap();
    let cache = format!("type=registry,ref={}/slipway-test:{}", variable("SLIPWAY_REGISTRY"), unique("cache"));
    let build = || Build::of(project).target(service).args(["--platform", PLATFORM]);
    let first = build().args(["--cache-to", &format!("{cache},mode=max,compression=uncompressed")]).succeed();
    assert!(first.steps(fetch).iter().any(|step| step.ran), "it is fetched: {:?}", first.vertices);
    let edit = |key: &str| facts["edit"][key].as_str().unwrap();
    project.replace(edit("file"), edit("find"), &format!("{}7", edit("replace_prefix")));

    let runner = EmptyEngine::offline();
    let unreachable = build().on(&runner).run();
    assert!(!unreachable.success, "without the cache, downloads fail");
    assert!(!unreachable.is_cached(fetch));

    let (files, fresh) = Folder::of(build().on(&runner).args(["--cache-from", &cache]));
    assert!(fresh.is_cached(fetch), "dependencies come from the cache: {:?}", fresh.executed());
    assert!(
        compiled.iter().all(|step| fresh.is_cached(step)),
        "compiled dependencies come from the cache: {:?}",
        fresh.executed()
    );
    assert!(!fresh.executed().is_empty(), "the changed line is compiled");
    assert!(!files.files().is_empty());
}

#[test]
fn go() {
    let project = Project::example("go-workspace").with_own_modules();
    a_new_runner_fetches_nothing(
        &project,
        "go mod download",
        &["compile the standard library", "compile what is imported from elsewhere"],
    );
}

#[test]
fn go_with_some_of_its_requirements() {
    a_new_runner_fetches_nothing(
        &crate::go_requirements::project(),
        "go mod download",
        &["compile what is imported from elsewhere"],
    );
}

#[test]
fn java() {
    let project = Project::example("java-workspace");
    project.replace("pom.xml", "<modelVersion>", &format!("<!-- {} -->\n  <modelVersion>", unique("poms")));
    a_new_runner_fetches_nothing(&project, "dependencies] Maven", &[]);
}

#[test]
fn python() {
    let project = Project::example("python-workspace");
    // The content of a lockfile counts, so the unique text is in another input of the step.
    let own = format!("python: {{ source: ./services/api, install: {{ env: {{ MARK: {} }} }} }}\n", unique("install"));
    project.replace("slipway.yaml", "python: ./services/api\n", &own);
    a_new_runner_fetches_nothing(&project, "dependencies] uv ", &[]);
}

#[test]
fn node() {
    // Fail at once: npm would retry for more than a minute.
    let project = Project::example("node-workspace").with(".npmrc", &format!("; {}\nfetch-retries=0\n", unique("npm")));
    a_new_runner_fetches_nothing(&project, "npm ci", &[]);
}

#[test]
fn caches_come_from_a_folder_and_from_an_image() {
    let project = Project::spec(&format!(
        "stages: {{ gen: {{ from: busybox:1.37, steps: [{{ run: 'echo {} >/made' }}] }} }}\nimages: {{ one: {{ runtime: gen }} }}\n",
        unique("mark")
    ));
    let folder = tempfile::TempDir::new().unwrap();
    let image = format!("{}/slipway-test-inline:{}", variable("SLIPWAY_REGISTRY"), unique("inline"));
    let build = || Build::of(&project).target("one");
    let _ = build().args(["--cache-to", &format!("type=local,mode=max,dest={}", folder.path().display())]).succeed();
    let _ = build().args(["--cache-to", "type=inline", "--tag", &image, "--push"]).succeed();
    for from in [format!("type=local,src={}", folder.path().display()), format!("type=registry,ref={image}")] {
        let runner = EmptyEngine::offline();
        // One that does not exist makes no difference.
        let missing = format!("type=registry,ref={image}-missing");
        let (_, fresh) = Folder::of(build().on(&runner).args(["--cache-from", &missing, "--cache-from", &from]));
        assert!(fresh.is_cached("RUN echo"), "{from}: {:?}", fresh.vertices);
    }
}

/// Docker's own engine has no caches of this kind.
#[test]
fn caches_come_from_object_stores() {
    let url = serve_objects();
    for cache in [
        format!(
            "type=s3,endpoint_url={url},bucket=b,region=r,use_path_style=true,access_key_id=a,secret_access_key=b,name=one"
        ),
        format!(
            "type=azblob,account_url={url}/account,account_name=account,secret_access_key=YQ==,container=c,name=one"
        ),
    ] {
        let project = Project::spec(&format!(
            "stages: {{ gen: {{ from: busybox:1.37, steps: [{{ run: 'echo {} >/made' }}] }} }}\nimages: {{ one: {{ runtime: gen }} }}\n",
            unique("mark")
        ));
        let build = || Build::of(&project).target("one");
        {
            let first = EmptyEngine::offline();
            let made = build().on(&first).args(["--cache-to", &format!("{cache},mode=max")]).succeed();
            assert!(!made.is_cached("RUN echo"), "{cache}: {:?}", made.vertices);
        }
        let second = EmptyEngine::offline();
        let (_, fresh) = Folder::of(build().on(&second).args(["--cache-from", &cache]));
        assert!(fresh.is_cached("RUN echo"), "{cache}: {:?}", fresh.vertices);
    }
}

#[test]
fn every_engine_has_a_separate_log() {
    // They start concurrently; each log reports once that its daemon listens.
    let count = r#"for at in "$outer" "$BUILDKIT_HOST"; do
        socket=${at#unix://}
        for _ in {1..100}; do grep -q 'running server' "${socket%/*}/log" && break; sleep 0.1; done
        grep -c 'running server' "${socket%/*}/log"
    done"#;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/testbed/buildkitd");
    let mut command = Command::new(&script);
    command.args(["run", "bash", "-c", "outer=$BUILDKIT_HOST exec \"$0\" run bash -c \"$1\""]).arg(&script).arg(count);
    let output = Running::start(&mut command).finish(Duration::from_secs(600)).unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1\n1\n", "{}", String::from_utf8_lossy(&output.stderr));
}
