//! The Java preset: whole plans, what is detected, and every way in which a project can be wrong.

#![allow(clippy::unwrap_used)] // Everything here is test code.

mod support;

use std::collections::BTreeMap;

use support::{Memory, make, print, refusal, request};

/// `report` of the polyglot spec of the language.
const SPEC: &str = "\
stages:
  gen: { from: 'bufbuild/buf:1.50', steps: [{ run: buf generate }], output: /gen }
builds:
  report: { preset: java, source: ./report, tool: gradle, inputs: { ./report/gen: 'gen:/java' } }
images:
  report:
    build: report
    runtime: distroless
    env: { JAVA_TOOL_OPTIONS: '-XX:MaxRAMPercentage=75' }
";

const POM: &str = "<?xml version=\"1.0\"?>\n<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><properties><maven.compiler.release>17</maven.compiler.release></properties></project>";

fn project(files: &[(&'static str, &'static str)]) -> Memory {
    Memory { files: files.iter().copied().collect::<BTreeMap<_, _>>(), ..Memory::default() }
}

fn report() -> Memory {
    project(&[
        ("report/build.gradle.kts", "java { toolchain { languageVersion = JavaLanguageVersion.of(21) } }"),
        ("report/src/main/java/Report.java", ""),
    ])
}

fn shop() -> Memory {
    project(&[("pom.xml", POM), ("service/pom.xml", "<project/>")])
}

#[test]
fn the_report_of_the_language() {
    insta::assert_snapshot!(print(&make(&report(), SPEC, Some("report"), "linux/amd64", &request()).unwrap()));
}

#[test]
fn a_module_of_a_maven_project_with_a_gate() {
    let spec = "images: { api: { java: { module: service, main: com.acme.Api, packages: [git], install: { options: [-Pprod], env: { A: b } },
      checks: { test: { run: mvn -B -o test, gate: true } } }, runtime: slim } }";
    insta::assert_snapshot!(print(&make(&shop(), spec, None, "linux/amd64", &request()).unwrap()));
}

#[test]
fn jars_are_made_once_for_all_platforms() {
    let mut multi = request();
    multi.multi_platform = true;
    let plans = ["linux/amd64", "linux/arm64"]
        .map(|platform| make(&shop(), "images: { api: { java: . } }", None, platform, &multi).unwrap());
    let [amd64, arm64] = plans.each_ref().map(|plan| {
        let runs = plan.steps.iter().filter(|(_, step)| matches!(step.kind, slipway_plan::StepKind::Run(_)));
        runs.map(|(_, step)| step.clone()).collect::<Vec<_>>()
    });
    assert_eq!(amd64, arm64);
    assert_eq!(amd64.len(), 2);
    assert!(plans.iter().all(|plan| plan.warnings.is_empty()));
}

#[test]
fn the_release_and_the_tool_are_told_from_the_project() {
    let notes = |project: &Memory, options: &str| {
        let spec = format!("images: {{ x: {{ java: {{ {options} }} }} }}");
        let plan = make(project, &spec, None, "linux/amd64", &request()).unwrap();
        plan.notes.iter().map(|note| note.text.clone()).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(notes(&shop(), ""), "Java 17, from `maven.compiler.release`; built by Maven, told from `pom.xml`");
    assert_eq!(notes(&shop(), "java: '25'"), "Java 25, from `java`; built by Maven, told from `pom.xml`");
    assert_eq!(
        notes(&report(), "source: ./report"),
        "Java 21, from `JavaLanguageVersion.of`; built by Gradle, told from `build.gradle`"
    );
    let mut wrapped = report();
    wrapped.files.insert("report/gradlew", "");
    wrapped.files.insert("report/gradle/wrapper/gradle-wrapper.properties", "");
    wrapped.files.insert("report/.java-version", "17.0.9\n");
    assert_eq!(
        notes(&wrapped, "source: ./report"),
        "Java 17, from `report/.java-version`; built by Gradle, by the project's wrapper, told from `build.gradle`"
    );
    let bare = project(&[("pom.xml", "<project/>")]);
    assert_eq!(
        notes(&bare, ""),
        "Java 21, from nothing in the project: the default; built by Maven, told from `pom.xml`"
    );
}

#[test]
fn wrong_projects_are_refused_with_what_to_do() {
    let with = |options: &'static str| format!("images: {{ x: {{ java: {{ {options} }} }} }}");
    let mut both = shop();
    both.files.insert("build.gradle", "");
    let mut no_image = shop();
    no_image.missing_images.insert("maven:3-eclipse-temurin-17");
    let cases = [
        ("an empty project", refusal(&project(&[]), &with(""))),
        ("both tools", refusal(&both, &with(""))),
        ("a tool without its file", refusal(&shop(), &with("tool: gradle"))),
        ("the other tool without its file", refusal(&report(), &with("source: ./report, tool: maven"))),
        ("xml that is none", refusal(&project(&[("pom.xml", "<project>")]), &with(""))),
        (
            "xml with entities",
            refusal(&project(&[("pom.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><project>&b;</project>")]), &with("")),
        ),
        ("a release that is none", refusal(&shop(), &with("java: latest"))),
        ("a module that is not there", refusal(&shop(), &with("module: other"))),
        ("a module that leads out", refusal(&shop(), &with("module: ../other"))),
        ("no image", refusal(&no_image, &with(""))),
        (
            "distroless of another release",
            refusal(&shop(), "images: { x: { java: { java: '11' }, runtime: distroless } }"),
        ),
        ("a runtime without Java", refusal(&shop(), "images: { x: { java: ., runtime: static } }")),
        ("a variable of the preset", refusal(&shop(), &with("env: { GRADLE_USER_HOME: /x }"))),
    ];
    let text: String = cases.iter().map(|(what, said)| format!("{what}:\n  {said}\n")).collect();
    insta::assert_snapshot!(text);
}

/// Every target of the polyglot spec, with a project that has what it names.
#[test]
fn the_polyglot_spec_of_the_language_plans() {
    let mut project = project(&[
        ("legacy/Dockerfile", ""),
        ("edge/Cargo.toml", "[package]\nname = \"edge\"\n"),
        ("edge/Cargo.lock", ""),
        ("edge/src/main.rs", ""),
        ("ui/package.json", r#"{"name":"ui","scripts":{"build":"vite build"},"engines":{"node":"22"}}"#),
        ("ui/package-lock.json", r#"{"lockfileVersion":3,"packages":{}}"#),
    ]);
    project.files.extend(report().files);
    let spec = include_str!("../../spec/tests/specs/polyglot.yaml");
    for target in ["edge", "report"] {
        for platform in ["linux/amd64", "linux/arm64"] {
            make(&project, spec, Some(target), platform, &request()).unwrap();
        }
    }
}
