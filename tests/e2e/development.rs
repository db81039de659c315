//! Images for development: a running container sees a change of its sources, without the network, and stops at once.

use std::time::{Duration, Instant};

use slipway_tests::{Build, Compose, Container, Loaded, Project, ask, docker};

/// Builds the variant for development, and runs it without the network.
fn develop(project: &Project) -> (Loaded, Container) {
    let image = Loaded::new("development");
    let _ = Build::of(project).target("app/dev").args(image.arguments()).succeed();
    let container = Container::offline(&image.tag, &["--cap-drop", "ALL"]);
    (image, container)
}

/// Waits until a container says something.
fn wait_for(container: &Container, text: &str) {
    let start = Instant::now();
    while !container.logs().contains(text) {
        assert!(start.elapsed() < Duration::from_secs(240), "{}", container.logs());
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Changes a file, as `docker compose watch` copies it, by the user of the image.
fn change(container: &Container, file: &str) {
    docker(["exec", container.name(), "sed", "-i", "s/first/second/", file]);
}

/// Restarts a container, as `docker compose watch` does. Its program has no handler for signals.
fn restart(container: &Container) {
    let start = Instant::now();
    docker(["restart", "--time", "60", container.name()]);
    assert!(start.elapsed() < Duration::from_secs(50), "it was killed after {:?}", start.elapsed());
}

#[test]
fn a_changed_file_of_node_restarts_its_program() {
    let program = "require('http').createServer().listen(8080);\nconsole.log('first', process.env.NODE_ENV);\n";
    let project = Project::spec("images: { app: { node: ., cmd: [main.js], variants: { dev: {} } } }\n")
        .with("package.json", r#"{"engines":{"node":"24"}}"#)
        .with("main.js", program);
    let (_image, container) = develop(&project);
    wait_for(&container, "first development");
    change(&container, "main.js");
    wait_for(&container, "second development");
    restart(&container);
}

#[test]
fn compose_copies_a_changed_file_and_builds_again_after_a_changed_manifest() {
    let program = "require('http').createServer().listen(8080);\nconst { version } = require('./package.json');\n\
                   console.log('first', process.env.NODE_ENV, version);\n";
    let package = r#"{"version":"1.0.0","engines":{"node":"24"}}"#;
    let project = Project::spec("images: { app: { node: ., cmd: [main.js], variants: { dev: {} } } }\n")
        .with("package.json", package)
        .with("main.js", program);
    let (status, file) = ask(&project, &["--call=compose"]);
    assert_eq!(status, 0, "{file}");
    project.write("compose.yaml", file.trim_start());
    let mut compose = Compose::of(&project, &["compose.yaml"]).with("COMPOSE_PROFILES", "dev");
    let _ = compose.load(&["app-dev"]);
    let watch = compose.watch("app-dev");
    let wait_for = |text: &str| {
        let start = Instant::now();
        while !compose.logs().contains(text) {
            let late = start.elapsed() > Duration::from_secs(240);
            assert!(!late, "{text}: {}\n{}\n{}", compose.logs(), watch.stdout(), watch.stderr());
            std::thread::sleep(Duration::from_millis(200));
        }
    };
    wait_for("first development 1.0.0");
    project.replace("main.js", "first", "second");
    wait_for("second development 1.0.0");
    project.replace("package.json", "1.0.0", "2.0.0");
    wait_for("second development 2.0.0");
}

#[test]
fn rust_compiles_what_has_changed_when_it_starts_again() {
    let spec = "images: { app: { rust: ., cmd: [\"80\"], variants: { dev: {} } } }\n";
    let program = "fn main() {\n    println!(\"first {}\", itoa::Buffer::new().format(std::env::args().count()));\n    std::thread::sleep(std::time::Duration::from_secs(100));\n}\n";
    let project = Project::spec(spec)
        .with("Cargo.toml", "[package]\nname = \"app\"\nversion = \"1.0.0\"\nedition = \"2021\"\n\n[dependencies]\nitoa = \"=1.0.15\"\n")
        .with(
            "Cargo.lock",
            "version = 3\n\n[[package]]\nname = \"app\"\nversion = \"1.0.0\"\ndependencies = [\"itoa\"]\n\n[[package]]\nname = \"itoa\"\nversion = \"1.0.15\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"4a5f13b858c8d314ee3e8f639011f7ccefe71f97f96e50151fb991f267928e2c\"\n",
        )
        .with("src/main.rs", program);
    let (_image, container) = develop(&project);
    wait_for(&container, "first 2");
    change(&container, "src/main.rs");
    restart(&container);
    wait_for(&container, "second 2");
}

#[test]
#[ignore = "compiles Go's own packages when it starts, which takes most of a minute; run it with --ignored"]
fn go_compiles_what_has_changed_when_it_starts_again() {
    let project = Project::go("images: { app: { go: ., cmd: [serve], variants: { dev: {} } } }\n");
    let program = "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\t\"time\"\n)\n\nfunc main() {\n\tfmt.Println(\"first\", os.Args[1])\n\ttime.Sleep(100 * time.Second)\n}\n";
    project.write("main.go", program);
    let (_image, container) = develop(&project);
    wait_for(&container, "first serve");
    change(&container, "main.go");
    restart(&container);
    wait_for(&container, "second serve");
}

#[test]
#[ignore = "Maven builds the program twice, and on a cold cache downloads its plugins; run it with --ignored"]
fn java_builds_what_has_changed_when_it_starts_again() {
    let project = Project::example("java-workspace");
    let image = "orders: { build: { from: store, module: services/orders }";
    let keys = "entrypoint: [java, -jar, app.jar], cmd: [Orders], variants: { dev: {} }";
    project.replace("slipway.yaml", image, &format!("{}, {keys}", image.replacen("orders", "app", 1)));
    let main = "services/orders/src/main/java/com/example/store/orders/Main.java";
    project.replace(main, "start(\"orders\"", "start(args[0]");
    let other = "libs/common/src/main/java/com/example/store/common/Service.java";
    project.replace(other, "{} listens", "{} first listens");
    let (_image, container) = develop(&project);
    wait_for(&container, "Orders first listens");
    // A module that the program needs.
    change(&container, &format!("/src/{other}"));
    restart(&container);
    wait_for(&container, "Orders second listens");
}
