//! The Debian release of toolchains and bases, and other images of toolchains.

use crate::support::{Memory, go_project, make, request};
use slipway_plan::{ImageOrigin, Plan, StepKind};

fn planned(project: &Memory, spec: &str) -> Result<Plan, String> {
    make(project, spec, None, "linux/amd64", &request())
}

/// The images of a plan, in the order of its steps.
fn images(project: &Memory, spec: &str) -> Vec<String> {
    let plan = planned(project, spec).unwrap();
    let image = |step: &StepKind| match step {
        StepKind::Base { image, .. } if image.origin != ImageOrigin::Scratch => Some(image.name.clone()),
        _ => None,
    };
    plan.steps.iter().filter_map(|(_, step)| image(&step.kind)).collect()
}

fn project(files: &[(&'static str, &'static str)]) -> Memory {
    Memory { files: files.iter().copied().collect(), ..Memory::default() }
}

fn python() -> Memory {
    project(&[("requirements.txt", ""), ("main.py", "")])
}

fn node() -> Memory {
    project(&[("package.json", "{}"), ("server.js", "")])
}

fn rust() -> Memory {
    project(&[
        ("Cargo.toml", "[package]\nname = 'edge'\nrust-version = '1.90'\n"),
        ("Cargo.lock", ""),
        ("src/main.rs", ""),
    ])
}

#[test]
fn the_default_is_the_newest_release_that_the_toolchain_has() {
    for (project, build, expected) in [
        (go_project(), "go: ./cmd/api", ["golang:1.24-trixie", "gcr.io/distroless/static-debian13:nonroot"]),
        (
            go_project(),
            "go: { main: ./cmd/api, go: 1.24.2 }",
            ["golang:1.24.2-bookworm", "gcr.io/distroless/static-debian12:nonroot"],
        ),
        (rust(), "rust: .", ["rust:1.90-trixie", "gcr.io/distroless/cc-debian13:nonroot"]),
        (node(), "node: { node: '22.9.0' }, cmd: [server.js]", ["gcr.io/distroless/nodejs22-debian12:nonroot", ""]),
    ] {
        let found = images(&project, &format!("images: {{ x: {{ {build} }} }}"));
        assert_eq!(found, expected.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>(), "{build}");
    }
    // Programs that are compiled on one release have another place in the cache than on another.
    let cache = |distro: &str| {
        let plan = planned(&rust(), &format!("images: {{ x: {{ rust: {{ distro: {distro} }} }} }}")).unwrap();
        crate::support::print(&plan).contains(&format!("cache slipway/cargo-target/edge/linux/amd64/1.90-{distro} "))
    };
    assert!(cache("trixie") && cache("bookworm"));
}

#[test]
fn the_nearest_key_names_the_release() {
    let go = |file: &str, build: &str, image: &str| {
        let spec = format!("{file}images: {{ x: {{ go: {{ main: ./cmd/api{build} }}, runtime: slim{image} }} }}");
        images(&go_project(), &spec)
    };
    let on = |toolchain: &str, base: &str| [format!("golang:1.24-{toolchain}"), format!("debian:{base}-slim")];
    assert_eq!(go("distro: bookworm\n", "", ""), on("bookworm", "bookworm"));
    assert_eq!(go("distro: bookworm\n", ", distro: trixie", ""), on("trixie", "trixie"));
    assert_eq!(go("distro: bookworm\n", "", ", distro: trixie"), on("trixie", "trixie"));
    assert_eq!(go("", ", distro: bookworm", ", distro: trixie"), on("bookworm", "trixie"));
    assert_eq!(go("", "", ", distro: bullseye"), on("bullseye", "bullseye"));
    let inherited =
        "distro: trixie\ndefaults: { distro: bookworm }\nimages: { x: { files: { /a: ./go.mod }, runtime: slim } }";
    assert_eq!(images(&go_project(), inherited), ["debian:bookworm-slim"]);
    let shared = "builds: { b: { preset: go, main: ./cmd/api } }\nimages:\n  x: { build: b, distro: bookworm, runtime: slim }\n  y: { build: b, files: { /other: 'x:/api' } }\ndefault: y\n";
    let both = images(&go_project(), shared);
    assert!(
        both.contains(&"golang:1.24-bookworm".to_owned()) && both.contains(&"golang:1.24-trixie".to_owned()),
        "{both:?}"
    );
}

#[test]
fn a_distroless_python_decides_on_the_release() {
    let python_on = |version: &str, more: &str| {
        let spec = format!(
            "images: {{ x: {{ python: {{ python: '{version}'{more} }}, cmd: [main.py], runtime: distroless }} }}"
        );
        images(&python(), &spec)
    };
    let expected = ["python:3.11-slim-bookworm", "gcr.io/distroless/python3-debian12:nonroot"];
    assert_eq!(python_on("3.11", ""), expected);
    let expected = ["python:3.13-slim-trixie", "gcr.io/distroless/python3-debian13:nonroot"];
    assert_eq!(python_on("3.13", ""), expected);
}

#[test]
fn another_image_of_the_toolchain() {
    let spec = "images: { x: { go: { main: ./cmd/api, image: 'golang:1.26-alpine' } } }";
    assert_eq!(images(&go_project(), spec), ["golang:1.26-alpine", "gcr.io/distroless/static-debian13:nonroot"]);
    let plan = planned(&go_project(), spec).unwrap();
    assert!(crate::support::print(&plan).contains("/linux/amd64/golang-1.26-alpine "));
    let corp = "images: { x: { python: { python: '3.13', image: 'corp.example/py@sha256:0000000000000000000000000000000000000000000000000000000000000000' }, cmd: [main.py] } }";
    // The environment needs the Python that it was made with.
    assert_eq!(
        images(&python(), corp),
        [
            "corp.example/py@sha256:0000000000000000000000000000000000000000000000000000000000000000",
            "corp.example/py@sha256:0000000000000000000000000000000000000000000000000000000000000000"
        ]
    );
    let java = project(&[(
        "pom.xml",
        "<project><properties><maven.compiler.release>21</maven.compiler.release></properties></project>",
    )]);
    let spec = "images: { x: { java: { image: 'corp.example/maven:3' } } }";
    assert_eq!(images(&java, spec), ["corp.example/maven:3", "gcr.io/distroless/java21-debian13:nonroot"]);
}

#[test]
fn releases_and_images_that_do_not_fit_are_refused() {
    let said = |project: &Memory, spec: &str| planned(project, spec).unwrap_err();
    for (project, spec, expected) in [
        (
            go_project(),
            "distro: bullseye\nimages: { x: { go: { main: ./cmd/api, go: '1.25' } } }",
            "slipway.yaml:1:9: there is no image of Go 1.25 on `bullseye`, only on `trixie` and `bookworm`; name one of these, or another version of Go",
        ),
        (
            go_project(),
            "images: { x: { go: { main: ./cmd/api, distro: bullseye } } }",
            "slipway.yaml:1:47: the runtime `static` of this build has no image on `bullseye`, only on `bookworm` and `trixie`; write one of these as `distro` of the image, or name an image in `runtime`",
        ),
        (
            python(),
            "images: { x: { python: { python: '3.11', distro: trixie }, runtime: distroless, cmd: [main.py] } }",
            "slipway.yaml:1:50: the runtime `distroless` of this build has no image on `trixie`, only on `bookworm`; write one of these as `distro` of the image, or name an image in `runtime`",
        ),
        (
            node(),
            "images: { x: { node: { image: 'node:24-alpine' }, cmd: [server.js] } }",
            "slipway.yaml:1:31: steps of the node preset need GNU tools, which `node:24-alpine` does not have; name an image on Debian; `runtime` may name another base for the image",
        ),
        (
            go_project(),
            "images: { x: { static: { image: 'debian:13' } } }",
            "slipway.yaml:1:33: a static build runs nothing, so `image` has no effect; delete the key, or create the files in a stage and name it: `source: \"stage:/path\"`",
        ),
    ] {
        assert_eq!(said(&project, spec), expected);
    }
    let mut missing = go_project();
    missing.missing_images.insert("corp.example/go:1");
    assert_eq!(
        said(&missing, "images: { x: { go: { main: ./cmd/api, image: 'corp.example/go:1' } } }"),
        "slipway.yaml:1:46: cannot get the image `corp.example/go:1` for Go 1: not found; check the version, or name another image: `image: …` in the build, or `--build-context corp.example/go:1=docker-image://…`"
    );
}

/// A program that is linked with a later C library than that of its base may lack symbols there.
#[test]
fn an_older_base_than_the_toolchain_is_found() {
    let lack = |keys: &str| {
        let spec = format!("images: {{ x: {{ go: {{ main: ./cmd/api, cgo: true }}, {keys} }} }}");
        planned(&go_project(), &spec)
            .unwrap()
            .contents
            .unwrap()
            .lack
            .map(|lack| format!("{}; {}", lack.what, lack.help))
    };
    let expected = "its GNU C library is that of `bookworm`, and programs of this build are linked with the later one of `trixie`; write `distro: bookworm` to the build, or use a base on `trixie`";
    for base in ["debian:bookworm-slim", "debian:12", "node:24-bookworm-slim", "gcr.io/distroless/cc-debian12"] {
        assert_eq!(lack(&format!("runtime: '{base}'")).as_deref(), Some(expected), "{base}");
    }
    for keys in
        ["runtime: slim", "runtime: 'debian:13'", "runtime: slim, distro: bookworm", "runtime: 'debian:stable-slim'"]
    {
        assert_eq!(lack(keys), None, "{keys}");
    }
}
