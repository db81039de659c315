//! A Go monorepo with five services: the inputs of each, and the steps that run after an edit.

use std::collections::BTreeSet;

use slipway_tests::{Bake, Build, Container, Loaded, OciArchive, Outcome, Project, alone, temporary_file, unique};

const SERVICES: &[&str] = &["gateway", "orders", "billing", "notifier", "reporter"];

fn workspace() -> Project {
    Project::example("go-workspace").with_own_modules()
}

fn bake(project: &Project) -> Outcome {
    Bake::of(project, SERVICES).args(["--set", "*.platform=linux/amd64"]).succeed()
}

/// The steps that ran, unordered; joining layers does not count, and not every engine reports it.
fn executed(outcome: &Outcome) -> BTreeSet<String> {
    outcome.executed().into_iter().filter(|name| !name.ends_with("] assemble")).map(str::to_owned).collect()
}

/// The steps that run when the sources of a service change.
fn compiling(service: &str) -> [String; 3] {
    [
        format!("[{service} sources] COPY packages of ./cmd/{service}"),
        format!("[{service} build] go build ./cmd/{service}"),
        format!("[{service}] COPY /{service}"),
    ]
}

fn compiling_all(services: &[&str]) -> BTreeSet<String> {
    services.iter().flat_map(|service| compiling(service)).collect()
}

#[test]
fn a_service_responds_as_a_non_root_user() {
    let project = workspace();
    let image = Loaded::new("billing");
    let _ = Build::of(&project).target("billing").args(["--platform", "linux/amd64"]).args(image.arguments()).succeed();
    assert_eq!(image.inspect()["Config"]["User"], "65532:65532");
    let container = Container::run(&image.tag, 8080, &["--read-only", "--cap-drop", "ALL"]);
    assert_eq!(container.get("/invoices/1990"), (200, "to pay: EUR 19.90\n".to_owned()));
    assert_eq!(container.get("/healthz").0, 200);
    assert_eq!(container.stop(), 0, "it stops on request");
}

#[test]
fn services_are_compiled_for_other_platforms_without_emulation() {
    let project = workspace();
    let archive = temporary_file();
    let outcome = Build::of(&project)
        .target("reporter")
        .args(["--platform", "linux/amd64,linux/arm64"])
        .args(OciArchive::at(archive.path()))
        .succeed();
    assert!(outcome.warnings.is_empty(), "{:?}", outcome.warnings);
    assert_eq!(outcome.steps("go mod download").len(), 1, "modules are the same for both");
    assert_eq!(outcome.steps("go build ./cmd/reporter").len(), 2);
    let machines: Vec<_> = OciArchive::read(archive.path())
        .images()
        .iter()
        .map(|image| {
            let program = image.layers.last().unwrap().iter().find(|file| file.path == "reporter").unwrap();
            assert_eq!(&program.contents[..4], b"\x7fELF");
            (image.platform.clone(), u16::from_le_bytes([program.contents[18], program.contents[19]]))
        })
        .collect();
    // `e_machine` of the ELF header: x86-64 and AArch64.
    assert_eq!(machines, [("linux/amd64".to_owned(), 62), ("linux/arm64".to_owned(), 183)]);
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn an_edit_runs_the_steps_of_its_importers() {
        let _alone = alone();
        let project = workspace();
        let first = bake(&project);
        assert_eq!(first.steps("go build ./cmd/").len(), SERVICES.len());
        assert!(!first.is_cached("go mod download"));
        assert_eq!(executed(&bake(&project)), BTreeSet::new(), "a second bake runs no step");

        // A text that is unique to this run of the tests.
        let text = unique("text");
        project.replace("cmd/orders/main.go", "order %s for", &format!("order {text} %s for"));
        assert_eq!(executed(&bake(&project)), compiling_all(&["orders"]), "one service");

        project.replace("internal/money/money.go", "\"%s %.2f\"", &format!("\"{text} %s %.2f\""));
        assert_eq!(executed(&bake(&project)), compiling_all(&["orders", "billing"]), "code that two services share");

        project.replace("internal/service/service.go", "\"ready\"", &format!("\"{text}\""));
        assert_eq!(executed(&bake(&project)), compiling_all(SERVICES), "code that all services share");

        project.replace("cmd/reporter/pages/report.html", "<h1>", &format!("<h1 id=\"{text}\">"));
        assert_eq!(executed(&bake(&project)), compiling_all(&["reporter"]), "an embedded file");

        project.write("README.md", &text);
        project.write("internal/service/service_test.go", &format!("package service\n\n// {text}\n"));
        project.write("internal/unused/unused.go", &format!("package unused\n\n// {text}\n"));
        assert_eq!(executed(&bake(&project)), BTreeSet::new(), "files that are not part of any program");

        project.write("internal/money/more.go", &format!("package money\n\nconst Text = \"{text}\"\n"));
        assert_eq!(executed(&bake(&project)), compiling_all(&["orders", "billing"]), "a new file of a package");

        project.replace("go.sum", "\n", "\n\n");
        let locked = bake(&project);
        let ran = |step: &str| locked.executed().iter().filter(|name| name.contains(step)).count();
        assert_eq!(ran("go mod download"), 1, "all share modules");
        assert_eq!(ran("compile what is imported from elsewhere"), SERVICES.len(), "{:?}", locked.executed());
        assert_eq!(ran("go build "), 0, "no program needs the line: {:?}", locked.executed());
    }

    #[test]
    fn a_module_of_a_go_work_is_built_with_its_imports() {
        let _alone = alone();
        let project =
            Project::spec("images: { app: { go: { source: ./svc/app } }, other: { go: { source: ./svc/other } } }\n")
                .with("go.work", "go 1.24\n\nuse (\n\t./svc/app\n\t./svc/other\n\t./lib\n)\n")
                .with("svc/app/go.mod", "module example.com/app\n\ngo 1.24\n")
                .with(
                    "svc/app/main.go",
                    "package main\n\nimport \"example.com/lib/text\"\n\nfunc main() { println(text.Text) }\n",
                )
                .with("svc/other/go.mod", "module example.com/other\n\ngo 1.24\n")
                .with("svc/other/main.go", "package main\n\nfunc main() {}\n")
                .with("lib/go.mod", "module example.com/lib\n\ngo 1.24\n")
                .with("lib/text/text.go", &format!("package text\n\nconst Text = \"{}\"\n", unique("text")))
                .with("lib/unused/unused.go", "package unused\n");
        let bake = || Bake::of(&project, &["app", "other"]).succeed();
        let first = bake();
        assert!(first.executed().contains(&"[app build] go build ."), "{:?}", first.executed());
        project.write("lib/unused/unused.go", "package unused\n\nconst X = 1\n");
        assert_eq!(executed(&bake()), BTreeSet::new(), "a package without importers");
        project.write("lib/text/text.go", &format!("package text\n\nconst Text = \"{}\"\n", unique("text")));
        let edited = bake();
        assert!(edited.executed().contains(&"[app build] go build ."), "{:?}", edited.executed());
        assert!(!edited.executed().iter().any(|name| name.contains("other")), "{:?}", edited.executed());
    }
}
