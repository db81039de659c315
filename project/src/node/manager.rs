//! Package managers: their names, their lockfiles, and the settings that affect installations.

use super::{bun, pnpm, yaml};

/// A package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manager {
    /// npm.
    Npm,
    /// pnpm.
    Pnpm,
    /// Yarn 1.
    Yarn,
    /// Yarn 2 and later.
    Berry,
    /// Bun.
    Bun,
}

/// A package manager as named in a manifest, where both generations of Yarn have the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManagerName {
    /// `npm`.
    Npm,
    /// `pnpm`.
    Pnpm,
    /// `yarn`.
    Yarn,
    /// `bun`.
    Bun,
}

impl ManagerName {
    const ALL: [Self; 4] = [Self::Npm, Self::Pnpm, Self::Yarn, Self::Bun];

    /// The manager with this name.
    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|manager| manager.word() == word)
    }

    /// Its name.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pnpm => "pnpm",
            Self::Yarn => "yarn",
            Self::Bun => "bun",
        }
    }
}

/// Lockfiles and their managers; if a manager has two, it reads the first.
pub(crate) const LOCKFILES: &[(&str, ManagerName)] = &[
    ("npm-shrinkwrap.json", ManagerName::Npm),
    ("package-lock.json", ManagerName::Npm),
    ("pnpm-lock.yaml", ManagerName::Pnpm),
    ("yarn.lock", ManagerName::Yarn),
    ("bun.lock", ManagerName::Bun),
    ("bun.lockb", ManagerName::Bun),
];

/// Optional files next to a lockfile that affect the installation.
pub(crate) const SETTINGS: &[&str] = &[
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
pub(crate) fn named_by_yarn(bytes: &[u8]) -> Vec<String> {
    let Some(settings) = yaml::read(bytes, yaml::all) else { return Vec::new() };
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let plugins = settings.get("plugins").and_then(serde_json::Value::as_array).into_iter().flatten();
    let plugins = plugins.filter_map(|plugin| text(plugin.get("path").unwrap_or(plugin)));
    let files = ["yarnPath", "httpsCaFilePath", "patchFolder"].into_iter().filter_map(|key| text(settings.get(key)?));
    plugins.chain(files).collect()
}

/// The files that `.npmrc` names: certificates, and programs that pnpm runs.
pub(crate) fn named_by_npmrc(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let settings = text.lines().filter_map(|line| line.split_once('='));
    let files =
        settings.filter(|(key, _)| ["cafile", "pnpmfile", "global-pnpmfile", "patches-dir"].contains(&key.trim()));
    files
        .map(|(_, file)| file.trim().trim_matches(['"', '\'']).to_owned())
        .filter(|file| !file.starts_with(['/', '$']))
        .collect()
}

impl Manager {
    /// The manager's name as a command.
    pub fn command(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pnpm => "pnpm",
            Self::Yarn | Self::Berry => "yarn",
            Self::Bun => "bun",
        }
    }

    /// Its name in messages.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Berry => "Yarn",
            Self::Yarn => "Yarn 1",
            other => other.command(),
        }
    }

    /// The npm package of the manager's version or version prefix; `None` if Node.js includes it.
    pub fn package(self, version: Option<&str>) -> Option<String> {
        let of = |package: &str, default: &str| Some(format!("{package}@{}", version.unwrap_or(default)));
        match self {
            Self::Npm => None,
            Self::Pnpm => of("pnpm", "10"),
            Self::Yarn => of("yarn", "1"),
            Self::Berry => of("@yarnpkg/cli-dist", "4"),
            Self::Bun => of("bun", "1"),
        }
    }

    /// Whether a version of it can install for another processor.
    pub fn chooses_processor(self, version: Option<&str>) -> bool {
        match self {
            Self::Npm => true,
            Self::Pnpm => pnpm::chooses_processor(version),
            Self::Bun => bun::chooses_processor(version),
            Self::Yarn | Self::Berry => false,
        }
    }
}
