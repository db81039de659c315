//! The example: built, run and queried.

use slipway_tests::{Build, Container, Loaded, Project, alone, run};

#[test]
fn the_service_responds_runs_as_nonroot_and_stops_on_request() {
    let image = Loaded::new("hello");
    let project = Project::example("hello-go");
    let _ = Build::of(&project).args(image.arguments()).args(["--build-arg", "VERSION=1.2.3"]).succeed();

    let service = Container::run(&image.tag, 8080, &["--read-only", "--cap-drop", "ALL"]);
    assert_eq!(service.get("/healthz"), (200, "ok\n".to_owned()));
    let (status, body) = service.get("/");
    assert_eq!(status, 200);
    assert!(body.starts_with("Hello from version 1.2.3, request "), "{body}");
    assert!(service.logs().contains("as uid 65532"), "{}", service.logs());
    assert_eq!(service.stop(), 0, "SIGTERM reaches the program, which is pid 1");
}

#[test]
fn the_image_has_its_configuration() {
    let image = Loaded::new("config");
    let project = Project::example("hello-go");
    let _ = Build::of(&project)
        .args(image.arguments())
        .args(["--build-arg", "VERSION=7", "--label", "team=shop", "--label", "org.opencontainers.image.version=8"])
        .succeed();
    let image = image.inspect();
    let config = &image["Config"];
    assert_eq!(config["User"], "65532:65532");
    assert_eq!(config["Entrypoint"], serde_json::json!(["/hello"]));
    assert!(config["Cmd"].is_null());
    assert_eq!(config["ExposedPorts"], serde_json::json!({ "8080/tcp": {} }));
    assert_eq!(config["WorkingDir"], "/home/nonroot", "kept from the base");
    let env: Vec<_> = config["Env"].as_array().unwrap().iter().map(|entry| entry.as_str().unwrap()).collect();
    assert!(env.contains(&"GREETING=Hello"), "{env:?}");
    assert!(env.contains(&"SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"), "kept from the base: {env:?}");
    assert_eq!(config["Labels"]["team"], "shop");
    assert_eq!(config["Labels"]["org.opencontainers.image.version"], "8", "the command line takes precedence");
    assert_eq!(image["RootFS"]["Layers"].as_array().unwrap().len(), 2, "the base and the program");
    assert!(image["Size"].as_u64().unwrap() < 20_000_000, "{}", image["Size"]);
}

#[test]
fn another_image_of_the_file_is_another_target() {
    let hello = Loaded::new("target-hello");
    let ping = Loaded::new("target-ping");
    let project = Project::example("hello-go");
    let _ = Build::of(&project).target("hello").args(hello.arguments()).succeed();
    let _ = Build::of(&project).target("ping").args(ping.arguments()).succeed();
    assert_eq!(ping.inspect()["Config"]["Entrypoint"], serde_json::json!(["/ping"]));

    let service = Container::run(&hello.tag, 8080, &[]);
    assert_eq!(service.get("/healthz").0, 200);
    let said = run(["--network", &format!("container:{}", service.name()), &ping.tag]);
    assert_eq!(said, "ping dev: 200 OK\n");
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn an_image_with_only_another_configuration_shares_every_layer() {
        let _alone = alone();
        let project = Project::go(
            "defaults: { labels: { all: yes } }\nimages:\n  api: { go: ., cmd: [serve] }\n  worker: { extends: api, cmd: [work], env: { A: b } }\n",
        );
        let [api, worker] = ["api", "worker"].map(Loaded::new);
        let _ = Build::of(&project).target("api").args(api.arguments()).succeed();
        let second = Build::of(&project).target("worker").args(worker.arguments()).succeed();
        assert_eq!(second.executed(), [] as [&str; 0], "nothing is built for it");
        let [api, worker] = [api.inspect(), worker.inspect()];
        assert_eq!(api["RootFS"]["Layers"], worker["RootFS"]["Layers"]);
        assert_eq!(worker["Config"]["Cmd"], serde_json::json!(["work"]));
        assert_eq!(worker["Config"]["Labels"]["all"], "yes");
    }
}
