//! The Java preset: the input files of its steps.

use std::collections::BTreeMap;

use slipway_plan::{Plan, StepKind};

use crate::support::{Memory, make, request};

fn plan(files: &[(&'static str, &'static str)], build: &str) -> Plan {
    let project = Memory { files: files.iter().copied().collect::<BTreeMap<_, _>>(), ..Memory::default() };
    make(&project, &format!("images: {{ x: {{ java: {build} }} }}"), None, "linux/amd64", &request()).unwrap()
}

/// The files that the dependency step and the build step take from the context.
fn seen(plan: &Plan) -> [Vec<String>; 2] {
    ["[x dependencies]", "[x sources]"].map(|name| {
        let steps = plan.steps.iter().filter(|(_, step)| step.name.starts_with(name));
        let items = steps.filter_map(|(_, step)| match &step.kind {
            StepKind::Select { items } => Some(items.iter().flat_map(|item| item.include.clone())),
            _ => None,
        });
        items.flatten().collect()
    })
}

#[test]
fn files_that_gradle_scripts_name_are_inputs() {
    let files = [
        (
            "settings.gradle.kts",
            "pluginManagement { includeBuild(\"build-logic\") }\ndependencyResolutionManagement { versionCatalogs { create(\"tools\") { from(files(\"config/tools.versions.toml\")) } } }\ninclude(\"app\")",
        ),
        ("build-logic/settings.gradle.kts", "from(files(\"../catalogs/libs.versions.toml\"))"),
        (
            "build.gradle.kts",
            "apply(from = \"config/java.gradle.kts\")\nsubprojects { repositories { maven { url = uri(\"$rootDir/repo\") } } }",
        ),
        (
            "app/build.gradle.kts",
            "apply(from = \"../config/app.gradle.kts\")\nrepositories { flatDir { dirs(\"libs\", \"../jars\") } }\nkotlin { compilerOptions { jvmTarget.set(JvmTarget.JVM_17) } }",
        ),
    ];
    let found = plan(&files, "./app");
    let [dependencies, build] = seen(&found);
    let named = [
        "config/tools.versions.toml",
        "catalogs/libs.versions.toml",
        "config/java.gradle.kts",
        "config/app.gradle.kts",
        "repo",
        "jars",
        "app/libs",
        "build-logic",
    ];
    for name in named {
        assert!(dependencies.contains(&name.to_owned()), "{name} {dependencies:?}");
        assert!(build.contains(&name.to_owned()), "{name} {build:?}");
    }
    assert!(!dependencies.contains(&"app".to_owned()), "{dependencies:?}");
    let notes: Vec<_> = found.notes.iter().map(|note| note.text.as_str()).collect();
    assert!(notes.contains(&"Java 17, from `JvmTarget`"), "{notes:?}");
    assert!(notes.contains(&"built by Gradle of the image, detected from `build.gradle.kts`"), "{notes:?}");
}

#[test]
fn files_that_maven_settings_name_are_inputs() {
    let files = [
        (
            "pom.xml",
            "<project><artifactId>p</artifactId><packaging>pom</packaging><modules><module>app</module></modules><repositories><repository><id>own</id><url>file://${maven.multiModuleProjectDirectory}/repo</url></repository></repositories></project>",
        ),
        (
            "app/pom.xml",
            "<project><parent><artifactId>p</artifactId></parent><artifactId>app</artifactId><dependencies><dependency><groupId>g</groupId><artifactId>old</artifactId><scope>system</scope><systemPath>${project.basedir}/lib/old.jar</systemPath></dependency></dependencies><build><plugins><plugin><artifactId>exec-maven-plugin</artifactId><configuration><executable>../tools/docker</executable><image>docker/app</image><arguments><argument>../proto/api.proto</argument></arguments></configuration></plugin></plugins></build></project>",
        ),
        (".mvn/maven.config", "-s\nci/settings.xml\n--toolchains=ci/toolchains.xml\n"),
    ];
    let [dependencies, build] = seen(&plan(&files, "{ source: ./app, install: { include: [rules] } }"));
    for name in ["repo", "app/lib/old.jar", "ci/settings.xml", "ci/toolchains.xml", "app/rules"] {
        assert!(dependencies.contains(&name.to_owned()), "{name} {dependencies:?}");
    }
    assert!(
        build.contains(&"ci/settings.xml".to_owned()) && build.contains(&"proto/api.proto".to_owned()),
        "{build:?}"
    );
    assert!(!build.iter().any(|pattern| pattern.contains("docker")), "{build:?}");
}

#[test]
fn a_script_with_many_braces_is_read_in_linear_time() {
    let script: &'static str = Box::leak(format!("{}\n':app'", "{ projects ".repeat(100_000)).into_boxed_str());
    let files = [("settings.gradle", "include ':app'\n"), ("build.gradle", script), ("app/build.gradle", script)];
    let start = std::time::Instant::now();
    let _ = plan(&files, "./app");
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}
