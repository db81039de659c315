//! The example Java workspace: five services of one Maven project, and the steps that run after a change.

use slipway_tests::{Bake, Build, Container, Loaded, OciArchive, Project, alone, docker, temporary_file, unique};

const SERVICES: [&str; 5] = ["catalog", "orders", "payments", "shipping", "notifications"];

/// The workspace, made unique: the pom that all modules share has an unused property, and images have their own working
/// directory, so that other builds on the engine have different steps.
fn workspace() -> Project {
    let project = Project::example("java-workspace");
    let name = unique("store");
    let revision = "<revision>1.0.0</revision>";
    project.replace("pom.xml", revision, &format!("{revision}<unlike>{name}</unlike>"));
    project.replace("slipway.yaml", "healthcheck: none", &format!("healthcheck: none, workdir: /srv/{name}"));
    project
}

/// Names of the steps that were executed, sorted. Excluded are the creation of the empty working directory, which
/// concurrent builds may each do, and the assembly of layers: it copies nothing, and the engine may report it again
/// when all layers are cached.
fn bake(project: &Project) -> Vec<String> {
    let outcome = Bake::of(project, &SERVICES).succeed();
    let is_nothing = |name: &str| name.contains("] MKDIR ") || name.ends_with("] assemble");
    let mut names: Vec<String> =
        outcome.executed().into_iter().filter(|name| !is_nothing(name)).map(str::to_owned).collect();
    names.sort();
    names
}

/// The steps that build services, sorted.
fn rebuilt(services: &[&str]) -> Vec<String> {
    let steps = services.iter().flat_map(|service| {
        [
            format!("[store sources] COPY services/{service}"),
            format!("[store build] Maven services/{service}"),
            format!("[{service}] COPY /app"),
        ]
    });
    let mut steps: Vec<String> = steps.collect();
    steps.sort();
    steps
}

#[test]
fn a_service_responds_with_only_production_dependencies() {
    let project = workspace();
    let image = Loaded::new("java-orders");
    let archive = temporary_file();
    let outcome = Build::of(&project).target("orders").args(OciArchive::at(archive.path())).succeed();
    assert_eq!(outcome.steps("[store build] Maven").len(), 1);
    let oci = OciArchive::read(archive.path()).images().remove(0);
    let files: Vec<&str> = oci.layers.iter().flatten().map(|file| file.path.as_str()).collect();
    let jars: Vec<&str> =
        files.iter().copied().filter(|path| path.starts_with("app/") && path.ends_with(".jar")).collect();
    assert!(
        jars.contains(&"app/app.jar")
            && jars.contains(&"app/modules/common-1.0.0.jar")
            && jars.contains(&"app/modules/events-1.0.0.jar"),
        "{jars:?}"
    );
    assert!(jars.iter().any(|jar| jar.starts_with("app/lib/jackson-databind-")), "{jars:?}");
    for unwanted in ["junit", "opentest4j", "caffeine", "jmustache"] {
        assert!(!jars.iter().any(|jar| jar.contains(unwanted)), "{unwanted} in {jars:?}");
    }
    let with_libraries =
        oci.layers.iter().position(|layer| layer.iter().any(|file| file.path.starts_with("app/lib/jackson")));
    let with_program = oci.layers.iter().position(|layer| layer.iter().any(|file| file.path == "app/app.jar"));
    assert!(with_libraries < with_program, "libraries and program are separate layers");

    let _ = Build::of(&project).target("orders").args(image.arguments()).succeed();
    let container = Container::run(&image.tag, 8080, &["--read-only"]);
    let (status, body) = container.get("/");
    assert_eq!(status, 200);
    assert!(body.contains(r#""order":"o-1""#) && body.contains(r#""cents":700"#), "{body}");
    assert_eq!(docker(["inspect", "--format", "{{.Config.User}}", container.name()]).trim(), "65532:65532");
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn steps_run_again_by_module() {
        let _alone = alone();
        let project = workspace();
        let first = bake(&project);
        assert_eq!(
            first.iter().filter(|name| *name == "[store dependencies] Maven").count(),
            1,
            "one download for all: {first:?}"
        );
        for service in SERVICES {
            assert!(first.contains(&format!("[store build] Maven services/{service}")), "{service} in {first:?}");
        }
        assert_eq!(bake(&project), [] as [&str; 0], "the second bake");

        let main = |service: &str| format!("services/{service}/src/main/java/com/example/store/{service}/Main.java");
        // A text that is unique to this run of the tests: programs are reproducible, and the engine would have them in its
        // cache.
        let text = unique("text");
        project.replace(&main("catalog"), "\"tea\"", &format!("\"{text}\""));
        assert_eq!(bake(&project), rebuilt(&["catalog"]), "one service");

        project.replace(
            "libs/events/src/main/java/com/example/store/events/OrderPlaced.java",
            "\"order-placed\"",
            &format!("\"order-placed-{text}\""),
        );
        assert_eq!(bake(&project), rebuilt(&["orders", "shipping"]), "code that two services share");

        project.replace(
            "libs/common/src/main/java/com/example/store/common/Service.java",
            "{} listens on {}",
            &format!("{{}} answers on {{}}, {text}"),
        );
        assert_eq!(bake(&project), rebuilt(&SERVICES), "code that all services share");

        project.replace("README.md", "Five services", "5 services");
        project.write("services/orders/README.md", "Takes orders.\n");
        project.replace("libs/common/src/test/java/com/example/store/common/MoneyTest.java", "350", "349 + 1");
        assert_eq!(bake(&project), [] as [&str; 0], "files that are not part of any program");

        project.replace("pom.xml", "<caffeine.version>3.1.8<", "<caffeine.version>3.1.7<");
        let fetched = bake(&project);
        assert!(fetched.iter().any(|name| name == "[store dependencies] Maven"), "a manifest: {fetched:?}");
        assert!(
            fetched.iter().all(|name| ["store", "catalog", "orders", "payments", "shipping", "notifications"]
                .iter()
                .any(|part| name.contains(part))),
            "{fetched:?}"
        );
    }
}
