//! The steps of a Java build: manifests, dependencies, sources, the program.

use slipway_project::java::{Project, Tool};
use slipway_spec::Diagnostic;

use super::scripts;
use super::{DEPENDENCIES, OUTPUT, SOURCES};
use crate::presets::common::{Installing, Toolchain};
use crate::presets::{Context, in_folder, join_path, set, set_all};
use crate::{CopyItem, Mount, MountKind, Network, Run, RunOutput, Sharing, StepId, StepKind, shell};

/// The script that Gradle runs before the project's own.
const GRADLE_INIT: &str = "/run/slipway/init.gradle";

/// What the steps of a build have in common.
pub(super) struct JavaSteps<'a> {
    pub(super) cx: &'a Context<'a>,
    pub(super) project: &'a Project,
    /// The release of Java.
    pub(super) java: u32,
    pub(super) bench: &'a Toolchain,
    pub(super) own_env: &'a [(String, String)],
    pub(super) installing: &'a Installing,
    pub(super) main: Option<String>,
    /// Whether gates run tests, which need more dependencies.
    pub(super) tested: bool,
}

impl JavaSteps<'_> {
    pub(super) fn workdir(&self) -> String {
        in_folder(SOURCES, &self.project.folder).trim_end_matches('/').to_owned()
    }

    /// What every step sees, the commands of checks included.
    pub(super) fn env(&self) -> Vec<(String, String)> {
        let mut env = self.bench.env.clone();
        set_all(&mut env, self.own_env);
        match self.project.tool {
            Tool::Maven => {
                // Commands of checks need not name the repository. The programs that Maven runs end soon: code that is
                // compiled fast is better for them than fast code.
                let own = self.own_env.iter().find(|(name, _)| name == "MAVEN_OPTS").map_or("", |(_, value)| value);
                let options = format!("-Dmaven.repo.local={DEPENDENCIES} -XX:TieredStopAtLevel=1 {own}");
                set(&mut env, "MAVEN_OPTS", options.trim_end());
                if self.project.wrapper {
                    set(&mut env, "MAVEN_USER_HOME", &format!("{DEPENDENCIES}/.wrapper"));
                }
            }
            Tool::Gradle => set(&mut env, "GRADLE_USER_HOME", DEPENDENCIES),
        }
        env
    }

    /// The tool, as a shell runs it.
    fn command(&self) -> (&'static str, &'static str) {
        match (self.project.tool, self.project.wrapper) {
            (Tool::Maven, true) => ("MAVEN", "sh ./mvnw"),
            (Tool::Maven, false) => ("MAVEN", "mvn"),
            (Tool::Gradle, true) => ("GRADLE", "./gradlew"),
            (Tool::Gradle, false) => ("GRADLE", "gradle"),
        }
    }

    pub(super) fn mounts(&self, sources: StepId, dependencies: StepId) -> Vec<Mount> {
        let mut mounts = vec![
            Mount::discarded(SOURCES, sources),
            // Both tools write beside what they read; it is forgotten.
            Mount::discarded(DEPENDENCIES, dependencies),
            Mount { target: "/tmp".to_owned(), kind: MountKind::Tmpfs },
            Mount { target: "/root".to_owned(), kind: MountKind::Tmpfs },
        ];
        if self.project.tool == Tool::Gradle {
            mounts.push(text(GRADLE_INIT, scripts::GRADLE_INIT));
        }
        mounts
    }

    /// The step that leaves the dependencies in a layer: the same for every module.
    pub(super) fn fetch(&self) -> Result<StepId, Diagnostic> {
        let (cx, inputs) = (self.cx, &self.project.inputs);
        let item = CopyItem {
            from: cx.context(),
            source: "/".into(),
            target: "/".into(),
            include: inputs.manifests.iter().cloned().chain(self.settings()).chain(cx.installed_with()?).collect(),
            exclude: Vec::new(),
        };
        let (what, fetch, cache) = match self.project.tool {
            Tool::Maven => ("pom.xml", scripts::MAVEN_FETCH, "maven"),
            Tool::Gradle => ("build.gradle", scripts::GRADLE_FETCH, "gradle"),
        };
        let manifests =
            cx.add(cx.shared_step_name("dependencies", what), cx.span(), StepKind::Select { items: vec![item] });
        let secrets = &self.installing.secrets;
        let settings = if self.project.tool == Tool::Maven { scripts::MAVEN_SETTINGS } else { "" };
        let all = secrets.revisions.clone() + shell::AGAIN + scripts::PREPARE_TRUST + settings + scripts::START + fetch;
        let script = shell::networked("dependencies", all);
        let mut env = self.env();
        let (name, command) = self.command();
        set(&mut env, name, command);
        if self.project.tool == Tool::Maven {
            set(&mut env, "MAVEN_TESTS", if self.tested { "" } else { self.skip_tests() });
            set(&mut env, "MAVEN_CLASSPATH", scripts::MAVEN_CLASSPATH);
            set(&mut env, "MAVEN_OFFLINE", scripts::MAVEN_OFFLINE);
        }
        set_all(&mut env, &self.installing.env);
        let mut mounts = vec![
            Mount::discarded(SOURCES, manifests),
            // Both tools trust what they find there, so no project finds what another has left. Neither can share it
            // with another machine's run.
            Mount::cache(format!("/var/cache/{cache}"), format!("slipway/{cache}/{}", self.name()), Sharing::Locked),
            Mount { target: "/tmp".to_owned(), kind: MountKind::Tmpfs },
            Mount { target: "/root".to_owned(), kind: MountKind::Tmpfs },
            text("/run/slipway/Prepare.java", scripts::PREPARE),
            text("/run/slipway/Assemble.java", scripts::ASSEMBLE),
        ];
        mounts.push(match self.project.tool {
            Tool::Maven => text("/run/slipway/Onward.java", scripts::ONWARD),
            Tool::Gradle => text(GRADLE_INIT, scripts::GRADLE_INIT),
        });
        mounts.extend(secrets.mounts.iter().cloned());
        mounts.extend(script.mounts);
        let kind = StepKind::Run(Run {
            root: self.bench.root,
            platform: self.bench.platform.clone(),
            args: script.args.into_iter().chain(self.installing.options.iter().cloned()).collect(),
            env,
            workdir: self.workdir(),
            network: Network::Sandbox,
            mounts,
            secret_env: secrets.env.clone(),
            output: RunOutput::Folder(DEPENDENCIES.to_owned()),
        });
        Ok(cx.add(cx.shared_step_name("dependencies", self.project.tool.name()), cx.span(), kind))
    }

    /// Files that options of the tool name: settings and toolchains of Maven, scripts of Gradle.
    fn settings(&self) -> Vec<String> {
        let options = self.project.tool_options.iter().chain(&self.installing.options);
        let places = files_of_options(options.map(String::as_str));
        places.iter().filter_map(|place| join_path(&self.project.folder, place)).collect()
    }

    /// The project's name as a part of the names of caches.
    fn name(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '-' };
        let name: String = self.project.name.chars().map(plain).take(128).collect();
        if name.is_empty() { self.cx.name.to_owned() } else { name }
    }

    /// The option that makes Maven leave out tests.
    fn skip_tests(&self) -> &'static str {
        if self.project.inputs.tests { "-DskipTests" } else { "-Dmaven.test.skip=true" }
    }

    /// The step that leaves the program and its libraries.
    pub(super) fn build(&self, sources: StepId, dependencies: StepId) -> StepId {
        let (project, module) = (self.project, &self.project.module);
        let mut env = self.env();
        let (name, command) = self.command();
        set(&mut env, name, command);
        set(&mut env, "MODULE_FOLDER", if module.is_empty() { "." } else { module });
        set(&mut env, "MAIN_CLASS", self.main.as_deref().unwrap_or_default());
        set(&mut env, "MAIN_HINT", project.main.as_deref().unwrap_or_default());
        if let Some(name) = &project.jar_name {
            set(&mut env, "JAR_NAME", name);
        }
        let mut words = project.inputs.absent.clone();
        words.push("--".to_owned());
        let mut mounts = self.mounts(sources, dependencies);
        let build = match project.tool {
            Tool::Maven => {
                set(&mut env, "MAVEN_TESTS", self.skip_tests());
                set(&mut env, "MAVEN_CLASSPATH", scripts::MAVEN_CLASSPATH);
                if !module.is_empty() {
                    words.extend(["-pl", module, "-am"].map(str::to_owned));
                }
                scripts::MAVEN_BUILD
            }
            Tool::Gradle => {
                let tasks = if module.is_empty() { ":".to_owned() } else { format!("{}:", project.gradle_path) };
                set(&mut env, "MODULE_TASKS", &tasks);
                // Gradle asks the process that holds the lock of its cache for it, which cannot hear it from another
                // container.
                let cache =
                    self.cx.cache_id("gradle-build", &self.name(), &self.bench.platform, &self.java.to_string());
                mounts.push(Mount::cache(format!("{DEPENDENCIES}/caches/build-cache-1"), cache, Sharing::Private));
                scripts::GRADLE_BUILD
            }
        };
        let script = shell::compile("build", build);
        let kind = StepKind::Run(Run {
            root: self.bench.root,
            platform: self.bench.platform.clone(),
            args: script.args.into_iter().chain(words).collect(),
            env,
            workdir: self.workdir(),
            network: Network::None,
            mounts: mounts.into_iter().chain(script.mounts).collect(),
            secret_env: Vec::new(),
            output: RunOutput::Folder(OUTPUT.to_owned()),
        });
        let what = if module.is_empty() {
            project.tool.name().to_owned()
        } else {
            format!("{} {module}", project.tool.name())
        };
        self.cx.add(self.cx.shared_step_name("build", &what), self.cx.span(), kind)
    }

    /// The step that holds the files of the build: those of the module and of what it needs.
    pub(super) fn sources(&self) -> Result<StepId, Diagnostic> {
        let inputs = &self.project.inputs;
        let module = in_folder(&self.project.folder, &self.project.module);
        let module = module.trim_end_matches('/');
        let what = if module.is_empty() { "." } else { module };
        let include = inputs.include.iter().cloned().chain(self.settings()).collect();
        self.select(&format!("COPY {what}"), include, inputs.exclude.clone())
    }

    /// The step that holds all files of the project, tests included: what a gate runs is not known.
    pub(super) fn all_sources(&self) -> Result<StepId, Diagnostic> {
        let folder = &self.project.folder;
        let include = if folder.is_empty() { Vec::new() } else { vec![folder.clone()] };
        let exclude = ["**/.gradle", ".git"].map(str::to_owned).to_vec();
        self.select(if folder.is_empty() { "COPY ." } else { "COPY" }, include, exclude)
    }

    /// Files of the context, with those that the spec adds, and without those that it excludes.
    fn select(&self, what: &str, mut include: Vec<String>, mut exclude: Vec<String>) -> Result<StepId, Diagnostic> {
        let cx = self.cx;
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
        let context = |include, exclude| CopyItem {
            from: cx.context(),
            source: "/".into(),
            target: "/".into(),
            include,
            exclude,
        };
        let mut items = vec![context(include, exclude)];
        if !added.is_empty() {
            // Named files come whether the preset thinks much of them or not.
            items.push(context(added, own));
        }
        items.extend(cx.inputs.iter().map(|input| CopyItem {
            from: input.from,
            source: input.source.clone(),
            target: input.target.clone(),
            include: Vec::new(),
            exclude: Vec::new(),
        }));
        Ok(cx.add(cx.shared_step_name("sources", what), cx.span(), StepKind::Select { items }))
    }
}

/// Files that options name, relative to the folder that the tool runs in.
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

/// A text as a file.
fn text(target: &str, text: &str) -> Mount {
    Mount { target: target.to_owned(), kind: MountKind::Script { text: text.to_owned() } }
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
