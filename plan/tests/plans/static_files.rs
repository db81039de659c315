//! The static preset: unchanged files of the context or of another build.

use crate::support::{Memory, go_project, make, print, refusal, request};

fn site() -> Memory {
    let mut project = go_project();
    project.files.insert("public/index.html", "<h1>hello</h1>\n");
    project.files.insert("legal/terms.html", "<h1>terms</h1>\n");
    project
}

#[test]
fn a_folder_of_the_context() {
    let spec = "\
builds:
  site:
    preset: static
    source: { path: ./public, exclude: ['**/*.map'] }
    inputs: { ./public/legal: ./legal }
images:
  site:
    build: site
    runtime: nginx:1.29
    extends: base
  base: { static: ./public }
";
    let plan = make(&site(), spec, Some("site"), "linux/amd64", &request()).unwrap();
    insta::assert_snapshot!(print(&plan));
}

#[test]
fn the_output_of_something_else() {
    let spec = "\
builds:
  api: { preset: go, main: ./cmd/api }
  tool: { preset: static, source: { path: 'api:/api', include: ['*'] }, destination: /usr/lib/tools }
images:
  tool: { build: tool }
  short: { static: 'api:/' }
";
    let plan = make(&site(), spec, Some("tool"), "linux/amd64", &request()).unwrap();
    let text = print(&plan);
    assert!(text.contains("[api build] go build ./cmd/api"), "{text}");
    assert!(text.contains(r#": /api -> / include ["*"] exclude []"#), "{text}");
    assert!(text.contains("-> /usr/lib/tools mode None"), "{text}");
    assert!(!text.contains("gcr.io/distroless"), "{text}");
    let short = print(&make(&site(), spec, Some("short"), "linux/amd64", &request()).unwrap());
    assert!(short.contains("-> /srv/www mode None"), "{short}");
    let alone = make(&site(), spec, Some("build:tool"), "linux/amd64", &request()).unwrap();
    assert!(!print(&alone).contains("base"), "{}", print(&alone));
}

#[test]
fn invalid_builds_are_rejected_with_help() {
    let site = site();
    let cases = [
        ("no such folder", "images: { x: { static: ./pubic } }"),
        ("a folder outside", "images: { x: { static: ../public } }"),
        ("no such name", "images: { x: { static: 'ui:/dist' } }"),
        (
            "a circle",
            "builds: { a: { preset: static, source: 'b:/' }, b: { preset: static, source: 'a:/' } }\nimages: { x: { build: a } }",
        ),
        (
            "an output as the source of another preset",
            "builds: { a: { preset: static }, b: { preset: go, source: 'a:/x' } }\nimages: { x: { build: b } }",
        ),
        ("a relative destination", "images: { x: { static: { source: ./public, destination: www } } }"),
        ("an input elsewhere", "images: { x: { static: { source: ./public, inputs: { ./other: ./legal } } } }"),
        ("a check", "images: { x: { static: { source: ./public, checks: { test: { run: 'true' } } } } }"),
        ("environment", "images: { x: { static: { source: ./public, env: { A: b } } } }"),
        ("output", "images: { x: { static: { source: ./public, output: [css] } } }"),
        ("packages", "images: { x: { static: { source: ./public, packages: [git] } } }"),
    ];
    let text: String = cases.iter().map(|(what, spec)| format!("{what}:\n  {}\n", refusal(&site, spec))).collect();
    insta::assert_snapshot!(text);
}
