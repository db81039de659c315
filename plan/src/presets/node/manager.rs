//! Package managers: their files, and the commands by which they install and run.

use slipway_spec::model::NodeManager;

use super::{bun, pnpm, yaml};
use crate::presets::private;
use crate::shell::{Text, word};
use crate::{Mount, Sharing};

/// A package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manager {
    Npm,
    Pnpm,
    /// Yarn 1.
    Yarn,
    /// Yarn 2 and later.
    Berry,
    Bun,
}

/// Lockfiles and whose they are; of two of one manager the first is the one it reads.
pub(super) const LOCKFILES: &[(&str, NodeManager)] = &[
    ("npm-shrinkwrap.json", NodeManager::Npm),
    ("package-lock.json", NodeManager::Npm),
    ("pnpm-lock.yaml", NodeManager::Pnpm),
    ("yarn.lock", NodeManager::Yarn),
    ("bun.lock", NodeManager::Bun),
    ("bun.lockb", NodeManager::Bun),
];

/// Files beside a lockfile that decide how dependencies are installed; what is not there is not missed.
pub(super) const SETTINGS: &[&str] = &[
    ".npmrc",
    ".yarnrc",
    ".yarnrc.yml",
    ".yarn/releases",
    ".yarn/plugins",
    ".yarn/patches",
    ".pnpmfile.cjs",
    ".pnpmfile.mjs",
    "pnpm-workspace.yaml",
    "patches",
    "bunfig.toml",
];

/// The files that `.yarnrc.yml` names: Yarn itself, plugins, certificates.
pub(super) fn named_by_yarn(bytes: &[u8]) -> Vec<String> {
    let Some(settings) = yaml::read(bytes, yaml::all) else { return Vec::new() };
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let plugins = settings.get("plugins").and_then(serde_json::Value::as_array).into_iter().flatten();
    let plugins = plugins.filter_map(|plugin| text(plugin.get("path").unwrap_or(plugin)));
    let files = ["yarnPath", "httpsCaFilePath", "patchFolder"].into_iter().filter_map(|key| text(settings.get(key)?));
    plugins.chain(files).collect()
}

/// The files that `.npmrc` names: certificates, and programs that pnpm runs.
pub(super) fn named_by_npmrc(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let settings = text.lines().filter_map(|line| line.split_once('='));
    let files =
        settings.filter(|(key, _)| ["cafile", "pnpmfile", "global-pnpmfile", "patches-dir"].contains(&key.trim()));
    files
        .map(|(_, file)| file.trim().trim_matches(['"', '\'']).to_owned())
        .filter(|file| !file.starts_with(['/', '$']))
        .collect()
}

/// Which dependencies are installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Whether without those for development.
    pub(super) production: bool,
    /// The packages of the workspace whose dependencies they are: folder and name; empty for all.
    pub(super) members: Vec<(String, String)>,
}

impl Manager {
    /// The command that runs a script of `package.json`.
    pub(super) fn run(self, script: &str) -> Text {
        Text::from(self.command()) + " run " + word(script)
    }

    /// The manager's name on the command line.
    pub(super) fn command(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pnpm => "pnpm",
            Self::Yarn | Self::Berry => "yarn",
            Self::Bun => "bun",
        }
    }

    /// How it logs in to private hosts.
    pub(super) fn login(self) -> private::Tool {
        match self {
            Self::Npm | Self::Pnpm => private::Tool::Npm,
            Self::Yarn => private::Tool::Yarn,
            Self::Berry => private::Tool::Berry,
            Self::Bun => private::Tool::Bun,
        }
    }

    /// Its name for people.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Berry => "Yarn",
            Self::Yarn => "Yarn 1",
            other => other.command(),
        }
    }

    /// The npm package that has it, for a version or the beginning of one; none where Node.js brings it along.
    pub(super) fn package(self, version: Option<&str>) -> Option<String> {
        let of = |package: &str, default: &str| Some(format!("{package}@{}", version.unwrap_or(default)));
        match self {
            Self::Npm => None,
            Self::Pnpm => of("pnpm", "10"),
            Self::Yarn => of("yarn", "1"),
            Self::Berry => of("@yarnpkg/cli-dist", "4"),
            Self::Bun => of("bun", "1"),
        }
    }

    /// Whether a version of it can install for another processor than its own.
    pub(super) fn chooses_processor(self, version: Option<&str>) -> bool {
        match self {
            Self::Npm => true,
            Self::Pnpm => pnpm::chooses_processor(version),
            Self::Bun => bun::chooses_processor(version),
            Self::Yarn | Self::Berry => false,
        }
    }

    /// The command that installs exactly what the lockfile says, as words.
    pub(super) fn install(self, wanted: &Wanted) -> Vec<String> {
        let Wanted { production, members } = wanted;
        let production = *production;
        let mut words: Vec<&str> = match (self, production) {
            // `NODE_ENV=production` in the build's environment must not take development dependencies away.
            (Self::Npm, false) => vec!["npm", "ci", "--include=dev", "--no-audit", "--no-fund"],
            (Self::Npm, true) => vec!["npm", "ci", "--omit=dev", "--no-audit", "--no-fund"],
            (Self::Pnpm, false) => vec!["pnpm", "install", "--frozen-lockfile", "--prod=false"],
            (Self::Pnpm, true) => vec!["pnpm", "install", "--frozen-lockfile", "--prod"],
            (Self::Yarn, false) => {
                vec!["yarn", "install", "--frozen-lockfile", "--non-interactive", "--production=false"]
            }
            (Self::Yarn, true) => {
                vec!["yarn", "install", "--frozen-lockfile", "--non-interactive", "--production=true"]
            }
            (Self::Berry, false) => vec!["yarn", "install", "--immutable"],
            (Self::Berry, true) => vec!["yarn", "workspaces", "focus", "--production"],
            (Self::Bun, false) => vec!["bun", "install", "--frozen-lockfile"],
            (Self::Bun, true) => vec!["bun", "install", "--frozen-lockfile", "--production"],
        };
        if self == Self::Pnpm {
            // The store is on another file system than what is installed, so files cannot be linked.
            words.extend(["--store-dir", PNPM_STORE, "--package-import-method=copy"]);
        }
        let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        match self {
            Self::Npm => {
                words.extend(members.iter().map(|(folder, _)| format!("--workspace={folder}")));
                if !members.is_empty() && !production {
                    words.push("--include-workspace-root".to_owned());
                }
            }
            Self::Pnpm => words.extend(members.iter().map(|(folder, _)| format!("--filter={{./{folder}}}..."))),
            Self::Berry if members.is_empty() && production => words.push("--all".to_owned()),
            Self::Berry => words.extend(members.iter().map(|(_, name)| name.clone())),
            Self::Bun => words.extend(members.iter().map(|(_, name)| format!("--filter={name}"))),
            // It installs a workspace as a whole.
            Self::Yarn => {}
        }
        words
    }

    /// What it must be told by its environment, in every step.
    pub(super) fn env(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Npm => &[],
            Self::Pnpm => &[("npm_config_manage_package_manager_versions", "false")],
            Self::Yarn => &[("YARN_CACHE_FOLDER", YARN_CACHE)],
            Self::Berry => &[
                ("YARN_ENABLE_GLOBAL_CACHE", "true"),
                ("YARN_ENABLE_TELEMETRY", "false"),
                ("YARN_GLOBAL_FOLDER", BERRY_CACHE),
                // A layer of files that every Node.js finds its packages in, whatever the project does elsewhere.
                ("YARN_NODE_LINKER", "node-modules"),
            ],
            Self::Bun => &[("BUN_INSTALL_CACHE_DIR", BUN_CACHE)],
        }
    }

    /// Where it keeps what it downloaded; shared by all projects, since each checks what it takes from there.
    pub(super) fn cache(self) -> Mount {
        match self {
            Self::Npm => npm_cache(),
            Self::Pnpm => Mount::cache(PNPM_STORE, "slipway/pnpm", Sharing::Shared),
            // Yarn 1 spoils its cache when two of it write at once.
            Self::Yarn => Mount::cache(YARN_CACHE, "slipway/yarn-1", Sharing::Locked),
            Self::Berry => Mount::cache(BERRY_CACHE, "slipway/yarn", Sharing::Shared),
            Self::Bun => Mount::cache(BUN_CACHE, "slipway/bun", Sharing::Locked),
        }
    }

    /// The command that makes its lockfile.
    pub(super) fn lock_command(manager: NodeManager) -> &'static str {
        match manager {
            NodeManager::Npm => "npm install",
            NodeManager::Pnpm => "pnpm install",
            NodeManager::Yarn => "yarn install",
            NodeManager::Bun => "bun install",
        }
    }
}

/// npm's download cache in a step.
pub(super) const NPM_CACHE: &str = "/var/cache/npm";
const PNPM_STORE: &str = "/var/cache/pnpm";
const YARN_CACHE: &str = "/var/cache/yarn-1";
const BERRY_CACHE: &str = "/var/cache/yarn";
const BUN_CACHE: &str = "/var/cache/bun";

/// npm's download cache as a mount; npm lets several of it write at once.
pub(super) fn npm_cache() -> Mount {
    Mount::cache(NPM_CACHE, "slipway/npm", Sharing::Shared)
}
