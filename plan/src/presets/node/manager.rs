//! Package managers in steps: their commands, their environment, and their download caches.

use std::collections::BTreeSet;

use slipway_project::node::Manager;

use crate::presets::private;
use crate::shell::{Text, word, words};
use crate::{Mount, Sharing};

/// The dependencies to install.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Whether without development dependencies.
    pub(super) production: bool,
    /// The packages of the workspace with these dependencies: folder and name; empty for all.
    pub(super) members: Vec<(String, String)>,
    /// Names of dependencies in pnpm's lockfile that are left out.
    pub(super) without: BTreeSet<String>,
}

/// The command that runs a script of `package.json`.
pub(super) fn run(manager: Manager, script: &str) -> Text {
    Text::from(manager.command()) + " run " + word(script)
}

/// The same with arguments for the script.
pub(super) fn run_with(manager: Manager, script: &str, args: &[String]) -> Text {
    let command = run(manager, script);
    match args {
        [] => command,
        // npm takes options before `--` for itself; the others pass `--` on.
        args if manager == Manager::Npm => command + " -- " + words(args),
        args => command + " " + words(args),
    }
}

/// How it logs in to private hosts.
pub(super) fn login(manager: Manager) -> private::Tool {
    match manager {
        Manager::Npm | Manager::Pnpm => private::Tool::Npm,
        Manager::Yarn => private::Tool::Yarn,
        Manager::Berry => private::Tool::Berry,
        Manager::Bun => private::Tool::Bun,
    }
}

/// The command that installs exactly the lockfile, as words.
pub(super) fn install(manager: Manager, wanted: &Wanted) -> Vec<String> {
    let Wanted { production, members, .. } = wanted;
    let production = *production;
    let mut line: Vec<&str> = match (manager, production) {
        // `NODE_ENV=production` in the build's environment must not exclude development dependencies.
        (Manager::Npm, false) => vec!["npm", "ci", "--include=dev", "--no-audit", "--no-fund"],
        (Manager::Npm, true) => vec!["npm", "ci", "--omit=dev", "--no-audit", "--no-fund"],
        (Manager::Pnpm, false) => vec!["pnpm", "install", "--frozen-lockfile", "--prod=false"],
        (Manager::Pnpm, true) => vec!["pnpm", "install", "--frozen-lockfile", "--prod"],
        (Manager::Yarn, false) => {
            vec!["yarn", "install", "--frozen-lockfile", "--non-interactive", "--production=false"]
        }
        (Manager::Yarn, true) => {
            vec!["yarn", "install", "--frozen-lockfile", "--non-interactive", "--production=true"]
        }
        (Manager::Berry, false) => vec!["yarn", "install", "--immutable"],
        (Manager::Berry, true) => vec!["yarn", "workspaces", "focus", "--production"],
        (Manager::Bun, false) => vec!["bun", "install", "--frozen-lockfile"],
        (Manager::Bun, true) => vec!["bun", "install", "--frozen-lockfile", "--production"],
    };
    if manager == Manager::Pnpm {
        // The store is on another file system than the installation, so files cannot be hard links.
        line.extend(["--store-dir", PNPM_STORE, "--package-import-method=copy"]);
    }
    let mut line: Vec<String> = line.into_iter().map(str::to_owned).collect();
    match manager {
        Manager::Npm => {
            line.extend(members.iter().map(|(folder, _)| format!("--workspace={folder}")));
            if !members.is_empty() && !production {
                line.push("--include-workspace-root".to_owned());
            }
        }
        Manager::Pnpm => line.extend(members.iter().map(|(folder, _)| format!("--filter={{./{folder}}}..."))),
        Manager::Berry if members.is_empty() && production => line.push("--all".to_owned()),
        Manager::Berry => line.extend(members.iter().map(|(_, name)| name.clone())),
        Manager::Bun => line.extend(members.iter().map(|(_, name)| format!("--filter={name}"))),
        // It only installs whole workspaces.
        Manager::Yarn => {}
    }
    line
}

/// Its environment in every step.
pub(super) fn env(manager: Manager) -> &'static [(&'static str, &'static str)] {
    match manager {
        Manager::Npm => &[],
        Manager::Pnpm => &[("npm_config_manage_package_manager_versions", "false")],
        Manager::Yarn => &[("YARN_CACHE_FOLDER", YARN_CACHE)],
        Manager::Berry => &[
            ("YARN_ENABLE_GLOBAL_CACHE", "true"),
            ("YARN_ENABLE_TELEMETRY", "false"),
            ("YARN_GLOBAL_FOLDER", BERRY_CACHE),
            // A layer of files in which every Node.js finds its packages, independent of the project's settings.
            ("YARN_NODE_LINKER", "node-modules"),
        ],
        Manager::Bun => &[("BUN_INSTALL_CACHE_DIR", BUN_CACHE)],
    }
}

/// Its download cache; all projects share it, because managers verify its files.
pub(super) fn cache(manager: Manager) -> Mount {
    match manager {
        Manager::Npm => npm_cache(),
        Manager::Pnpm => Mount::cache(PNPM_STORE, "slipway/pnpm", Sharing::Shared),
        // Concurrent writes break the cache of Yarn 1.
        Manager::Yarn => Mount::cache(YARN_CACHE, "slipway/yarn-1", Sharing::Locked),
        Manager::Berry => Mount::cache(BERRY_CACHE, "slipway/yarn", Sharing::Shared),
        Manager::Bun => Mount::cache(BUN_CACHE, "slipway/bun", Sharing::Locked),
    }
}

/// npm's download cache in a step.
pub(super) const NPM_CACHE: &str = "/var/cache/npm";
const PNPM_STORE: &str = "/var/cache/pnpm";
const YARN_CACHE: &str = "/var/cache/yarn-1";
const BERRY_CACHE: &str = "/var/cache/yarn";
const BUN_CACHE: &str = "/var/cache/bun";

/// npm's download cache as a mount; npm supports concurrent writes.
pub(super) fn npm_cache() -> Mount {
    Mount::cache(NPM_CACHE, "slipway/npm", Sharing::Shared)
}
