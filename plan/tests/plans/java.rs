//! The Java preset: whole plans, detection, and all errors in projects.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::support::{Memory, make, print, refusal, request};

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

const POM_OF_SHOP: &str = "<project><artifactId>shop</artifactId><properties><maven.compiler.release>17</maven.compiler.release></properties><modules><module>service</module></modules></project>";
const POM: &str = "<?xml version=\"1.0\"?>\n<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><properties><maven.compiler.release>17</maven.compiler.release></properties></project>";

/// A parent with five modules: a service uses `events`, which uses `common`; the other service uses `common` with a
/// version that the parent manages.
const STORE: &str = r#"<project>
  <groupId>com.acme</groupId><artifactId>store</artifactId><version>${revision}</version><packaging>pom</packaging>
  <modules><module>libs/common</module><module>libs/events</module><module>services</module></modules>
  <properties><revision>1</revision><maven.compiler.release>21</maven.compiler.release></properties>
  <dependencyManagement><dependencies>
    <dependency><groupId>com.acme</groupId><artifactId>events</artifactId><version>${project.version}</version></dependency>
    <dependency><groupId>com.acme</groupId><artifactId>common</artifactId><version>${project.version}</version></dependency>
  </dependencies></dependencyManagement>
  <build><plugins><plugin><artifactId>maven-checkstyle-plugin</artifactId>
    <configuration><configLocation>${maven.multiModuleProjectDirectory}/config/rules.xml</configLocation></configuration></plugin></plugins></build>
</project>"#;
const AGGREGATOR: &str = "<project><groupId>com.acme</groupId><artifactId>services</artifactId><packaging>pom</packaging><modules><module>api</module><module>worker</module></modules></project>";
const COMMON: &str = "<project><parent><groupId>com.acme</groupId><artifactId>store</artifactId><relativePath>../..</relativePath></parent><artifactId>common</artifactId></project>";
const EVENTS: &str = "<project><parent><groupId>com.acme</groupId><artifactId>store</artifactId><relativePath>../../pom.xml</relativePath></parent><artifactId>events</artifactId>
  <dependencies><dependency><groupId>${project.groupId}</groupId><artifactId>common</artifactId></dependency></dependencies></project>";
const API: &str = "<project><parent><groupId>com.acme</groupId><artifactId>store</artifactId><relativePath>../../pom.xml</relativePath></parent><artifactId>api</artifactId>
  <dependencies><dependency><groupId>com.acme</groupId><artifactId>events</artifactId></dependency><dependency><groupId>org.other</groupId><artifactId>worker</artifactId></dependency></dependencies></project>";
const WORKER: &str = "<project><parent><groupId>com.acme</groupId><artifactId>store</artifactId><relativePath>../../pom.xml</relativePath></parent><artifactId>worker</artifactId>
  <dependencies><dependency><groupId>com.acme</groupId><artifactId>common</artifactId></dependency></dependencies></project>";

fn store() -> Memory {
    project(&[
        ("pom.xml", STORE),
        ("services/pom.xml", AGGREGATOR),
        ("libs/common/pom.xml", COMMON),
        ("libs/events/pom.xml", EVENTS),
        ("services/api/pom.xml", API),
        ("services/worker/pom.xml", WORKER),
    ])
}

/// A Gradle build with the same structure, in both of its languages.
fn gradle_store() -> Memory {
    project(&[
        (
            "settings.gradle.kts",
            "pluginManagement { includeBuild(\"build-logic\") }\nrootProject.name = \"store\"\ninclude(\":shared-kernel\", \":events\") // include(\":gone\")\ninclude(\":services:api\")\ninclude(\n  \":services:worker\",\n)\nproject(\":events\").projectDir = file(\"libs/events\")\n",
        ),
        (
            "build.gradle.kts",
            "plugins { java apply false }\nsubprojects { apply(from = \"$rootDir/config/java.gradle\") }\n",
        ),
        ("shared-kernel/build.gradle.kts", "plugins { `java-library` }\n"),
        ("libs/events/build.gradle", "dependencies { api project(path: ':shared-kernel') }\n"),
        (
            "services/api/build.gradle.kts",
            "plugins { application }\njava { toolchain { languageVersion = JavaLanguageVersion.of(21) } }\ndependencies { implementation(project(\":events\")) /* project(\":services:worker\") */ }\n",
        ),
        ("services/worker/build.gradle.kts", "dependencies { implementation(projects.sharedKernel) }\n"),
        ("gradle/libs.versions.toml", "[versions]\n"),
    ])
}

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
    project(&[
        ("pom.xml", POM_OF_SHOP),
        (
            "service/pom.xml",
            "<project><parent><artifactId>shop</artifactId></parent><artifactId>service</artifactId></project>",
        ),
    ])
}

/// A plan as text, without the Java programs that steps compile.
fn printed(project: &Memory, spec: &str, target: Option<&str>) -> String {
    let text = print(&make(project, spec, target, "linux/amd64", &request()).unwrap());
    let short =
        |line: &str| line.split_once(" = script \"import java").map_or(line, |(mount, _)| mount).to_owned() + "\n";
    text.lines().map(short).collect()
}

#[test]
fn the_report_of_the_language() {
    insta::assert_snapshot!(printed(&report(), SPEC, Some("report")));
}

#[test]
fn a_module_of_a_maven_project_with_a_gate() {
    let spec = "images: { api: { java: { module: service, main: com.acme.Api, packages: [git], install: { options: [-Pprod], env: { A: b } },
      checks: { test: { run: mvn -B -o test, gate: true } } }, runtime: slim } }";
    insta::assert_snapshot!(printed(&shop(), spec, None));
}

fn store_with(path: &'static str, text: &'static str) -> Memory {
    let mut store = store();
    store.files.insert(path, text);
    store
}

/// What the steps of a plan copy, and the modules that the build step is told about.
fn inputs(project: &Memory, options: &str) -> String {
    let spec = format!("images: {{ x: {{ java: {{ {options} }} }} }}");
    let plan = make(project, &spec, None, "linux/amd64", &request()).unwrap();
    let mut text: String = plan.notes.iter().map(|note| format!("# {}\n", note.text)).collect();
    for (_, step) in plan.steps.iter() {
        match &step.kind {
            slipway_plan::StepKind::Select { items } => {
                for item in items {
                    let _ =
                        writeln!(text, "{}\n  + {}\n  - {}", step.name, item.include.join(" "), item.exclude.join(" "));
                }
            }
            slipway_plan::StepKind::Run(run) => {
                let _ = writeln!(text, "{}: {}", step.name, run.args.get(2..).unwrap_or_default().join(" "));
            }
            _ => {}
        }
    }
    text
}

#[test]
fn a_maven_module_gets_its_inputs() {
    let mut nested = store();
    // A missing module of a profile, a plugin's files, a test jar, and documents that are inputs.
    nested.files.insert(
        "services/worker/pom.xml",
        "<project><parent><groupId>com.acme</groupId><artifactId>store</artifactId><relativePath>../../pom.xml</relativePath></parent><artifactId>worker</artifactId>
  <dependencies><dependency><groupId>com.acme</groupId><artifactId>common</artifactId><type>test-jar</type></dependency></dependencies>
  <build><resources><resource><directory>../../docs</directory></resource><resource><directory>.</directory><includes><include>HELP.md</include></includes></resource></resources></build>
  <profiles><profile><modules><module>extra</module></modules></profile></profiles></project>",
    );
    let text = [
        ("a service", inputs(&store(), "module: services/api")),
        ("a service by its own folder", inputs(&store(), "source: ./services/api")),
        ("a service with what it names", inputs(&nested, "module: services/worker")),
        (
            "a project of one module",
            inputs(&project(&[("pom.xml", POM)]), "source: { include: [docs/x, help.md], exclude: [src/gen] }"),
        ),
    ]
    .map(|(what, said)| format!("{what}\n{said}\n"))
    .concat();
    insta::assert_snapshot!(text);
}

#[test]
fn a_gradle_project_gets_its_inputs() {
    let mut computed = gradle_store();
    computed.files.insert(
        "settings.gradle.kts",
        "file(\"services\").listFiles()?.forEach { include(\":services:${it.name}\") }\n",
    );
    let text = [
        ("a service", inputs(&gradle_store(), "module: services/api")),
        ("a service by its own folder", inputs(&gradle_store(), "source: ./services/worker")),
        ("settings that compute", inputs(&computed, "module: services/api")),
        ("a project of its own", inputs(&report(), "source: ./report")),
    ]
    .map(|(what, said)| format!("{what}\n{said}\n"))
    .concat();
    insta::assert_snapshot!(text);
}

#[test]
fn modules_share_downloads() {
    let spec = "builds: { shop: { preset: java } }\nimages: { api: { build: { from: shop, module: services/api } }, worker: { build: { from: shop, module: services/worker } } }";
    let [api, worker] = ["api", "worker"].map(|target| {
        let plan = make(&store(), spec, Some(target), "linux/amd64", &request()).unwrap();
        plan.steps
            .iter()
            .filter(|(_, step)| step.name.contains(" dependencies]"))
            .map(|(_, step)| step.clone())
            .collect::<Vec<_>>()
    });
    assert_eq!(api.len(), 2);
    assert_eq!(api, worker);
}

#[test]
fn jars_are_built_once_for_all_platforms() {
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
fn the_release_and_the_tool_are_detected() {
    let notes = |project: &Memory, options: &str| {
        let spec = format!("images: {{ x: {{ java: {{ {options} }} }} }}");
        let plan = make(project, &spec, None, "linux/amd64", &request()).unwrap();
        plan.notes.iter().map(|note| note.text.clone()).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(
        notes(&shop(), ""),
        "Java 17, from `maven.compiler.release` of `pom.xml`; built by Maven of the image, detected from `pom.xml`"
    );
    assert_eq!(
        notes(&shop(), "java: '25'"),
        "Java 25, from `java`; built by Maven of the image, detected from `pom.xml`"
    );
    assert_eq!(
        notes(&report(), "source: ./report"),
        "Java 21, from `JavaLanguageVersion.of`; built by Gradle of the image, detected from `build.gradle.kts`"
    );
    let mut wrapped = report();
    wrapped.files.insert("report/gradlew", "");
    wrapped.files.insert(
        "report/gradle/wrapper/gradle-wrapper.properties",
        "distributionUrl=https\\://services.gradle.org/distributions/gradle-8.10.2-bin.zip\n",
    );
    wrapped.files.insert("report/.sdkmanrc", "java=21.0.2-tem\n");
    assert_eq!(
        notes(&wrapped, "source: ./report"),
        "Java 21, from `report/.sdkmanrc`; built by Gradle 8.10.2, by the project's wrapper, detected from `build.gradle.kts`"
    );
    assert_eq!(
        notes(&wrapped, "source: ./report, wrapper: false"),
        "Java 21, from `report/.sdkmanrc`; built by Gradle of the image, detected from `build.gradle.kts`"
    );
    let bare = project(&[("pom.xml", "<project/>")]);
    assert_eq!(notes(&bare, ""), "Java 21, from the default; built by Maven of the image, detected from `pom.xml`");
}

#[test]
fn other_packaging_is_rejected_and_the_step_gets_the_name_of_the_jar() {
    let of =
        |text: &str| project(&[("pom.xml", format!("<project><artifactId>a</artifactId>{text}</project>").leak())]);
    assert_eq!(
        refusal(&of("<packaging>war</packaging>"), "images: { a: { java: . } }"),
        "slipway.yaml:1:16: `pom.xml` builds a `war`, but images of this preset run a jar; set `<packaging>` to `jar`; or build it in a stage, and copy it with `files` into the image of its server"
    );
    let named = printed(
        &of("<build><finalName>${project.artifactId}-x</finalName></build>"),
        "images: { a: { java: . } }",
        None,
    );
    assert!(named.contains("JAR_NAME=a-x.jar"), "{named}");
}

#[test]
fn invalid_projects_are_rejected_with_help() {
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
        ("a parent without a program", refusal(&store(), &with(""))),
        ("a root of Gradle without a program", refusal(&gradle_store(), &with(""))),
        (
            "a folder that is not a module",
            refusal(&store_with("libs/other/pom.xml", "<project/>"), &with("module: libs/other")),
        ),
        ("a module without its pom", refusal(&project(&[("pom.xml", STORE)]), &with("module: services/api"))),
        (
            "a module outside of the context",
            refusal(
                &project(&[("pom.xml", "<project><modules><module>../other</module></modules></project>")]),
                &with(""),
            ),
        ),
        ("files that disagree", refusal(&store_with(".java-version", "17"), &with("module: services/api"))),
        (
            "files of two tools that disagree",
            refusal(
                &{
                    let mut two = store_with(".java-version", "21");
                    two.files.insert(".sdkmanrc", "java=22-open");
                    two
                },
                &with("module: services/api"),
            ),
        ),
        ("too old a Java", refusal(&store(), &with("module: services/api, java: '17'"))),
        ("another Java than the toolchain", refusal(&report(), &with("source: ./report, java: '25'"))),
        ("a wrapper that is not there", refusal(&shop(), &with("wrapper: true"))),
        ("a release that is none", refusal(&shop(), &with("java: latest"))),
        ("a module that is not there", refusal(&shop(), &with("module: other"))),
        ("a module that leads out", refusal(&shop(), &with("module: ../other"))),
        ("no image", refusal(&no_image, &with(""))),
        (
            "distroless of another release",
            refusal(
                &project(&[("pom.xml", "<project/>")]),
                "images: { x: { java: { java: '11' }, runtime: distroless } }",
            ),
        ),
        ("a runtime without Java", refusal(&shop(), "images: { x: { java: ., runtime: static } }")),
        ("a variable of the preset", refusal(&shop(), &with("env: { GRADLE_USER_HOME: /x }"))),
    ];
    let text: String = cases.iter().map(|(what, said)| format!("{what}:\n  {said}\n")).collect();
    insta::assert_snapshot!(text);
}

/// Every target of the polyglot spec, with a project that contains what it names.
#[test]
fn the_polyglot_spec_of_the_language_can_be_planned() {
    let mut project = project(&[
        ("legacy/Dockerfile", "FROM busybox AS builder\n"),
        ("deploy/edge.toml", ""),
        ("edge/Cargo.toml", "[package]\nname = \"edge\"\n"),
        ("edge/Cargo.lock", ""),
        ("edge/src/main.rs", ""),
        ("ui/package.json", r#"{"name":"ui","scripts":{"build":"vite build"},"engines":{"node":"22"}}"#),
        ("ui/package-lock.json", r#"{"lockfileVersion":3,"packages":{}}"#),
    ]);
    project.files.extend(report().files);
    let spec = include_str!("../../../spec/tests/specs/polyglot.yaml");
    for target in ["edge", "report"] {
        for platform in ["linux/amd64", "linux/arm64"] {
            make(&project, spec, Some(target), platform, &request()).unwrap();
        }
    }
}
