//! The example Rust workspace: five services of one Cargo workspace, the steps that run after a change, and protection
//! from stale results.

use std::fs::File;
use std::time::{Duration, SystemTime};

use slipway_tests::{
    Bake, Build, Container, EmptyEngine, Folder, Loaded, OciArchive, Outcome, Project, alone, temporary_file, unique,
    variable,
};

const SERVICES: [&str; 5] = ["catalog", "orders", "search", "mailer", "status"];
const CATALOG: &str = "services/catalog/src/main.rs";
const PRICING: &str = "crates/pricing/src/lib.rs";

/// The workspace, made unique: the engine's cache contains none of it. It is compiled without optimization.
fn workspace() -> Project {
    let project = Project::example("rust-workspace");
    let ours = format!("# {}\n[profile.release]\nopt-level = 0\n\n[workspace]\n", unique("shop"));
    project.replace("Cargo.toml", "[workspace]\n", &ours);
    project
}

/// Names of the steps that were executed, sorted, without the assembly of layers.
fn executed(outcome: &Outcome) -> Vec<String> {
    let is_joining = |name: &&str| name.contains("] COPY /") || name.ends_with("] assemble");
    let mut names: Vec<_> =
        outcome.executed().into_iter().filter(|name| !is_joining(name)).map(str::to_owned).collect();
    names.sort();
    names
}

/// The steps that build services, sorted.
fn rebuilt(services: &[&str]) -> Vec<String> {
    let steps = services.iter().flat_map(|service| {
        let pricing = if ["catalog", "orders"].contains(service) { "crates/pricing " } else { "" };
        [
            format!("[{service} sources] COPY {pricing}crates/server services/{service}"),
            format!("[{service} build] cargo build --bin {service}"),
        ]
    });
    let mut steps: Vec<_> = steps.collect();
    steps.sort();
    steps
}

/// How often Cargo reports that it compiles a package.
fn compiled(outcome: &Outcome, package: &str) -> usize {
    outcome.logs.matches(&format!("Compiling {package} v")).count()
}

/// Builds a service into a folder; returns its program.
fn program(project: &Project, service: &str) -> Vec<u8> {
    let (folder, _) = Folder::of(Build::of(project).target(service));
    folder.bytes(service)
}

fn has(program: &[u8], text: &str) -> bool {
    program.windows(text.len()).any(|part| part == text.as_bytes())
}

/// Makes a file older than anything that was compiled from it, like a checkout of an earlier commit.
fn age(project: &Project, path: &str) {
    let file = File::options().write(true).open(project.file(path)).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)).unwrap();
}

#[test]
fn a_program_matches_its_sources_whatever_their_times() {
    let project = workspace();
    let (tea, mate) = (unique("tea"), unique("mate"));
    project.replace(CATALOG, "\"tea\"", &format!("\"{tea}\""));
    let first = program(&project, "catalog");
    assert!(has(&first, &tea) && has(&first, "EUR"));

    project.replace(CATALOG, &tea, &mate);
    age(&project, CATALOG);
    let edited = program(&project, "catalog");
    assert!(has(&edited, &mate) && !has(&edited, &tea), "an edit that is older than what was compiled");

    // Another service compiles the shared code, the code is reverted, and the first service is built with it.
    project.replace(PRICING, "\"EUR\"", "\"USD\"");
    assert!(has(&program(&project, "orders"), "USD"));
    project.replace(PRICING, "\"USD\"", "\"EUR\"");
    age(&project, PRICING);
    project.replace(CATALOG, &mate, &tea);
    project.write("services/catalog/src/more.rs", "// More.\n");
    age(&project, CATALOG);
    let reverted = program(&project, "catalog");
    assert!(has(&reverted, &tea) && !has(&reverted, &mate), "its own code was reverted");
    assert!(has(&reverted, "EUR") && !has(&reverted, "USD"), "its shared code was reverted");
}

#[test]
fn a_new_runner_compiles_only_the_workspace() {
    let project = workspace();
    let cache = format!("{}/{}", variable("SLIPWAY_REGISTRY"), unique("rust-cache"));
    let _ = Build::of(&project)
        .target("catalog")
        .args(["--cache-to", &format!("type=registry,ref={cache},mode=max,compression=uncompressed")])
        .succeed();
    project.replace(CATALOG, "\"tea\"", "\"coffee\"");
    let engine = EmptyEngine::offline();
    let outcome = Build::of(&project)
        .on(&engine)
        .target("catalog")
        .args(["--cache-from", &format!("type=registry,ref={cache}")])
        .succeed();
    assert!(outcome.is_cached("cargo fetch") && outcome.is_cached("cargo build of what catalog needs"));
    let mut own: Vec<_> = outcome.logs.lines().filter_map(|line| line.split("Compiling ").nth(1)).collect();
    own.sort_unstable();
    let own: Vec<_> = own.iter().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(own, ["catalog", "pricing", "server"], "{}", outcome.logs);
}

#[test]
fn programs_for_other_platforms_are_compiled_without_emulation() {
    let project = workspace();
    let archive = temporary_file();
    let outcome = Build::of(&project)
        .target("status")
        .args(["--platform", "linux/amd64,linux/arm64"])
        .args(OciArchive::at(archive.path()))
        .succeed();
    assert_eq!(outcome.steps("cargo build --bin status").len(), 2);
    assert_eq!(outcome.steps("cargo fetch").len(), 1, "sources are the same for all platforms");
    assert!(!outcome.warnings.iter().any(|warning| warning.contains("emulat")), "{:?}", outcome.warnings);
    let machines: Vec<_> = OciArchive::read(archive.path())
        .images()
        .iter()
        .map(|image| {
            let program = image.layers.iter().flatten().find(|file| file.path == "status").unwrap();
            assert_eq!(&program.contents[..4], b"\x7fELF");
            // `e_machine` of the ELF header; see elf(5).
            (image.platform.clone(), u16::from_le_bytes([program.contents[18], program.contents[19]]))
        })
        .collect();
    assert_eq!(machines, [("linux/amd64".to_owned(), 62), ("linux/arm64".to_owned(), 183)]);
}

#[test]
fn a_service_responds_with_a_c_library_and_without() {
    let project = workspace();
    project.replace("slipway.yaml", "status: { rust: ./services/status }", "status: { rust: ./services/status }\n  bare: { rust: { source: ./services/status, static: true }, runtime: scratch, entrypoint: [/status] }");
    let image = Loaded::new("rust-orders");
    let _ = Build::of(&project).target("orders").args(image.arguments()).succeed();
    assert_eq!(image.inspect()["Config"]["User"], "65532:65532");
    let container = Container::run(&image.tag, 8080, &["--read-only"]);
    let (status, body) = container.get("/new/3");
    assert_eq!(status, 200);
    assert!(body.contains("\"cents\":1350") && body.contains("\"id\":\""), "{body}");
    assert_eq!(container.get("/health").0, 200);

    let bare = Loaded::new("rust-bare");
    let _ = Build::of(&project).target("bare").args(bare.arguments()).succeed();
    let container = Container::run(&bare.tag, 8080, &["--read-only"]);
    let (status, body) = container.get("/status");
    assert!(status == 200 && body.contains("all is well"), "{body}");
    let archive = temporary_file();
    let _ = Build::of(&project).target("bare").args(OciArchive::at(archive.path())).succeed();
    let image = OciArchive::read(archive.path()).images().remove(0);
    let files: Vec<_> = image.layers.iter().flatten().map(|file| file.path.as_str()).collect();
    let needed = ["status", "etc/ssl/certs/ca-certificates.crt", "usr/share/zoneinfo/Europe/Zurich", "etc/passwd"];
    assert!(needed.iter().all(|path| files.contains(path)), "{files:?}");
    let is_more = |path: &&&str| path.starts_with("usr/") && !path.starts_with("usr/share/zoneinfo");
    assert_eq!(
        files.iter().filter(is_more).collect::<Vec<_>>(),
        [&"usr/", &"usr/share/"],
        "nothing else of the toolchain"
    );
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn steps_run_again_by_package() {
        let _alone = alone();
        let project = workspace();
        let caches = format!("*.args.BUILDKIT_CACHE_MOUNT_NS={}", unique("rust"));
        let first = Bake::of(&project, &SERVICES).args(["--set", &caches]).succeed();
        assert_eq!(first.steps("cargo fetch").len(), 1, "one download for all");
        for service in SERVICES {
            assert!(!first.is_cached(&format!("cargo build --bin {service}")));
        }
        for package in ["serde_json", "serde", "tiny_http", "uuid", "regex-lite", "base64", "humantime"] {
            assert_eq!(compiled(&first, package), 1, "{package}, for one service or for five:\n{}", first.logs);
        }
        assert_eq!(compiled(&first, "server"), 2, "once its stand-in, once itself");

        let bake = |project: &Project| executed(&Bake::of(project, &SERVICES).args(["--set", &caches]).succeed());
        assert_eq!(bake(&project), [] as [&str; 0], "the second bake");

        // A text that is unique to this run of the tests: programs are reproducible, and the engine would have them in its
        // cache.
        let text = unique("text");
        project.replace(CATALOG, "\"tea\"", &format!("\"{text}\""));
        assert_eq!(bake(&project), rebuilt(&["catalog"]), "one service");

        project.replace(PRICING, "\"EUR\"", &format!("\"{text}\""));
        assert_eq!(bake(&project), rebuilt(&["catalog", "orders"]), "code that two services share");

        project.replace("crates/server/src/lib.rs", "hello from the shop", &format!("hello from the shop, {text}"));
        assert_eq!(bake(&project), rebuilt(&SERVICES), "code that all services share");

        project.replace("README.md", "five services", "5 services");
        project.replace("crates/server/README.md", "all services", "services");
        project.write("services/orders/tests/order.rs", "#[test]\nfn nothing() {}\n");
        assert_eq!(bake(&project), [] as [&str; 0], "files that are not part of any program");

        project.replace("Cargo.lock", "1.0.18", "1.0.17");
        let sum = |from: &str, to: &str| project.replace("Cargo.lock", from, to);
        sum(
            "8f42a60cbdf9a97f5d2305f08a87dc4e09308d1276d28c869c684d7777685682",
            "92ecc6618181def0457392ccd0ee51198e065e016d1d527a7ac1b6dc7c1f09d2",
        );
        let locked = Bake::of(&project, &SERVICES).args(["--set", &caches]).succeed();
        assert!(!locked.is_cached("cargo fetch"), "the lockfile");
        assert!((compiled(&locked, "itoa"), compiled(&locked, "serde")) == (1, 0), "what changed:\n{}", locked.logs);
    }
}
