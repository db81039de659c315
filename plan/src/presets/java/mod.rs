//! Java: a project's dependencies in a layer of their own, a jar, and the libraries beside it.
//!
//! Steps, the same for every target platform, since jars run on all of them:
//!
//! 1. *manifests*: the files that say what the project needs, those of all modules, so that modules share what is
//!    fetched;
//! 2. *dependencies*: Maven or Gradle fetches plugins and libraries, through a cache mount, into an ordinary layer;
//! 3. *sources*: the files of the module and of the modules that it needs;
//! 4. *build*: Maven or Gradle offline, without tests; the program's jar and its libraries are laid out from what it
//!    leaves.

mod folders;
mod gradle;
mod groovy;
mod inputs;
mod manifests;
mod maven;
mod of_gradle;
mod of_maven;
mod pom;
mod project;
mod read;
mod release;
mod scripts;
mod steps;

use slipway_spec::Template;
use slipway_spec::model::JavaOptions;

use self::folders::{APP, DEPENDENCIES, OUTPUT, SOURCES};
use self::project::Tool;
use self::steps::JavaSteps;
use super::common::{Wanted, installing, own_env, report_unused, toolchain};
use super::{BuildOutput, Context, Language, OutputLayer, Start, anywhere, checks, in_folder, private};
use crate::contents::Need;
use crate::runtime::Runtimes;
use crate::shell::Text;
use crate::{LayerCopy, LayerItem, PlanError, packages};

/// Java and Kotlin.
pub(super) struct Java;

impl Language for Java {
    type Options = JavaOptions;
    type Found = BuildOutput;

    fn toolchain(options: &Self::Options) -> Option<(&Template, &'static str)> {
        Some((options.java.as_ref()?, "the project's own files"))
    }

    fn context_excludes(folder: &str) -> Vec<String> {
        // Only the places where Maven and Gradle put theirs are meant; see the same in Rust.
        let of_modules = ["target", "*/target", "*/*/target"].map(|name| in_folder(folder, name));
        of_modules.into_iter().chain(anywhere(&[".gradle"])).collect()
    }

    async fn find(cx: &Context<'_>, options: &JavaOptions) -> Result<BuildOutput, PlanError> {
        build(cx, options).await
    }

    fn plan(_: &Context<'_>, _: &JavaOptions, found: BuildOutput) -> Result<BuildOutput, PlanError> {
        Ok(found)
    }
}

async fn build(cx: &Context<'_>, options: &JavaOptions) -> Result<BuildOutput, PlanError> {
    report_unused(cx);
    let own_env = own_env(cx, OWNED)?;
    let project = read::read(cx, options, cx.source_folder()?).await?;
    let login = if project.tool == Tool::Maven { private::Tool::Maven } else { private::Tool::Gradle };
    let installing = installing(cx, login)?;
    let java = project.java;
    let image = match (project.tool, project.wrapper) {
        (_, true) => format!("eclipse-temurin:{java}-jdk"),
        (Tool::Maven, false) => format!("maven:3-eclipse-temurin-{java}"),
        (Tool::Gradle, false) => format!("gradle:8-jdk{java}"),
    };
    let wanted = Wanted {
        image,
        what: format!("Java {java}"),
        span: project.java_span,
        packages: packages::names(cx.draft, &cx.build.packages.build)?,
    };
    let bench = toolchain(cx, &wanted, &cx.request().build_platform).await?;
    let main = options.main.as_ref().map(|template| cx.eval(template)).transpose()?;
    let gates =
        checks::gates(cx, if project.tool == Tool::Maven { "mvn -B -o test" } else { "gradle --offline test" })?;
    let tested = !gates.is_empty();
    let kit =
        JavaSteps { cx, project: &project, bench: &bench, own_env: &own_env, installing: &installing, main, tested };
    let dependencies = kit.fetch()?;
    if tested {
        let setting = checks::CheckEnv {
            root: bench.root,
            platform: bench.platform.clone(),
            env: kit.env(),
            workdir: kit.workdir(),
            mounts: kit.mounts(kit.all_sources()?, dependencies),
            before: Text::default(),
            after: Text::default(),
        };
        for gate in &gates {
            checks::run(cx, gate, &setting)?;
        }
    }

    let sources = kit.sources()?;
    let build = kit.build(sources, dependencies);
    let layer = |what: &str, folder: &str, target: &str| OutputLayer {
        what: format!("COPY {target}"),
        how: what.to_owned(),
        span: cx.span(),
        items: vec![LayerItem::Copy(LayerCopy::whole(build, folder, target))],
    };
    Ok(BuildOutput {
        layers: vec![layer("libraries", "/lib", "/app/lib"), layer(project.tool.name(), "/app", APP)],
        output: build,
        entrypoint: ["java", "-jar", "/app/app.jar"].map(str::to_owned).to_vec(),
        cmd: Vec::new(),
        start: Start::default(),
        env: Vec::new(),
        workdir: Some(APP.to_owned()),
        kept: None,
        unchanged: Vec::new(),
        source: None,
        environment: None,
        runtimes: runtimes(java).needing(Need::Java(project.classes_for)),
    })
}

/// Variables that the preset sets itself; a spec that names one would be ignored.
const OWNED: &[(&str, &str)] = &[
    ("GRADLE_USER_HOME", "dependencies are a layer of their own"),
    ("MAVEN_USER_HOME", "dependencies are a layer of their own"),
    ("MAIN_CLASS", "it is the option `main`"),
    ("MODULE_FOLDER", "it is the option `module`"),
    ("MODULE_TASKS", "it is the option `module`"),
    ("MAIN_HINT", "it is the option `main`"),
    ("JAR_NAME", "it is what the build file says"),
    ("MAVEN", "it is the option `wrapper`"),
    ("GRADLE", "it is the option `wrapper`"),
    ("MAVEN_TESTS", "tests run as gates"),
];

/// What programs run on.
fn runtimes(java: u32) -> Runtimes {
    let why = "it has no Java; leave `runtime` out, or write `runtime: slim`";
    let slim = format!("eclipse-temurin:{java}-jre");
    let known = ["scratch", "static", "base", "cc"]
        .into_iter()
        .fold(Runtimes::default(), |known, word| known.without(word, why));
    let known = known.with("slim", slim);
    if [17, 21].contains(&java) {
        Runtimes { default: "distroless", ..known }
            .with("distroless", format!("gcr.io/distroless/java{java}-debian12:nonroot"))
    } else {
        let why = format!(
            "there is none with Java {java}, only with 17 and 21; leave `runtime` out, or write `runtime: slim`"
        );
        Runtimes { default: "slim", ..known }.without("distroless", why)
    }
}
