//! The frontend's own image.

use slipway_tests::{docker, variable};

#[test]
fn it_is_one_static_program_and_says_what_it_needs() {
    let text =
        docker(["buildx", "imagetools", "inspect", &variable("SLIPWAY_FRONTEND"), "--format", "{{json .Image}}"]);
    let image: serde_json::Value = serde_json::from_str(&text).unwrap();
    let image =
        if image.get("config").is_some() { &image } else { image.as_object().unwrap().values().next().unwrap() };
    let config = &image["config"];
    assert_eq!(config["Labels"]["moby.buildkit.frontend.network.none"], "true");
    assert_eq!(config["Labels"]["moby.buildkit.frontend.caps"], "moby.buildkit.frontend.contexts");
    assert_eq!(config["Entrypoint"], serde_json::json!(["/slipway"]));
    assert_eq!(config["User"], "65532:65532");
    assert_eq!(image["rootfs"]["diff_ids"].as_array().unwrap().len(), 1, "one layer");
}
