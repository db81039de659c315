//! The steps that leave a virtual environment in a layer, with the project's dependencies and nothing of the project itself.

use slipway_spec::model::PythonOptions;

use super::project::{PythonProject, Tool};
use super::{BYTECODE, VENV};
use crate::presets::common::{Installing, Toolchain};
use crate::presets::{Context, in_folder, set, set_all};
use crate::{CopyItem, Mount, MountKind, Network, Project, Run, RunOutput, Sharing, StepId, StepKind, shell};

/// Where the manifests stand in a step.
const SOURCES: &str = "/src";
/// Where the installer stands in a step, if the image has none.
const TOOL: &str = "/opt/slipway-tool";
/// The installer's download cache in a step.
const DOWNLOADS: &str = "/var/cache/slipway-python";

/// What one environment is made of.
pub(super) struct Environment<'a> {
    pub(super) project: &'a PythonProject,
    pub(super) options: &'a PythonOptions,
    pub(super) toolchain: &'a Toolchain,
    pub(super) own_env: &'a [(String, String)],
    pub(super) installing: &'a Installing,
    /// Whether developers' dependencies belong to it.
    pub(super) dev: bool,
}

impl Environment<'_> {
    /// Plans the environment; the result's root is what belongs to [`VENV`].
    pub(super) fn plan<P: Project>(&self, cx: &Context<'_, P>) -> StepId {
        let project = self.project;
        let include = if self.dev { &project.dev_manifests } else { &project.manifests };
        let item = CopyItem {
            from: cx.context(),
            source: "/".into(),
            target: "/".into(),
            include: include.clone(),
            exclude: Vec::new(),
        };
        let what = include.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let name = cx.shared_step_name("dependencies", &what);
        let manifests = cx.add(name, cx.span(), StepKind::Select { items: vec![item] });
        let mut mounts = vec![Mount::discarded(SOURCES, manifests)];
        let (command, words, sharing) = match &project.tool {
            Tool::Pip { main, dev } => {
                let dev = dev.iter().filter(|_| self.dev);
                let words = std::iter::once(main).chain(dev).flat_map(|file| ["-r".to_owned(), file.clone()]).collect();
                (PIP.to_owned(), words, Sharing::Shared)
            }
            Tool::Uv(version) => {
                mounts.push(Mount::read_only(TOOL, self.tool(cx, "uv", version)));
                let mut words = self.choices("--extra", "--group");
                if !self.dev {
                    words.insert(0, "--no-dev".to_owned());
                }
                (UV.to_owned(), words, Sharing::Shared)
            }
            Tool::Poetry(version) => {
                mounts.push(Mount::read_only(TOOL, self.tool(cx, "poetry", version)));
                let mut words = self.choices("--extras", "--with");
                if !self.dev {
                    // `--only` leaves out whatever `--with` names, so both are said in one.
                    let groups = self.options.groups.iter().map(|group| group.value.as_str());
                    let only: Vec<_> = std::iter::once("main").chain(groups).collect();
                    words = self.choices("--extras", "");
                    words.splice(0..0, ["--only".to_owned(), only.join(",")]);
                }
                (POETRY.to_owned(), words, Sharing::Locked)
            }
        };
        let cache = format!("slipway/{}/{}", project.tool.word(), self.toolchain.platform);
        mounts.push(Mount::cache(DOWNLOADS, cache, sharing));
        let mut text = self.installing.secrets.revisions.join("\n");
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&command);
        text.push_str(BYTECODE);
        text.push_str(&format!("bytecode {VENV}/lib\n"));
        let mut env = self.toolchain.env.clone();
        set_all(&mut env, self.own_env);
        set_all(&mut env, &self.installing.env);
        let path = path_with(&env, &format!("{TOOL}/bin"));
        set(&mut env, "PATH", &path);
        for (name, value) in TOOL_ENV {
            set(&mut env, name, value);
        }
        let words = words.into_iter().chain(self.installing.options.iter().cloned()).collect();
        let what = format!("{}{}", project.tool.describe(), if self.dev { ", with those of developers" } else { "" });
        let name = format!("[{}{} dependencies] {what}", cx.planner.prefix(&self.toolchain.platform), cx.name);
        self.networked(cx, name, "dependencies", &text, words, env, mounts, VENV)
    }

    /// Extras and groups as the installer wants them.
    fn choices(&self, extra: &str, group: &str) -> Vec<String> {
        let options = self.options;
        let extras = options.extras.iter().flat_map(|word| [extra.to_owned(), word.value.clone()]);
        let groups = options.groups.iter().filter(|_| !group.is_empty());
        extras.chain(groups.flat_map(|word| [group.to_owned(), word.value.clone()])).collect()
    }

    /// The installer, in an environment of its own.
    fn tool<P: Project>(&self, cx: &Context<'_, P>, package: &str, version: &str) -> StepId {
        let mut env = self.toolchain.env.clone();
        set_all(&mut env, self.own_env);
        let cache = format!("slipway/pip/{}", self.toolchain.platform);
        let mounts = vec![Mount::cache(DOWNLOADS, cache, Sharing::Shared)];
        let name = format!("[{}{} tool] {package} {version}", cx.planner.prefix(&self.toolchain.platform), cx.name);
        let words = vec![format!("{package}=={version}")];
        self.networked(cx, name, package, INSTALL_TOOL, words, env, mounts, TOOL)
    }

    /// A step with network that leaves a folder.
    #[allow(clippy::too_many_arguments)] // They are the parts of one step, each of another type or name.
    fn networked<P: Project>(
        &self,
        cx: &Context<'_, P>,
        name: String,
        file: &str,
        text: &str,
        words: Vec<String>,
        env: Vec<(String, String)>,
        mut mounts: Vec<Mount>,
        output: &str,
    ) -> StepId {
        let script = shell::networked(file, text);
        mounts.push(Mount { target: "/tmp".to_owned(), kind: MountKind::Tmpfs });
        mounts.push(Mount { target: "/root".to_owned(), kind: MountKind::Tmpfs });
        let secrets = &self.installing.secrets;
        mounts.extend(secrets.mounts.iter().cloned());
        mounts.extend(script.mounts);
        let kind = StepKind::Run(Run {
            root: self.toolchain.root,
            platform: self.toolchain.platform.clone(),
            args: script.args.into_iter().chain(words).collect(),
            env,
            workdir: in_folder(SOURCES, &self.project.folder).trim_end_matches('/').to_owned(),
            network: Network::Sandbox,
            mounts,
            secret_env: secrets.env.clone(),
            output: RunOutput::Folder(output.to_owned()),
        });
        cx.add(name, cx.span(), kind)
    }
}

/// A `PATH` that finds a folder's programs first.
pub(super) fn path_with(env: &[(String, String)], folder: &str) -> String {
    let known = env.iter().find(|(name, _)| name == "PATH").map(|(_, value)| value.as_str());
    format!("{folder}:{}", known.unwrap_or("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"))
}

/// What installers are told by their own variables: where to keep downloads, and to use the image's Python.
const TOOL_ENV: &[(&str, &str)] = &[
    ("VIRTUAL_ENV", VENV),
    ("UV_PROJECT_ENVIRONMENT", VENV),
    ("UV_CACHE_DIR", DOWNLOADS),
    ("UV_LINK_MODE", "copy"),
    ("UV_PYTHON_DOWNLOADS", "never"),
    ("UV_NO_PROGRESS", "1"),
    ("PIP_CACHE_DIR", DOWNLOADS),
    ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
    ("PIP_ROOT_USER_ACTION", "ignore"),
    ("POETRY_CACHE_DIR", DOWNLOADS),
    ("POETRY_NO_INTERACTION", "1"),
];

/// The environment is made first and without pip, which no program needs where it runs; the image's own pip installs into it.
const PIP: &str = "\
python3 -m venv --without-pip /app/.venv
python3 -m pip --python /app/.venv/bin/python install --no-compile --no-input --progress-bar off \"$@\"
";

const UV: &str = "\
python3 -m venv --without-pip /app/.venv
uv sync --frozen --no-install-project \"$@\"
";

const POETRY: &str = "\
python3 -m venv --without-pip /app/.venv
poetry install --no-root --no-ansi \"$@\"
";

const INSTALL_TOOL: &str = "\
export PIP_CACHE_DIR=/var/cache/slipway-python PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
python3 -m venv --without-pip /opt/slipway-tool
python3 -m pip --python /opt/slipway-tool/bin/python install --no-input --progress-bar off \"$@\"
";
