//! Packages whose scripts would bring machine code, and do not run, since the project does not allow them to: they are
//! installed without it, and the program finds out.
//!
//! npm 12, pnpm 10 and Bun say so in a line of a step that succeeds. Only what is certain is told: packages that depend
//! on a program which downloads or compiles for them, and managers whose version, or whose settings in the project,
//! leave no doubt.

use slipway_spec::Diagnostic;
use slipway_spec::model::Dependencies;

use super::manager::Manager;
use super::native::is_built;
use super::{NodeSteps, install};

use crate::presets::in_folder;

/// The name of these findings, for `# check=skip=…`.
pub(crate) const INSTALL_SCRIPT_BLOCKED: &str = "InstallScriptBlocked";

/// Warns of them.
pub(super) fn report(kit: &NodeSteps<'_>) {
    let (cx, project) = (kit.cx, kit.project);
    let Some(lockfile) = project.lockfile.as_ref() else { return };
    let with_dev = cx.dependencies == Dependencies::All;
    let alone = (project.folder != project.root && !with_dev).then(|| project.inside(&project.folder));
    let root = &project.root_package;
    let of = |name: &str| in_folder(&project.root, name);
    let version = project.manager_version.as_deref();
    let major = version.and_then(|version| version.split('.').next()?.parse::<u32>().ok());
    let (mut names, manager, place, key) = match project.manager {
        Manager::Pnpm => {
            let Some(lock) = &lockfile.pnpm else { return };
            let names = lock.blocked(alone, with_dev, &project.scripts);
            let newest = major.is_some_and(|major| major >= 11);
            let key = if newest { "allowBuilds: { NAME: true }" } else { "onlyBuiltDependencies: [NAME]" };
            (names, "pnpm 10 and later run", of(super::pnpm::WORKSPACE), key)
        }
        Manager::Bun => {
            // Without a list of the project's Bun has one of its own.
            let (Some(lock), Some(trusted)) = (&lockfile.bun, &root.trusted) else { return };
            (
                lock.blocked(alone, with_dev, trusted),
                "Bun runs",
                of(super::files::MANIFEST),
                "\"trustedDependencies\": [\"NAME\"]",
            )
        }
        Manager::Npm => {
            // The project tells by this that it is for an npm that asks.
            let asks = !root.allow_scripts.is_empty() || major.is_some_and(|major| major >= 12);
            let Some(lock) = lockfile.npm.as_ref().filter(|_| asks) else { return };
            let own = install::closure(kit, with_dev);
            let is_own = |place: &String| own.as_ref().is_none_or(|own| lock.is_among(place, own));
            let names = lock.tied(with_dev).filter(|(place, _)| is_own(place)).filter_map(|(place, package)| {
                let name = place.rsplit_once("node_modules/")?.1;
                let is = |flag: &str| package.get(flag).and_then(serde_json::Value::as_bool) == Some(true);
                let needs = package.get("dependencies").and_then(serde_json::Value::as_object);
                let is_said = root.allow_scripts.keys().any(|said| super::native::name(said) == name);
                let is_built = is("hasInstallScript") && is_built(needs.into_iter().flat_map(serde_json::Map::keys));
                (is_built && !is("optional") && !is_said).then(|| name.to_owned())
            });
            (
                names.collect(),
                "npm 12 and later run",
                of(super::files::MANIFEST),
                "\"allowScripts\": { \"NAME\": true }",
            )
        }
        Manager::Yarn | Manager::Berry => return,
    };
    names.sort();
    names.dedup();
    for name in names {
        cx.draft.warn(
            Diagnostic::warning(
                cx.span(),
                format!("`{name}` gets no machine code: its install script does not run, since {manager} only those that the project allows"),
            )
            .with_rule(INSTALL_SCRIPT_BLOCKED)
            .with_help(format!("write `{}` to `{place}`", key.replace("NAME", &name))),
        );
    }
}
