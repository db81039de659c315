//! Frontends of platform teams: an image with a policy, made from the frontend's image.

use slipway_tests::{Build, Loaded, Project, SYNTAX, ask, docker, unique, variable};

/// A frontend image with a policy; removed when it goes out of scope.
struct Frontend(String);

impl Frontend {
    fn with(policy: &str) -> Self {
        let project = Project::empty()
            .with("Dockerfile", "FROM upstream\nCOPY org.yaml /etc/slipway/org.yaml\n")
            .with("org.yaml", policy);
        let registry = std::env::var("SLIPWAY_REGISTRY").ok().filter(|registry| !registry.is_empty());
        let name = match &registry {
            Some(registry) => format!("{registry}/{}", unique("frontend")),
            None => unique("frontend"),
        };
        let upstream = format!("upstream=docker-image://{}", variable("SLIPWAY_FRONTEND"));
        let to = if registry.is_some() { "--push" } else { "--load" };
        let _ = Build::dockerfile(&project, "Dockerfile")
            .args(["--build-context", &upstream, "--tag", &name, to])
            .succeed();
        Self(name)
    }

    /// A build with this frontend.
    fn build(&self, project: &Project) -> Build {
        Build::of(project).args(["--build-context", &format!("{SYNTAX}=docker-image://{}", self.0)])
    }
}

impl Drop for Frontend {
    fn drop(&mut self) {
        if std::env::var("SLIPWAY_REGISTRY").is_err() {
            docker(["image", "rm", &self.0]);
        }
    }
}

/// The repository of busybox on this machine: its public one, or that of its stand-in.
fn busybox() -> String {
    let contexts = std::env::var("SLIPWAY_CONTEXTS").unwrap_or_default();
    let stand_in = contexts.lines().find_map(|line| line.strip_prefix("busybox:1.37=docker-image://"));
    stand_in.unwrap_or("docker.io/library/busybox:1.37").trim_end_matches(":1.37").to_owned()
}

#[test]
fn a_policy_applies_to_every_spec_of_a_frontend() {
    let busybox = busybox();
    let frontend = Frontend::with(&format!(
        "defaults:
  metadata: {{ vendor: Acme }}
policy:
  contact: \"#platform\"
  images: {{ \"house.example.com/*\": \"{folder}/*\" }}
  registries: [\"{busybox}\"]
  required_metadata: [vendor, title]
  forbid: {{ image: [user] }}
",
        folder = busybox.trim_end_matches("/busybox"),
    ));
    let app = |keys: &str| {
        let spec = format!("images:\n  app:\n    files: {{ /text: ./text }}\n    cmd: [cat, /text]\n{keys}");
        Project::spec(&spec).with("text", "hello from the house")
    };
    let image = Loaded::new("policy");
    let fine = app("    runtime: house.example.com/busybox:1.37\n    metadata: { title: App }\n");
    let _ = frontend.build(&fine).args(image.arguments()).succeed();
    let labels = &image.inspect()["Config"]["Labels"];
    assert_eq!(labels["org.opencontainers.image.vendor"], "Acme");
    assert_eq!(slipway_tests::run([&image.tag]), "hello from the house");
    // A label of the command line counts, too.
    let given = app("    runtime: house.example.com/busybox:1.37\n");
    let _ = frontend.build(&given).args(["--label", "org.opencontainers.image.title=App"]).succeed();

    for (keys, place, words) in [
        ("    runtime: house.example.com/busybox:1.37\n", "slipway.yaml:3", "has no `metadata.title`"),
        (
            "    runtime: quay.example.com/x:1\n    metadata: { title: App }\n",
            "slipway.yaml:6",
            "does not allow the image `quay.example.com/x:1`",
        ),
        (
            "    runtime: house.example.com/busybox:1.37\n    metadata: { title: App }\n    user: root\n",
            "slipway.yaml:8",
            "forbids `user` in an image",
        ),
    ] {
        let said = frontend.build(&app(keys)).fail().message;
        assert!(said.contains(place) && said.contains(words) && said.contains("ask #platform"), "{keys}\n{said}");
        assert!(said.contains("/etc/slipway/org.yaml:"), "{said}");
    }
    let adopted = Project::spec(
        "stages: { old: { dockerfile: ./old/Dockerfile, args: { TAG: '1.37' } } }\nimages: { app: { files: { /x: \
         \"old:/made\" }, metadata: { title: App } } }",
    )
    .with(
        "old/Dockerfile",
        "ARG TAG\nFROM house.example.com/busybox:${TAG} AS made\nRUN echo made >/made\nFROM made\n",
    );
    let _ = frontend.build(&adopted).succeed();
    let adopted = Project::spec(
        "stages: { old: { dockerfile: ./old/Dockerfile } }\nimages: { app: { files: { /x: \"old:/etc/hostname\" }, \
         metadata: { title: App } } }",
    )
    .with("old/Dockerfile", "FROM node:24-trixie-slim\n");
    let said = frontend.build(&adopted).fail().message;
    assert!(said.contains("slipway.yaml:2") && said.contains("does not allow the image"), "{said}");
}

#[test]
fn a_wrong_policy_fails_every_build() {
    let frontend = Frontend::with("policy: { rules: { RotUser: error } }\n");
    let project = Project::spec("images: { app: { files: { /text: ./text } } }").with("text", "x");
    let said = frontend.build(&project).fail().message;
    assert!(said.contains("/etc/slipway/org.yaml:1:20") && said.contains("there is no rule `RotUser`"), "{said}");
}

#[test]
fn findings_link_to_the_pages_that_a_policy_names() {
    let frontend = Frontend::with("policy: { rule_docs: \"https://docs.example.com/rules/*.html\" }\n");
    let project = Project::spec("images: { app: { files: { /text: ./text }, user: '0' } }").with("text", "x");
    let syntax = format!("{SYNTAX}=docker-image://{}", frontend.0);
    let (status, said) = ask(&project, &["--check", "--build-context", &syntax]);
    assert_eq!(status, 1, "{said}");
    // buildx prints it behind the name of the rule.
    assert!(said.contains("RootUser - https://docs.example.com/rules/RootUser.html"), "{said}");
}
