//! Java: a project's dependencies in a layer of their own, a jar, and the libraries beside it.
//!
//! Steps, the same for every target platform, since jars run on all of them:
//!
//! 1. *manifests*: the files that say what the project needs;
//! 2. *dependencies*: Maven or Gradle fetches plugins and libraries into an ordinary layer;
//! 3. *sources*: the files of the build;
//! 4. *build*: Maven or Gradle offline, without tests; the program's jar and its libraries are picked from what it leaves.

mod project;
mod scripts;

use slipway_spec::Diagnostic;
use slipway_spec::model::JavaOptions;

use self::project::{JavaProject, Tool};
use super::common::{Installing, Toolchain, Wanted, installing, own_env, report_unused, toolchain};
use super::{Context, Made, MadeLayer, checks, in_folder, private, set, set_all};
use crate::runtime::Runtimes;
use crate::{
    CopyItem, LayerCopy, LayerItem, Mount, MountKind, Network, PlanError, Project, Run, RunOutput, StepId, StepKind,
    packages, shell,
};

/// Where the context's files stand in a step.
const SOURCES: &str = "/src";
/// Where dependencies stand in a step: Maven's local repository, or Gradle's home.
const DEPENDENCIES: &str = "/deps";
/// Where a step leaves the program and its libraries.
const OUTPUT: &str = "/out";
/// Where the program stands in images.
const APP: &str = "/app";
/// The script that Gradle runs before the project's own.
const GRADLE_INIT: &str = "/run/slipway/init.gradle";

pub(super) async fn build<P: Project>(cx: &Context<'_, P>, options: &JavaOptions) -> Result<Made, PlanError> {
    report_unused(cx);
    let own_env = own_env(cx, OWNED)?;
    let project = project::read(cx, options, cx.source_folder()?).await?;
    let login = if project.tool == Tool::Maven { private::Tool::Maven } else { private::Tool::Gradle };
    let installing = installing(cx, login)?;
    let java = project.java;
    let image = match project.tool {
        Tool::Maven => format!("maven:3-eclipse-temurin-{java}"),
        Tool::Gradle { wrapper: true } => format!("eclipse-temurin:{java}-jdk"),
        Tool::Gradle { wrapper: false } => format!("gradle:8-jdk{java}"),
    };
    let wanted = Wanted {
        image,
        what: format!("Java {java}"),
        span: project.java_span,
        packages: packages::names(cx.planner, &cx.build.packages.build)?,
    };
    let bench = toolchain(cx, &wanted, &cx.request().build_platform).await?;
    let main = options.main.as_ref().map(|template| cx.eval(template)).transpose()?;
    let kit = Kit { cx, project: &project, bench: &bench, own_env: &own_env, installing: &installing, main };
    let dependencies = kit.fetch();
    let sources = kit.sources()?;

    let gates =
        checks::gates(cx, if project.tool == Tool::Maven { "mvn -B -o test" } else { "gradle --offline test" })?;
    if !gates.is_empty() {
        let setting = checks::Setting {
            root: bench.root,
            platform: bench.platform.clone(),
            env: kit.env(),
            workdir: kit.workdir(),
            mounts: kit.mounts(sources, dependencies),
            before: String::new(),
            after: String::new(),
        };
        for gate in &gates {
            checks::run(cx, gate, &setting)?;
        }
    }

    let build = kit.build(sources, dependencies);
    let layer = |what: &str, folder: &str, target: &str| MadeLayer {
        what: format!("COPY {target}"),
        how: what.to_owned(),
        span: cx.span(),
        items: vec![LayerItem::Copy(LayerCopy::whole(build, folder, target))],
    };
    Ok(Made {
        layers: vec![layer("libraries", "/lib", "/app/lib"), layer(project.tool.describe(), "/app", APP)],
        output: build,
        entrypoint: ["java", "-jar", "/app/app.jar"].map(str::to_owned).to_vec(),
        cmd: Vec::new(),
        env: Vec::new(),
        workdir: Some(APP.to_owned()),
        runtimes: runtimes(java),
    })
}

/// Variables that the preset sets itself; a spec that names one would be ignored.
const OWNED: &[(&str, &str)] = &[
    ("GRADLE_USER_HOME", "dependencies are a layer of their own"),
    ("MAIN_CLASS", "it is the option `main`"),
    ("MODULE_FOLDER", "it is the option `module`"),
    ("MODULE_TASKS", "it is the option `module`"),
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

/// What the steps of a build have in common.
struct Kit<'a, P> {
    cx: &'a Context<'a, P>,
    project: &'a JavaProject,
    bench: &'a Toolchain,
    own_env: &'a [(String, String)],
    installing: &'a Installing,
    main: Option<String>,
}

impl<P: Project> Kit<'_, P> {
    fn workdir(&self) -> String {
        in_folder(SOURCES, &self.project.folder).trim_end_matches('/').to_owned()
    }

    fn env(&self) -> Vec<(String, String)> {
        let mut env = self.bench.env.clone();
        set_all(&mut env, self.own_env);
        let module = &self.project.module;
        match self.project.tool {
            // Commands of checks need not name the repository.
            Tool::Maven => set(
                &mut env,
                "MAVEN_OPTS",
                format!("-Dmaven.repo.local={DEPENDENCIES} {}", of(self.own_env, "MAVEN_OPTS")).trim_end(),
            ),
            Tool::Gradle { wrapper } => {
                set(&mut env, "GRADLE_USER_HOME", DEPENDENCIES);
                set(&mut env, "GRADLE", if wrapper { "./gradlew" } else { "gradle" });
                let tasks = if module.is_empty() { String::new() } else { format!(":{}:", module.replace('/', ":")) };
                set(&mut env, "MODULE_TASKS", &tasks);
            }
        }
        set(&mut env, "MODULE_FOLDER", if module.is_empty() { "." } else { module });
        set(&mut env, "MAIN_CLASS", self.main.as_deref().unwrap_or_default());
        // Earlier releases cannot be told the time that entries of a jar have.
        set(&mut env, "JAR_DATE", if self.project.java >= 17 { "--date=1980-01-01T00:00:02Z" } else { "" });
        env
    }

    fn mounts(&self, sources: StepId, dependencies: StepId) -> Vec<Mount> {
        let mut mounts = vec![
            Mount::discarded(SOURCES, sources),
            // Both tools write beside what they read; it is forgotten.
            Mount::discarded(DEPENDENCIES, dependencies),
            Mount { target: "/tmp".to_owned(), kind: MountKind::Tmpfs },
            Mount { target: "/root".to_owned(), kind: MountKind::Tmpfs },
        ];
        mounts.extend(self.init());
        mounts
    }

    /// Gradle's script.
    fn init(&self) -> Option<Mount> {
        let text = scripts::GRADLE_INIT.to_owned();
        let mount = Mount { target: GRADLE_INIT.to_owned(), kind: MountKind::Script { text } };
        (self.project.tool != Tool::Maven).then_some(mount)
    }

    /// Which modules Maven builds.
    fn words(&self) -> Vec<String> {
        let module = &self.project.module;
        if self.project.tool == Tool::Maven && !module.is_empty() {
            return ["-pl", module, "-am"].map(str::to_owned).to_vec();
        }
        Vec::new()
    }

    /// The step that leaves the dependencies in a layer.
    fn fetch(&self) -> StepId {
        let cx = self.cx;
        let maven: &[&str] = &["**/pom.xml", ".mvn"];
        let gradle: &[&str] = &[
            "**/build.gradle",
            "**/build.gradle.kts",
            "settings.gradle",
            "settings.gradle.kts",
            "**/gradle.properties",
            "gradle",
            "gradlew",
            "buildSrc",
            "**/gradle.lockfile",
        ];
        let names = if self.project.tool == Tool::Maven { maven } else { gradle };
        let include = names.iter().map(|name| in_folder(&self.project.folder, name)).collect();
        let item =
            CopyItem { from: cx.context(), source: "/".into(), target: "/".into(), include, exclude: Vec::new() };
        let what = if self.project.tool == Tool::Maven { "pom.xml" } else { "build.gradle" };
        let manifests =
            cx.add(cx.shared_step_name("dependencies", what), cx.span(), StepKind::Select { items: vec![item] });
        let fetch = if self.project.tool == Tool::Maven { scripts::MAVEN_FETCH } else { scripts::GRADLE_FETCH };
        let secrets = &self.installing.secrets;
        let text = format!(
            "{}{}{fetch}",
            secrets.revisions.iter().map(|line| format!("{line}\n")).collect::<String>(),
            scripts::TRUST
        );
        let script = shell::networked("dependencies", &text);
        let mut env = self.env();
        set_all(&mut env, &self.installing.env);
        let mut mounts = vec![
            Mount::discarded(SOURCES, manifests),
            Mount { target: "/tmp".to_owned(), kind: MountKind::Tmpfs },
            Mount { target: "/root".to_owned(), kind: MountKind::Tmpfs },
        ];
        mounts.extend(self.init());
        mounts.extend(secrets.mounts.iter().cloned());
        mounts.extend(script.mounts);
        let words = self.words().into_iter().chain(self.installing.options.iter().cloned());
        let kind = StepKind::Run(Run {
            root: self.bench.root,
            platform: self.bench.platform.clone(),
            args: script.args.into_iter().chain(words).collect(),
            env,
            workdir: self.workdir(),
            network: Network::Sandbox,
            mounts,
            secret_env: secrets.env.clone(),
            output: RunOutput::Folder(DEPENDENCIES.to_owned()),
        });
        cx.add(cx.shared_step_name("dependencies", self.project.tool.describe()), cx.span(), kind)
    }

    /// The step that leaves the program and its libraries.
    fn build(&self, sources: StepId, dependencies: StepId) -> StepId {
        let build = if self.project.tool == Tool::Maven { scripts::MAVEN_BUILD } else { scripts::GRADLE_BUILD };
        let script = shell::offline("build", &format!("{build}{}", scripts::PICK));
        let kind = StepKind::Run(Run {
            root: self.bench.root,
            platform: self.bench.platform.clone(),
            args: script.args.into_iter().chain(self.words()).collect(),
            env: self.env(),
            workdir: self.workdir(),
            network: Network::None,
            mounts: self.mounts(sources, dependencies).into_iter().chain(script.mounts).collect(),
            secret_env: Vec::new(),
            output: RunOutput::Folder(OUTPUT.to_owned()),
        });
        self.cx.add(self.cx.shared_step_name("build", self.project.tool.describe()), self.cx.span(), kind)
    }

    /// The step that holds the files of the build.
    fn sources(&self) -> Result<StepId, Diagnostic> {
        let (cx, folder) = (self.cx, &self.project.folder);
        let source = &cx.build.source;
        let mut include = cx.patterns(folder, &source.include)?;
        if include.is_empty() && !folder.is_empty() {
            include.push(folder.clone());
        }
        let mut exclude = cx.patterns(folder, &source.exclude)?;
        exclude.extend(["**/.gradle", ".git"].map(str::to_owned));
        exclude.push(cx.request().spec_name.clone());
        let what = if folder.is_empty() { "." } else { folder };
        Ok(cx.select(cx.shared_step_name("sources", &format!("COPY {what}")), include, exclude))
    }
}

/// The value of a variable; empty for none.
fn of<'e>(env: &'e [(String, String)], name: &str) -> &'e str {
    env.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}
