//! Programs and applications at other paths than the default ones, and several programs in one image.

use slipway_tests::{Build, Loaded, Outcome, Project, run};

/// What an image prints, whose root file system is read-only.
fn says(image: &Loaded, options: &[&str]) -> String {
    run([&["--read-only"], options, &[image.tag.as_str()]].concat()).trim().to_owned()
}

fn built(project: &Project, name: &str) -> (Loaded, Outcome) {
    let image = Loaded::new(name);
    let outcome = Build::of(project).args(image.arguments()).succeed();
    (image, outcome)
}

#[test]
fn two_go_programs_are_compiled_by_one_step_and_both_run() {
    let main =
        |text: &str| format!("package main\n\nimport \"os\"\n\nfunc main() {{ os.Stdout.WriteString(\"{text}\") }}\n");
    // Without `distro`, other tests use the newest release of Debian.
    let spec = "distro: bookworm\nimages: { x: { go: { main: [., ./cmd/worker], destination: /opt/bin/ } } }\n";
    let project = Project::go(spec)
        .with("go.mod", "module example.com/server\n\ngo 1.24\n")
        .with("main.go", &main("server"))
        .with("cmd/worker/main.go", &main("worker"));
    let (image, outcome) = built(&project, "two-go-programs");
    assert_eq!(outcome.steps("go build . ./cmd/worker").len(), 1);
    for image in ["golang:1.24-bookworm", "gcr.io/distroless/static-debian12:nonroot"] {
        assert!(!outcome.steps(image).is_empty(), "{image}");
    }
    assert_eq!(says(&image, &[]), "server");
    assert_eq!(says(&image, &["--entrypoint", "/opt/bin/worker"]), "worker");
}

#[test]
fn two_rust_programs_are_compiled_by_one_step_and_both_run() {
    let main = |text: &str| format!("fn main() {{ println!(\"{text}\"); }}\n");
    let project =
        Project::spec("images: { x: { rust: { rust: '1', bin: [server, worker], destination: /usr/local/bin/ } } }\n")
            .with("Cargo.toml", "[package]\nname = \"shop\"\nversion = \"1.0.0\"\nedition = \"2021\"\n")
            .with("Cargo.lock", "version = 3\n\n[[package]]\nname = \"shop\"\nversion = \"1.0.0\"\n")
            .with("src/bin/server.rs", &main("server"))
            .with("src/bin/worker.rs", &main("worker"));
    let (image, outcome) = built(&project, "two-rust-programs");
    assert_eq!(outcome.steps("cargo build --bin server --bin worker").len(), 1);
    assert_eq!(says(&image, &[]), "server");
    assert_eq!(says(&image, &["--entrypoint", "worker"]), "worker", "it is in the search path");
}

/// The steps have the repository in `/src`, unless that is where the application is.
#[test]
fn a_python_workspace_runs_in_a_folder_of_its_own() {
    let project = Project::example("../tests/e2e/python_repository/uv");
    let spec = "images: { x: { python: { source: ./svc, destination: /src/shop }, cmd: [svc] } }\n";
    project.write("slipway.yaml", &format!("# syntax={}\n{spec}", slipway_tests::SYNTAX));
    let (image, _) = built(&project, "python-destination");
    assert_eq!(says(&image, &[]), "42 3.2.1 tiny # First 0.3 hello");
    let config = image.inspect();
    assert_eq!(config["Config"]["WorkingDir"], "/src/shop");
    // The interpreter that the first line of a program names is the one of the environment.
    let script = "head -n 1 .venv/bin/svc && .venv/bin/python3 -c 'import sys; print(sys.prefix)'";
    let said = run(["--read-only", "--entrypoint", "sh", &image.tag, "-c", script]);
    assert_eq!(said, "#!/src/shop/.venv/bin/python3\n/src/shop/.venv\n");
}
