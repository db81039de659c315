//! Where the spec comes from: a folder, the standard input, the web, or a file with the name of a Dockerfile; and what
//! names its frontend.

use slipway_tests::{Build, Folder, Project, SYNTAX, serve, variable};

/// A spec that ships its context.
fn everything(syntax: &str) -> String {
    format!("# syntax={syntax}\nimages: {{ all: {{ files: {{ /x: ./ }} }} }}\n")
}

fn shipped(build: Build) -> Vec<String> {
    Folder::of(build.target("all")).0.files()
}

#[test]
fn the_spec_is_in_a_folder_on_the_standard_input_or_on_the_web() {
    let project = Project::empty()
        .with("a.txt", "")
        .with("b.md", "")
        .with("sub/build.yaml", &everything(SYNTAX))
        .with("sub/build.yaml.dockerignore", "sub\n.dockerignore\n")
        .with(".dockerignore", "*.md\nsub\n.dockerignore\n");
    let context = project.path().display().to_string();
    let of = |file: &str| Build::elsewhere(file, &context);
    let spec = project.file("sub/build.yaml");
    // A spec has its own ignore file beside it.
    assert_eq!(shipped(of(&spec.display().to_string())), ["x/a.txt", "x/b.md"]);
    assert_eq!(shipped(of("-").stdin(&spec)), ["x/a.txt"]);
    assert_eq!(shipped(of(&format!("{}/build.yaml", serve(&everything(SYNTAX))))), ["x/a.txt"]);
    let missing = of(&project.file("nope.yaml").display().to_string()).fail();
    assert!(missing.message.contains("nope.yaml: no such file or directory"), "{}", missing.message);
}

#[test]
fn the_spec_has_the_name_of_a_dockerfile_or_comes_alone() {
    let project = Project::empty()
        .with("a.txt", "")
        .with(".dockerignore", "*ockerfile\n.dockerignore\n")
        .with("Dockerfile", &everything(SYNTAX));
    let of = || Build::unnamed(&project.path().display().to_string());
    assert_eq!(shipped(of()), ["x/a.txt"]);
    std::fs::rename(project.file("Dockerfile"), project.file("dockerfile")).unwrap();
    assert_eq!(shipped(of()), ["x/a.txt"]);
    project.write(
        "alone.yaml",
        &format!(
            "# syntax={SYNTAX}\nstages: {{ s: {{ from: scratch, steps: [{{ file: {{ path: /a, content: hello }} }}] }} }}\n\
             images: {{ all: {{ files: {{ /a: \"s:/a\" }} }} }}\n"
        ),
    );
    assert_eq!(shipped(Build::unnamed("-").stdin(&project.file("alone.yaml"))), ["a"]);
}

#[test]
fn the_first_line_or_an_argument_names_the_frontend() {
    let frontend = variable("SLIPWAY_FRONTEND");
    let project = Project::empty().with("slipway.yaml", &everything(&frontend)).with(".dockerignore", "*\n!a.txt\n");
    project.write("a.txt", "");
    assert_eq!(shipped(Build::of(&project)), ["x/a.txt"]);
    let named = ["--build-arg".to_owned(), format!("BUILDKIT_SYNTAX={frontend}")];
    project.write("slipway.yaml", "images: { all: { files: { /x: ./ } } }\n");
    assert_eq!(shipped(Build::of(&project).args(&named)), ["x/a.txt"]);
    project.write("Dockerfile", "FROM busybox:1.37\nRUN true\n");
    let refused = Build::dockerfile(&project, "Dockerfile").args(&named).fail();
    assert!(refused.message.contains("looks like a Dockerfile"), "{}", refused.message);
}
