//! Beyond one machine: a builder with a node for each platform.

use serde_json::Value;
use slipway_tests::{Build, EmptyEngine, Project, docker, unique, variable};

#[test]
fn a_builder_with_a_node_for_each_platform_gives_one_image() {
    let project = Project::example("hello-go").with_own_modules();
    let builder = EmptyEngine::of_platforms(&["linux/amd64", "linux/arm64"]);
    let image = format!("{}/slipway-test:{}", variable("SLIPWAY_REGISTRY"), unique("nodes"));
    let outcome = Build::of(&project)
        .target("hello")
        .on(&builder)
        .args(["--platform", "linux/amd64,linux/arm64", "--output", &format!("type=image,name={image},push=true")])
        .succeed();
    assert_eq!(outcome.steps("go build").len(), 2, "{:?}", outcome.executed());
    // Nothing is shared by two engines, unlike in one that builds both.
    assert_eq!(outcome.steps("go mod download").len(), 2, "{:?}", outcome.executed());

    let index: Value = serde_json::from_str(&docker(["buildx", "imagetools", "inspect", "--raw", &image])).unwrap();
    let platform = |entry: &Value| entry["platform"]["architecture"].as_str().unwrap().to_owned();
    let mut platforms: Vec<_> = index["manifests"].as_array().unwrap().iter().map(platform).collect();
    platforms.sort();
    assert_eq!(platforms, ["amd64", "arm64"]);
}
