//! The steps of a Java build: manifests, dependencies, sources, the program.

use slipway_project::java::{Project, Tool};
use slipway_spec::Diagnostic;

use super::scripts;
use super::{DEPENDENCIES, OUTPUT, SOURCES};
use crate::paths::place_in;
use crate::presets::common::{Installing, Toolchain};
use crate::presets::run_steps::{self, Place};
use crate::presets::{Context, excluded_files, in_folder, join_path, private, set, set_all, shown};
use crate::shell::{Text, word};
use crate::step::Container;
use crate::{Mount, PlanError, Sharing, StepId, shell};

/// The script that Gradle runs before the project's own.
const GRADLE_INIT: &str = "/run/slipway/init.gradle";

/// The common parts of a build's steps.
pub(super) struct JavaSteps<'a> {
    /// The build's name.
    pub(super) name: &'a str,
    pub(super) project: &'a Project,
    /// The Java release.
    pub(super) java: u32,
    pub(super) bench: &'a Toolchain,
    pub(super) own_env: &'a [(String, String)],
    pub(super) installing: &'a Installing,
    pub(super) main: Option<String>,
    /// Whether checks run tests, which require more dependencies.
    pub(super) runs_tests: bool,
}

impl JavaSteps<'_> {
    /// A container in the project's folder.
    fn container(&self, env: Vec<(String, String)>) -> Container {
        self.bench.container(env).cwd(place_in(SOURCES, &self.project.folder))
    }

    /// A container with sources and dependencies.
    pub(super) fn offline(&self, env: Vec<(String, String)>, sources: StepId, dependencies: StepId) -> Container {
        let init = (self.project.tool == Tool::Gradle).then(|| Mount::text(GRADLE_INIT, scripts::GRADLE_INIT));
        self.container(env)
            .mount(Mount::discarded(SOURCES, sources))
            // Both tools write next to their inputs; this is discarded.
            .mount(Mount::discarded_dependencies(DEPENDENCIES, dependencies))
            .mount(Mount::tmpfs("/tmp"))
            .mount(Mount::tmpfs("/root"))
            .mounts(init)
    }

    /// The environment of every step, including the commands of checks.
    pub(super) fn env(&self) -> Vec<(String, String)> {
        let mut env = self.bench.env.clone();
        set_all(&mut env, self.own_env);
        self.add_env(&mut env);
        env
    }

    /// Adds the variables by which the tool finds dependencies.
    pub(super) fn add_env(&self, env: &mut Vec<(String, String)>) {
        match self.project.tool {
            Tool::Maven => {
                // Commands of checks need not name the repository. The programs that Maven runs are short, so fast
                // compilation matters more than fast code.
                let own = self.own_env.iter().find(|(name, _)| name == "MAVEN_OPTS").map_or("", |(_, value)| value);
                let options = format!("-Dmaven.repo.local={DEPENDENCIES} -XX:TieredStopAtLevel=1 {own}");
                set(env, "MAVEN_OPTS", options.trim_end());
                if self.project.wrapper {
                    set(env, "MAVEN_USER_HOME", &format!("{DEPENDENCIES}/.wrapper"));
                }
            }
            Tool::Gradle => set(env, "GRADLE_USER_HOME", DEPENDENCIES),
        }
    }

    /// The tool as a shell command.
    fn command(&self) -> (&'static str, &'static str) {
        match (self.project.tool, self.project.wrapper) {
            (Tool::Maven, true) => ("MAVEN", "sh ./mvnw"),
            (Tool::Maven, false) => ("MAVEN", "mvn"),
            (Tool::Gradle, true) => ("GRADLE", "./gradlew"),
            (Tool::Gradle, false) => ("GRADLE", "gradle"),
        }
    }

    /// The step that writes the dependencies to a layer: the same for every module.
    pub(super) fn fetch(&self, cx: &mut Context<'_, '_>) -> Result<StepId, Diagnostic> {
        let inputs = &self.project.inputs;
        let include = inputs.manifests.iter().cloned().chain(self.settings()).chain(cx.installed_with()?).collect();
        let (what, fetch, cache) = match self.project.tool {
            Tool::Maven => ("pom.xml", scripts::MAVEN_FETCH, "maven"),
            Tool::Gradle => ("build.gradle", scripts::GRADLE_FETCH, "gradle"),
        };
        let name = cx.shared_step_name("dependencies", what);
        let manifests = cx.add(name, cx.span(), vec![cx.files(include, Vec::new())]);
        let secrets = &self.installing.secrets;
        let settings = if self.project.tool == Tool::Maven { scripts::MAVEN_SETTINGS } else { "" };
        let all = secrets.revisions.clone() + shell::AGAIN + scripts::PREPARE_TRUST + settings + scripts::START + fetch;
        let script = shell::networked("dependencies", all);
        let mut env = self.env();
        let (name, command) = self.command();
        set(&mut env, name, command);
        if self.project.tool == Tool::Maven {
            set(&mut env, "MAVEN_TESTS", if self.runs_tests { "" } else { self.skip_tests() });
            set(&mut env, "MAVEN_CLASSPATH", scripts::MAVEN_CLASSPATH);
            set(&mut env, "MAVEN_OFFLINE", scripts::MAVEN_OFFLINE);
        }
        set_all(&mut env, &self.installing.env);
        let container = self
            .container(env)
            .mount(Mount::discarded(SOURCES, manifests))
            // Both tools trust existing files, so no project uses another's. Neither can share them with a run on
            // another machine.
            .mount(Mount::cache(
                format!("/var/cache/{cache}"),
                format!("slipway/{cache}/{}", self.name()),
                Sharing::Locked,
            ))
            .mount(Mount::tmpfs("/tmp"))
            .mount(Mount::tmpfs("/root"))
            .mount(Mount::text("/run/slipway/Prepare.java", scripts::PREPARE))
            .mount(Mount::text("/run/slipway/Assemble.java", scripts::ASSEMBLE))
            .mount(match self.project.tool {
                Tool::Maven => Mount::text("/run/slipway/Onward.java", scripts::ONWARD),
                Tool::Gradle => Mount::text(GRADLE_INIT, scripts::GRADLE_INIT),
            })
            .mounts(secrets.mounts.iter().cloned());
        let run = container.run(script).args(&self.installing.options);
        let run = run.secret_env(secrets.env.clone()).output(DEPENDENCIES);
        Ok(cx.add(cx.shared_step_name("dependencies", self.project.tool.name()), cx.span(), run))
    }

    /// Files that options of the tool name: settings and toolchains of Maven, scripts of Gradle.
    fn settings(&self) -> Vec<String> {
        let options = self.project.tool_options.iter().chain(&self.installing.options);
        let places = files_of_options(options.map(String::as_str));
        places.iter().filter_map(|place| join_path(&self.project.folder, place)).collect()
    }

    /// The project's name in the names of caches.
    fn name(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '-' };
        let name: String = self.project.name.chars().map(plain).take(128).collect();
        if name.is_empty() { self.name.to_owned() } else { name }
    }

    /// The option that makes Maven skip tests.
    fn skip_tests(&self) -> &'static str {
        if self.project.inputs.tests { "-DskipTests" } else { "-Dmaven.test.skip=true" }
    }

    /// Adds the variables of the script that builds the program, and returns its arguments.
    pub(super) fn building(&self, env: &mut Vec<(String, String)>) -> Vec<String> {
        let (project, module) = (self.project, &self.project.module);
        let (name, command) = self.command();
        set(env, name, command);
        set(env, "MODULE_FOLDER", if module.is_empty() { "." } else { module });
        set(env, "MAIN_CLASS", self.main.as_deref().unwrap_or_default());
        set(env, "MAIN_HINT", project.main.as_deref().unwrap_or_default());
        if let Some(name) = &project.jar_name {
            set(env, "JAR_NAME", name);
        }
        let mut words = project.inputs.absent.clone();
        words.push("--".to_owned());
        match project.tool {
            Tool::Maven => {
                set(env, "MAVEN_TESTS", self.skip_tests());
                set(env, "MAVEN_CLASSPATH", scripts::MAVEN_CLASSPATH);
                if !module.is_empty() {
                    words.extend(["-pl", module, "-am"].map(str::to_owned));
                }
            }
            Tool::Gradle => {
                let tasks = if module.is_empty() { ":".to_owned() } else { format!("{}:", project.gradle_path) };
                set(env, "MODULE_TASKS", &tasks);
            }
        }
        words
    }

    /// The script that builds the program, and lays it out in the folder `output`; `init` is what Gradle runs first.
    pub(super) fn build_script(&self, init: &str, output: &str) -> Text {
        let build = match self.project.tool {
            Tool::Maven => Text::from(scripts::MAVEN_BUILD) + scripts::MAVEN_ASSEMBLE,
            Tool::Gradle => Text::from(scripts::GRADLE_BUILD) + word(init) + scripts::GRADLE_ASSEMBLE,
        };
        build + word(output) + "\n"
    }

    /// The step that writes the program and its libraries.
    pub(super) fn build(&self, cx: &mut Context<'_, '_>, sources: StepId, dependencies: StepId) -> StepId {
        let (project, module) = (self.project, &self.project.module);
        let mut env = self.env();
        let words = self.building(&mut env);
        // Gradle would ask the process that locks its cache to release it, which does not work from another container.
        let results = (project.tool == Tool::Gradle).then(|| {
            let cache = cx.cache_id("gradle-build", &self.name(), &self.bench.platform, &self.java.to_string());
            Mount::cache(format!("{DEPENDENCIES}/caches/build-cache-1"), cache, Sharing::Private)
        });
        let container = self.offline(env, sources, dependencies).mounts(results);
        let script = shell::compile("build", self.build_script(GRADLE_INIT, OUTPUT));
        let run = container.run(script).args(words).output(OUTPUT);
        let what = if module.is_empty() {
            project.tool.name().to_owned()
        } else {
            format!("{} {module}", project.tool.name())
        };
        cx.add(cx.shared_step_name("build", &what), cx.span(), run)
    }

    /// The step with the files of the build: those of the module and of the modules that it requires.
    pub(super) fn sources(&self, cx: &mut Context<'_, '_>) -> Result<StepId, Diagnostic> {
        let inputs = &self.project.inputs;
        let module = in_folder(&self.project.folder, &self.project.module);
        let module = module.trim_end_matches('/');
        let what = if module.is_empty() { "." } else { module };
        let include = inputs.include.iter().cloned().chain(self.settings()).collect();
        self.select(cx, &format!("COPY {what}"), include, inputs.exclude.clone())
    }

    /// The step with all files of the project, including tests: the inputs of a gate are unknown.
    pub(super) fn all_sources(&self, cx: &mut Context<'_, '_>) -> Result<StepId, Diagnostic> {
        let folder = &self.project.folder;
        let include = if folder.is_empty() { Vec::new() } else { vec![folder.clone()] };
        let exclude = ["**/.gradle", ".git"].map(str::to_owned).to_vec();
        self.select(cx, if folder.is_empty() { "COPY ." } else { "COPY" }, include, exclude)
    }

    /// The step that holds the files that `run` steps see: those of the whole project, without what people read.
    pub(super) fn sources_of_run(&self, cx: &mut Context<'_, '_>) -> Result<StepId, Diagnostic> {
        let folder = &self.project.folder;
        let include = if folder.is_empty() { Vec::new() } else { vec![folder.clone()] };
        let mut exclude = ["**/.gradle", ".git"].map(str::to_owned).to_vec();
        exclude.extend(excluded_files::patterns(folder));
        self.select(cx, &format!("COPY {} for run", shown(folder)), include, exclude)
    }

    /// Plans the `run` steps.
    pub(super) fn run_steps(
        &self,
        cx: &mut Context<'_, '_>,
        dependencies: StepId,
        tool: private::Tool,
    ) -> Result<(), PlanError> {
        if !run_steps::any(cx) {
            return Ok(());
        }
        let place = Place {
            platform: self.bench.platform.clone(),
            online: Vec::new(),
            tool,
            repository: SOURCES.to_owned(),
            manifests: self.project.folder.clone(),
            folder: cx.source_folder()?,
            before: Text::default(),
        };
        run_steps::plan(cx, &place, |cx| {
            let sources = self.sources_of_run(cx)?;
            Ok(self.offline(self.env(), sources, dependencies))
        })
    }

    /// Files of the context, with additions and exclusions of the spec.
    fn select(
        &self,
        cx: &mut Context<'_, '_>,
        what: &str,
        mut include: Vec<String>,
        mut exclude: Vec<String>,
    ) -> Result<StepId, Diagnostic> {
        let folder = cx.source_folder()?;
        let source = &cx.build.source;
        let added = cx.patterns(&folder, &source.include)?;
        let own = cx.patterns(&folder, &source.exclude)?;
        let sort = |list: &mut Vec<String>| {
            list.sort();
            list.dedup();
        };
        exclude.extend(own.iter().cloned());
        exclude.push(cx.request().spec_name.clone());
        sort(&mut include);
        sort(&mut exclude);
        let mut items = vec![cx.sources(include, exclude)];
        if !added.is_empty() {
            // Named files are included even if the preset would exclude them.
            items.push(cx.files(added, own));
        }
        Ok(cx.select_items(cx.shared_step_name("sources", what), items))
    }
}

/// Files that options name, relative to the tool's working directory.
fn files_of_options<'o>(options: impl Iterator<Item = &'o str>) -> Vec<&'o str> {
    const NAMING: &[&str] = &[
        "-s",
        "--settings",
        "-gs",
        "--global-settings",
        "-t",
        "--toolchains",
        "-gt",
        "--global-toolchains",
        "-I",
        "--init-script",
    ];
    let mut found = Vec::new();
    let mut is_next = false;
    for option in options {
        let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
        let place = if std::mem::take(&mut is_next) { Some(option) } else { value.filter(|_| NAMING.contains(&name)) };
        is_next = place.is_none() && NAMING.contains(&option);
        found.extend(place.filter(|place| !place.is_empty() && !place.starts_with('/')));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_name_files() {
        let of = |text: &'static str| files_of_options(text.split(' '));
        assert_eq!(
            of("-B -s ci/settings.xml --toolchains=ci/toolchains.xml"),
            ["ci/settings.xml", "ci/toolchains.xml"]
        );
        assert_eq!(of("-gs /root/settings.xml -T 4 -s"), [] as [&str; 0]);
    }
}
