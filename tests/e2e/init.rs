//! `--call=slipway.init` as a new user asks for it: in a repository with Dockerfiles, and in an empty folder. What it
//! writes builds, and the images run.

use std::process::{Command, Stdio};

use slipway_tests::{Build, Container, Loaded, Project, contexts, output, unique, variable};

const GO: &str = r#"package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "MARK ", os.Getenv("LEVEL"), os.Args[1:])
	})
	panic(http.ListenAndServe(":8080", nil))
}
"#;

const DOCKERFILE: &str = "\
FROM golang:1.24 AS build
WORKDIR /src
COPY . .
RUN go build -o /orders ./cmd/orders
FROM scratch
COPY --from=build /orders /orders
ENV LEVEL=info
EXPOSE 8080
ENTRYPOINT [\"/orders\"]
CMD [\"--from\", \"dockerfile\"]
";

const PAGE: &str = "\
FROM busybox:1.37
COPY index.html /www/
USER 1000
EXPOSE 8080
CMD [\"httpd\", \"-f\", \"-p\", \"8080\", \"-h\", \"/www\"]
";

/// Asks for a spec as the documentation does, without naming any file; the status, standard output and standard error.
fn init(project: &Project) -> (bool, String, String) {
    let mut command = Command::new("docker");
    command
        .args(["buildx", "build", "--call", "slipway.init", "--build-arg"])
        .arg(format!("BUILDKIT_SYNTAX={}", variable("SLIPWAY_FRONTEND")))
        .args(contexts())
        .arg(project.path())
        .stdin(Stdio::null());
    let said = output(&mut command);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (said.status.success(), text(said.stdout), text(said.stderr))
}

#[test]
fn a_repository_with_dockerfiles_gets_a_spec_whose_images_run() {
    let mark = unique("orders");
    let project = Project::empty()
        .with("go.mod", "module example.com/shop\n\ngo 1.24\n")
        .with("cmd/orders/main.go", &GO.replace("MARK", &mark))
        .with("Dockerfile", DOCKERFILE)
        .with("page/Dockerfile", PAGE)
        .with("page/index.html", &mark)
        .with(".dockerignore", "**/Dockerfile\n")
        // A shell makes the file before anything runs.
        .with("slipway.yaml", "");
    let (success, text, errors) = init(&project);
    assert!(success, "{errors}");
    // BuildKit reads the syntax line only if it is the first one.
    let syntax = format!("# syntax={}\n", variable("SLIPWAY_FRONTEND"));
    assert!(text.starts_with(&syntax), "{text}");
    let expected = "  orders:
    go: ./cmd/orders
    cmd: [--from, dockerfile]
    env: { LEVEL: info }
    expose: [8080]
";
    assert!(text.contains(expected), "{text}");
    assert!(text.contains("  page:\n    dockerfile: ./page/Dockerfile\n    context: ./page\n"), "{text}");
    project.write("slipway.yaml", &text);
    for (target, path, answer) in
        [("orders", "/healthz", format!("{mark} info[--from dockerfile]")), ("page", "/index.html", mark.clone())]
    {
        let image = Loaded::new(&format!("init-{target}"));
        let _ = Build::of(&project).target(target).args(image.arguments()).succeed();
        let container = Container::run(&image.tag, 8080, &["--read-only"]);
        let (status, body) = container.get(path);
        assert_eq!((status, body.trim()), (200, answer.as_str()), "{}", container.logs());
    }
    let (success, _, errors) = init(&project);
    assert!(!success && errors.contains("there is a `slipway.yaml` already"), "{errors}");
}

#[test]
fn an_empty_folder_has_one_sentence() {
    let (success, _, errors) = init(&Project::empty());
    assert!(!success && errors.contains("there is nothing that a preset or a Dockerfile could build"), "{errors}");
}
