//! Java: a project's dependencies in a separate layer, a jar, and its libraries.
//!
//! Steps, which are the same for all target platforms, because jars are platform-independent:
//!
//! 1. *manifests*: the build files of all modules, so that modules share downloads;
//! 2. *dependencies*: Maven or Gradle downloads plugins and libraries, through a cache mount, into an ordinary layer;
//! 3. *run*: commands of the spec, on the project and 2; their output is added to the sources;
//! 4. *sources*: the files of the module and of the modules that it requires;
//! 5. *build*: Maven or Gradle offline, without tests; the program's jar and its libraries are copied from the output.

mod develop;
mod folders;
mod scripts;
mod steps;

use slipway_project::java::{self, Project, Query, Release, Tool};
use slipway_spec::model::{Distro, JavaOptions, JavaTool};
use slipway_spec::{Diagnostic, Spanned, Template};

use self::folders::{DEPENDENCIES, JAR, OUTPUT, SOURCES};
use self::steps::JavaSteps;
use super::application::Home;
use super::common::{Wanted, add_toolchain, find_toolchain, installing, own_env, with_named_output};
use super::toolchain_image::ToolchainImage;
use super::{BuildOutput, Context, Language, anywhere, checks, context_path, in_folder, private};
use crate::contents::Need;
use crate::output::Debugger;
use crate::packages::Packages;
use crate::purpose::Purpose;
use crate::runtime::{Images, Runtimes, distroless};
use crate::shell::Text;
use crate::{BaseImage, LayerCopy, LayerItem, PlanError};

/// Java and Kotlin.
pub(super) struct Java;

/// The spec's options for the project.
pub(super) struct Asked {
    query: Query,
    /// The Java release.
    release: Option<Spanned<String>>,
}

/// The facts for a Java build.
pub(super) struct Found {
    project: Project,
    release: Release,
    /// The toolchain's image.
    image: BaseImage,
}

impl Language for Java {
    type Options = JavaOptions;
    type Asked = Asked;
    type Found = Found;

    fn toolchain(options: &Self::Options) -> Option<(&Template, &'static str)> {
        Some((options.java.as_ref()?, "the project's own files"))
    }

    fn context_excludes(folder: &str) -> Vec<String> {
        // Only the output folders of Maven and Gradle are meant; Rust has the same.
        let of_modules = ["target", "*/target", "*/*/target"].map(|name| in_folder(folder, name));
        of_modules.into_iter().chain(anywhere(&[".gradle"])).collect()
    }

    fn ask(cx: &mut Context<'_, '_>, options: &JavaOptions) -> Result<Asked, PlanError> {
        let release = cx.eval_option(options.java.as_ref())?;
        Ok(Asked { query: query(cx, options)?, release })
    }

    async fn find(cx: &Context<'_, '_>, _: &JavaOptions, asked: Asked) -> Result<Found, PlanError> {
        let project = java::project(cx.project(), &asked.query).await?;
        let release = project.release(asked.release.as_ref(), cx.span())?;
        let wanted = wanted(cx, &project, &release, Packages::default());
        let image = find_toolchain(cx, &wanted, &cx.request().build_platform).await?;
        Ok(Found { project, release, image })
    }

    fn plan(cx: &mut Context<'_, '_>, options: &JavaOptions, found: Found) -> Result<BuildOutput, PlanError> {
        plan(cx, options, found)
    }
}

/// The build's query about the project.
fn query(cx: &mut Context<'_, '_>, options: &JavaOptions) -> Result<Query, Diagnostic> {
    let module = cx.eval_option(options.module.as_ref())?;
    let module = module.map(|module| Ok(Spanned::new(context_path(&module.value, module.span)?, module.span)));
    Ok(Query {
        source: cx.source_folder()?,
        module: module.transpose()?,
        tool: options.tool.map(|tool| match tool {
            JavaTool::Maven => Tool::Maven,
            JavaTool::Gradle => Tool::Gradle,
        }),
        wrapper: options.wrapper,
        span: cx.span(),
    })
}

/// The image of a release, with its tool and packages.
fn wanted(cx: &Context<'_, '_>, project: &Project, release: &Release, packages: Packages) -> Wanted {
    let java = release.number;
    let name = match (project.tool, project.wrapper) {
        (_, true) => format!("eclipse-temurin:{java}-jdk"),
        (Tool::Maven, false) => format!("maven:3-eclipse-temurin-{java}"),
        (Tool::Gradle, false) => format!("gradle:8-jdk{java}"),
    };
    let official = Spanned::new(name, release.span);
    let image = ToolchainImage::named(cx.image.as_ref().unwrap_or(&official));
    Wanted { image, what: format!("Java {java}"), packages }
}

/// Adds notes about how the project is built.
fn note(cx: &mut Context<'_, '_>, project: &Project, release: &Release) -> Result<(), Diagnostic> {
    if project.folder != cx.source_folder()? {
        let place = if project.folder.is_empty() { "the context".to_owned() } else { format!("`{}`", project.folder) };
        cx.note(match project.tool {
            Tool::Maven => format!("a module of the Maven project in {place}"),
            Tool::Gradle => format!("a project of the Gradle build in {place}"),
        });
    }
    cx.note(format!("Java {}, from {}", release.number, release.by));
    if project.inputs.tests {
        cx.note("tests are compiled as well, because another module requires them");
    }
    if let Some(why) = project.whole {
        cx.note(format!("the files of all projects are inputs, because {why}"));
    }
    if !project.siblings.is_empty() {
        cx.note(format!("with {}, which it depends on", project.siblings.join(", ")));
    }
    let tool = project.tool.name();
    let by = match (project.wrapper, &project.tool_release) {
        (true, Some(version)) => format!("{tool} {version}, by the project's wrapper"),
        (true, None) => format!("{tool}, by the project's wrapper"),
        (false, _) => format!("{tool} of the image"),
    };
    cx.note(format!("built by {by}, {}", project.tool_by));
    Ok(())
}

fn plan(cx: &mut Context<'_, '_>, options: &JavaOptions, found: Found) -> Result<BuildOutput, PlanError> {
    let Found { project, release, image } = found;
    let own_env = own_env(cx, OWNED)?;
    let home = home(cx, options)?;
    note(cx, &project, &release)?;
    let java = release.number;
    let login = if project.tool == Tool::Maven { private::Tool::Maven } else { private::Tool::Gradle };
    let installing = installing(cx, login)?;
    let wanted = wanted(cx, &project, &release, cx.packages.build.clone());
    let toolchain_image = image.clone();
    let bench = add_toolchain(cx, &wanted, image, &cx.request().build_platform);
    let main = options.main.as_ref().map(|template| cx.eval(template)).transpose()?;
    let checked =
        checks::wanted(cx, if project.tool == Tool::Maven { "mvn -B -o test" } else { "gradle --offline test" })?;
    let tested = !checked.is_empty();
    // Developers run checks in the container.
    let runs_tests = tested || cx.purpose == Purpose::Develop && !cx.build.keys.checks.is_empty();
    let kit = JavaSteps {
        name: cx.name,
        project: &project,
        java,
        bench: &bench,
        own_env: &own_env,
        installing: &installing,
        main,
        runs_tests,
    };
    let dependencies = kit.fetch(cx)?;
    kit.run_steps(cx, dependencies, login)?;
    if cx.purpose == Purpose::Develop {
        return Ok(develop::plan(cx, &kit, dependencies, toolchain_image, &home)?);
    }
    if tested {
        let sources = kit.all_sources(cx)?;
        let setting = checks::CheckEnv {
            container: kit.offline(kit.env(), sources, dependencies),
            before: Text::default(),
            seeds: None,
        };
        for check in &checked {
            checks::run(cx, check, &setting)?;
        }
    }

    let sources = kit.sources(cx)?;
    let build = kit.build(cx, sources, dependencies);
    let folder = cx.source_folder()?;
    let output = with_named_output(cx, build, &folder, |cx| kit.sources_of_run(cx))?;
    let layer = |what: &str, folder: &str, target: &str| {
        let items = vec![LayerItem::Copy(LayerCopy::whole(build, folder, target))];
        cx.layer(format!("COPY {target}"), what, items)
    };
    let app = home.path.as_str();
    let layers = vec![layer("libraries", "/lib", &in_folder(app, "lib")), layer(project.tool.name(), "/app", app)];
    Ok(BuildOutput {
        destination: home.destination.clone(),
        entrypoint: ["java".to_owned(), "-jar".to_owned(), in_folder(app, JAR)].to_vec(),
        workdir: Some(app.to_owned()),
        debugger: (cx.purpose == Purpose::Debug).then_some(Debugger::Jdwp { java }),
        ..BuildOutput::new(output, layers, runtimes(java).needing(Need::Java(release.classes_for)))
    })
}

/// The folder of the application in images.
fn home(cx: &mut Context<'_, '_>, options: &JavaOptions) -> Result<Home, Diagnostic> {
    let home = Home::of(cx, options.destination.as_ref())?;
    match &home.destination {
        Some(path) if path.value.ends_with(".jar") => {
            let folder = path.value.rsplit_once('/').map(|(folder, _)| folder).filter(|folder| !folder.is_empty());
            let folder = folder.unwrap_or("/app");
            let message = format!("`{}` is the path of a jar, but `destination` is a folder", path.value);
            Err(Diagnostic::error(path.span, message).with_help(format!(
                "write `{folder}`: the program is `{folder}/{JAR}` there, and its libraries are in `{folder}/lib`"
            )))
        }
        _ => Ok(home),
    }
}

/// Variables that the preset sets itself; a spec that names one would be ignored.
const OWNED: &[(&str, &str)] = &[
    ("GRADLE_USER_HOME", "dependencies are in a separate layer"),
    ("MAVEN_USER_HOME", "dependencies are in a separate layer"),
    ("MAIN_CLASS", "it is the option `main`"),
    ("MODULE_FOLDER", "it is the option `module`"),
    ("MODULE_TASKS", "it is the option `module`"),
    ("MAIN_HINT", "it is the option `main`"),
    ("JAR_NAME", "it is what the build file says"),
    ("MAVEN", "it is the option `wrapper`"),
    ("GRADLE", "it is the option `wrapper`"),
    ("MAVEN_TESTS", "tests run as gates"),
];

/// Releases of Java that have a distroless image, and its Debian releases.
const DISTROLESS: &[(u32, &[Distro])] =
    &[(17, &[Distro::Bookworm, Distro::Trixie]), (21, &[Distro::Bookworm, Distro::Trixie]), (25, &[Distro::Trixie])];

/// The requirements of programs.
fn runtimes(java: u32) -> Runtimes {
    let why = "it has no Java; delete `runtime`, or write `runtime: slim`";
    let slim = Images::Any(format!("eclipse-temurin:{java}-jre"));
    let known = Runtimes::default().without_all(["scratch", "static", "base", "cc"], why).with("slim", slim);
    match DISTROLESS.iter().find(|(release, _)| *release == java) {
        Some((_, releases)) => {
            Runtimes { default: "distroless", ..known }.with("distroless", distroless(&format!("java{java}"), releases))
        }
        None => {
            let list: Vec<_> = DISTROLESS.iter().map(|(release, _)| release.to_string()).collect();
            let list = list.join(", ");
            let why =
                format!("there is none with Java {java}, only with {list}; delete `runtime`, or write `runtime: slim`");
            Runtimes { default: "slim", ..known }.without("distroless", why)
        }
    }
}
