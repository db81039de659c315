//! Packages whose install scripts would provide machine code, and do not run because the project does not allow them:
//! they are installed without it, and the program fails.
//!
//! npm 12, pnpm 10 and Bun only print a line about it, and the step succeeds.

use slipway_project::node::{MANIFEST, Manager, PNPM_WORKSPACE};
use slipway_spec::Diagnostic;
use slipway_spec::model::Dependencies;

use super::NodeSteps;
use crate::presets::{Context, in_folder};

/// The name of these findings, for `# check=skip=…`.
pub(crate) const INSTALL_SCRIPT_BLOCKED: &str = "InstallScriptBlocked";

/// Warns about these packages.
pub(super) fn report(cx: &mut Context<'_, '_>, kit: &NodeSteps<'_>) {
    let project = kit.project;
    let (manager, file, key) = match project.manager {
        Manager::Pnpm => {
            let newest = project.manager_major().is_some_and(|major| major >= 11);
            let key = if newest { "allowBuilds: { NAME: true }" } else { "onlyBuiltDependencies: [NAME]" };
            ("pnpm 10 and later run", PNPM_WORKSPACE, key)
        }
        Manager::Bun => ("Bun runs", MANIFEST, "\"trustedDependencies\": [\"NAME\"]"),
        Manager::Npm => ("npm 12 and later run", MANIFEST, "\"allowScripts\": { \"NAME\": true }"),
        Manager::Yarn | Manager::Berry => return,
    };
    let place = in_folder(&project.root, file);
    for name in project.blocked(cx.dependencies == Dependencies::All) {
        cx.draft.warn(
            Diagnostic::warning(
                cx.span(),
                format!("`{name}` has no machine code: its install script does not run, because {manager} only scripts that the project allows"),
            )
            .with_rule(INSTALL_SCRIPT_BLOCKED)
            .with_help(format!("write `{}` to `{place}`", key.replace("NAME", &name))),
        );
    }
}
