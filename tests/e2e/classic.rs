//! Docker's classic image store: it cannot merge layers, and stores one platform per name. Runs on an engine that uses
//! it.

use slipway_tests::{Build, Container, Loaded, Project, alone, variable};

fn assert_classic() {
    assert_eq!(variable("SLIPWAY_STORE"), "graphdriver", "these tests require an engine with the classic image store");
}

#[test]
fn another_platform_can_be_built_separately() {
    assert_classic();
    let image = Loaded::new("classic-arm64");
    let project = Project::example("hello-go");
    let _ = Build::of(&project).target("ping").args(["--platform", "linux/arm64"]).args(image.arguments()).succeed();
    assert_eq!(image.inspect()["Architecture"], "arm64");
}

#[test]
fn health_checks_see_the_container() {
    assert_classic();
    crate::health::health_checks_and_exec_see_the_container();
}

#[test]
fn errors_have_locations_there_too() {
    assert_classic();
    let outcome = Build::of(&Project::go("images:\n  app: { go: ., usr: x }\n")).fail();
    assert!(outcome.message.contains("slipway.yaml:3:17: unknown key `usr`"), "{}", outcome.message);
    assert!(outcome.message.contains("   3 | >>>"), "{}", outcome.message);
}

#[test]
fn a_user_writes_to_its_volumes_there_too() {
    assert_classic();
    let project = crate::finished_image::project();
    crate::finished_image::writes(&project, "app", 65532);
}

#[test]
fn a_new_user_has_its_folders_there_too() {
    assert_classic();
    let project = crate::users::project();
    crate::users::runs(&project, "slim");
    crate::users::runs(&project, "bare");
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn the_example_is_built_by_copies_and_runs() {
        let _alone = alone();
        assert_classic();
        let image = Loaded::new("classic");
        let project = Project::example("hello-go");
        let outcome = Build::of(&project).target("hello").args(image.arguments()).succeed();
        assert!(outcome.vertices.iter().all(|vertex| !vertex.name.contains("assemble")), "merging is disabled there");
        let config = image.inspect();
        assert_eq!(config["Config"]["User"], "65532:65532");
        assert_eq!(config["RootFS"]["Layers"].as_array().unwrap().len(), 2, "the base and the program");
        let service = Container::run(&image.tag, 8080, &["--read-only"]);
        assert_eq!(service.get("/healthz"), (200, "ok\n".to_owned()));

        let again = Build::of(&project).target("hello").args(image.arguments()).succeed();
        assert_eq!(again.executed(), [] as [&str; 0]);
    }
}
