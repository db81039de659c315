//! The steps that create a virtual environment as a layer, with the project's external dependencies and nothing from
//! the repository.

use slipway_project::python::{Needs, PythonProject, Query, Tool};

use super::places::Places;
use super::scripts::{
    DEBUGGER, ENVIRONMENT, FINISH, FINISH_MORE, INSTALL_BUILD_TOOLS, INSTALL_DEBUGGER, INSTALL_TOOL, PIP,
    PIP_ELSEWHERE, POETRY, TOOL_ENV, UV, uv_root,
};
use super::told_version::tell_version;
use super::words::words;
use super::{BUILD_TOOLS, DOWNLOADS, TOOL};
use crate::paths::place_in;
use crate::presets::common::{Installing, Toolchain, with_git};
use crate::presets::{Context, in_folder, set, set_all};
use crate::shell::{Text, word};
use crate::{Mount, MountKind, Sharing, StepId, shell};

/// The version of debugpy for each release of Python that it needs at least.
const DEBUGPY: &[(u32, &str)] = &[(10, "1.8.22"), (8, "1.8.5"), (0, "1.6.7")];

/// The common parts of installation steps.
#[derive(Clone, Copy)]
pub(super) struct Installer<'a> {
    pub(super) project: &'a PythonProject,
    /// The build's query about it.
    pub(super) query: &'a Query,
    pub(super) places: &'a Places,
    /// Patterns of files that the spec adds to the dependency step.
    pub(super) installed_with: &'a [String],
    /// Python's image, with packages for compilers.
    pub(super) toolchain: &'a Toolchain,
    /// Python's image without packages.
    pub(super) bare: &'a Toolchain,
    /// The Debian release of the image, or the image: a wheel that is built on one may not run on an older one.
    pub(super) release: &'a str,
    pub(super) own_env: &'a [(String, String)],
    pub(super) installing: &'a Installing,
    /// Whether it includes development dependencies.
    pub(super) dev: bool,
}

/// What an environment is installed into.
#[derive(Clone, Copy)]
pub(super) enum Start<'a> {
    /// A new environment, for the platform of the step.
    New,
    /// A new environment for another platform, which these options of the installer name.
    Elsewhere(&'a [String]),
    /// The result of a step that installed a part of it.
    On(StepId),
}

impl Installer<'_> {
    /// Plans the environment; the root of the result is its content.
    pub(super) fn environment(&self, cx: &mut Context<'_, '_>, needs: &Needs, start: Start<'_>) -> StepId {
        let (elsewhere, on) = match start {
            Start::New => (&[][..], None),
            Start::Elsewhere(options) => (options, None),
            Start::On(step) => (&[][..], Some(step)),
        };
        let (project, places) = (self.project, self.places);
        let include: Vec<String> = needs.include.iter().chain(self.installed_with).cloned().collect();
        let exclude = needs.exclude.iter().cloned().chain(["**/__pycache__", "**/.venv"].map(str::to_owned)).collect();
        // Settings files are optional.
        let named = include.iter().filter(|path| !path.ends_with("uv.toml") && !path.ends_with("poetry.toml"));
        let what = named.map(String::as_str).collect::<Vec<_>>().join(", ");
        let name = cx.shared_step_name("dependencies", &what);
        let manifests = cx.add(name, cx.span(), vec![cx.files(include, exclude)]);
        let mut mounts = vec![Mount::discarded(places.sources, manifests)];
        let sources = places.sources;
        mounts.extend(needs.texts.iter().map(|(path, text)| Mount::text(format!("{sources}/{path}"), text)));
        let (mut command, sharing) = match &project.tool {
            Tool::Pip { .. } if elsewhere.is_empty() => (Text::from(PIP), Sharing::Shared),
            Tool::Pip { .. } => (Text::from(PIP_ELSEWHERE), Sharing::Shared),
            Tool::Uv { .. } => (Text::from(UV), Sharing::Shared),
            Tool::Poetry { .. } => (Text::from(POETRY), Sharing::Locked),
        };
        if let Some((groups, root)) = &needs.root_groups {
            command += uv_root(&in_folder(places.sources, root), groups);
        }
        mounts.extend(self.tool(cx).map(|tool| Mount::read_only(TOOL, tool)));
        let cache = self.cache_id(project.tool.word());
        mounts.push(Mount::cache(DOWNLOADS, cache, sharing));
        mounts.extend(self.installing.secrets.mounts.iter().cloned());
        let new = if on.is_none() && elsewhere.is_empty() { ENVIRONMENT } else { "" };
        let finish = if on.is_none() { FINISH } else { FINISH_MORE };
        let text = places.prelude() + new + command + finish + "finish " + word(&places.venv) + "\n";
        let mut env = self.toolchain.env.clone();
        set_all(&mut env, self.own_env);
        set_all(&mut env, &self.installing.env);
        for local in &needs.built_by_installer {
            tell_version(cx, local, &mut env);
        }
        set_all_tools(&mut env, places);
        let words = words(self.query, project, needs, self.dev);
        let words = words.iter().chain(elsewhere).chain(&self.installing.options).cloned().collect();
        let what = format!("{}{}", project.tool.describe(), if self.dev { ", with those of developers" } else { "" });
        let name = if elsewhere.is_empty() {
            format!("[{}{} dependencies] {what}", cx.draft.prefix(&self.toolchain.platform), cx.name)
        } else {
            cx.step_name("dependencies", &what)
        };
        let output = places.venv.as_str();
        let step = Step { name, file: "dependencies", text, words, env, mounts, output, on, workdir: self.workdir() };
        let toolchain = if needs.from_git { with_git(cx, self.toolchain) } else { self.toolchain.clone() };
        self.networked(cx, &toolchain, step)
    }

    fn workdir(&self) -> String {
        place_in(self.places.sources, &self.project.folder)
    }

    /// uv or Poetry in a separate environment. It depends only on its version and the image, so that projects share it.
    pub(super) fn tool(&self, cx: &mut Context<'_, '_>) -> Option<StepId> {
        let (package, version) = match &self.project.tool {
            Tool::Pip { .. } => return None,
            Tool::Uv { version, .. } => ("uv", version),
            Tool::Poetry { version, .. } => ("poetry", version),
        };
        let mounts = self.pip_mounts();
        Some(self.networked(
            cx,
            self.bare,
            Step {
                name: format!("[{}python tool] {package} {version}", cx.draft.prefix(&self.bare.platform)),
                file: package,
                text: INSTALL_TOOL.into(),
                words: vec![format!("{package}=={version}")],
                env: self.reaching_env(),
                mounts,
                output: TOOL,
                on: None,
                workdir: "/".to_owned(),
            },
        ))
    }

    /// Build requirements of a package of the repository, in a separate environment.
    pub(super) fn build_tools(&self, cx: &mut Context<'_, '_>, requires: &[String]) -> StepId {
        let mut words = requires.to_vec();
        words.sort();
        words.dedup();
        let what = words.join(" ");
        self.networked(
            cx,
            self.toolchain,
            Step {
                name: format!("[{}python build tools] {what}", cx.draft.prefix(&self.toolchain.platform)),
                file: "build-tools",
                text: INSTALL_BUILD_TOOLS.into(),
                words,
                env: self.reaching_env(),
                mounts: self.pip_mounts(),
                output: BUILD_TOOLS,
                on: None,
                workdir: "/".to_owned(),
            },
        )
    }

    /// debugpy in a folder of its own. Its wheel without machine code is the same for all platforms.
    pub(super) fn debugger(&self, cx: &mut Context<'_, '_>) -> StepId {
        let minor = self.project.minor();
        let minor = minor.strip_prefix("3.").and_then(|minor| minor.parse().ok()).unwrap_or(u32::MAX);
        let version = DEBUGPY.iter().find(|(oldest, _)| minor >= *oldest).map_or("", |(_, version)| version);
        self.networked(
            cx,
            self.bare,
            Step {
                name: format!("[python debugger] debugpy {version}"),
                file: "debugpy",
                text: INSTALL_DEBUGGER.into(),
                words: vec![format!("debugpy=={version}")],
                env: self.reaching_env(),
                mounts: self.pip_mounts(),
                output: DEBUGGER,
                on: None,
                workdir: "/".to_owned(),
            },
        )
    }

    /// The name of a tool's cache, which also contains wheels that were built.
    fn cache_id(&self, tool: &str) -> String {
        format!("slipway/{tool}/{}/{}", self.toolchain.platform, self.release)
    }

    fn pip_mounts(&self) -> Vec<Mount> {
        let mut mounts = vec![Mount::cache(DOWNLOADS, self.cache_id("pip"), Sharing::Shared)];
        mounts.extend(self.installing.secrets.mounts.iter().cloned());
        mounts
    }

    /// The environment of steps that install something other than the project's dependencies: of the spec's variables,
    /// only those about accessing packages.
    fn reaching_env(&self) -> Vec<(String, String)> {
        let mut env = self.bare.env.clone();
        let said = self.own_env.iter().chain(&self.installing.env);
        let reaching =
            said.filter(|(name, _)| name.starts_with("PIP_") || name.to_ascii_lowercase().ends_with("_proxy"));
        set_all(&mut env, &reaching.cloned().collect::<Vec<_>>());
        env
    }

    /// A step with network access whose result is a folder.
    fn networked(&self, cx: &mut Context<'_, '_>, toolchain: &Toolchain, step: Step<'_>) -> StepId {
        // Every step that uses an index may have to log in there.
        let script = shell::networked(step.file, self.installing.secrets.revisions.clone() + shell::AGAIN + step.text);
        let mut mounts = step.mounts;
        mounts.extend(["/tmp", "/root"].map(Mount::tmpfs));
        // A later mount covers earlier ones.
        mounts.sort_by_key(|mount| !matches!(mount.kind, MountKind::Tmpfs));
        let container = toolchain.container(step.env).cwd(step.workdir).mounts(mounts);
        let run = container.run(script).args(step.words);
        let run = run.secret_env(self.installing.secrets.env.clone()).output_on(step.output, step.on);
        cx.add(step.name, cx.span(), run)
    }
}

/// A step with network access.
struct Step<'a> {
    name: String,
    file: &'static str,
    text: Text,
    words: Vec<String>,
    env: Vec<(String, String)>,
    mounts: Vec<Mount>,
    output: &'a str,
    /// The step with what the output has before it.
    on: Option<StepId>,
    workdir: String,
}

/// Sets the variables of the installers.
fn set_all_tools(env: &mut Vec<(String, String)>, places: &Places) {
    let path = path_with(env, &format!("{TOOL}/bin"));
    set(env, "PATH", &path);
    for name in ["VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT"] {
        set(env, name, &places.venv);
    }
    for (name, value) in TOOL_ENV {
        set(env, name, value);
    }
}

/// A `PATH` that finds a folder's programs first.
pub(super) fn path_with(env: &[(String, String)], folder: &str) -> String {
    let known = env.iter().find(|(name, _)| name == "PATH").map(|(_, value)| value.as_str());
    format!("{folder}:{}", known.unwrap_or("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"))
}
