//! The frontend image.

use slipway_tests::{docker, output, variable};

#[test]
fn it_is_one_static_program_and_probes_with_labels() {
    let text = docker(["image", "inspect", &variable("SLIPWAY_FRONTEND")]);
    let images: serde_json::Value = serde_json::from_str(&text).unwrap();
    let config = &images[0]["Config"];
    assert_eq!(config["Labels"]["moby.buildkit.frontend.network.none"], "true");
    assert_eq!(
        config["Labels"]["moby.buildkit.frontend.caps"],
        "moby.buildkit.frontend.contexts,moby.buildkit.frontend.gitquerystring,moby.buildkit.frontend.inputs,\
         moby.buildkit.frontend.subrequests"
    );
    assert_eq!(config["Entrypoint"], serde_json::json!(["/slipway"]));
    // Only root can read how the engine describes this image, which steps need that examine images.
    assert_eq!(config["User"].as_str().unwrap_or_default(), "");
    assert_eq!(images[0]["RootFS"]["Layers"].as_array().unwrap().len(), 2, "one layer each");
    // An image that is in no registry has no compressed layers.
    if std::env::var_os("SLIPWAY_REGISTRY").is_some() {
        let (program, probes) = sizes(&variable("SLIPWAY_FRONTEND"));
        assert!(program <= 3_200_000 && probes <= 7 * 200_000, "{program} and {probes} bytes");
    }
}

/// The compressed sizes of the layers with the program and with the probes.
fn sizes(image: &str) -> (u64, u64) {
    let manifest = docker(["buildx", "imagetools", "inspect", "--raw", image]);
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let sizes: Vec<_> =
        manifest["layers"].as_array().unwrap().iter().map(|layer| layer["size"].as_u64().unwrap()).collect();
    (sizes[1], sizes[0])
}

#[test]
fn started_by_hand_it_explains_itself() {
    let output = output(std::process::Command::new("docker").args(["run", "--rm", &variable("SLIPWAY_FRONTEND")]));
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty(), "standard output is the connection to BuildKit");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("Usage: slipway <COMMAND>"), "{said}");
}
