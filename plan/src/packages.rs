//! System packages, installed into the root of an image by its own package manager.
//!
//! Package lists and downloads are in cache mounts, and logs and caches that change with every run are removed, so that
//! the layer contains only the packages. The image's package sources determine the versions; the step runs again if the
//! image or the list of packages changes.

mod find;
mod manager;
mod names;
#[cfg(test)]
mod scripts;
mod wanted;

use slipway_spec::Span;

pub(crate) use self::find::manager;
pub(crate) use self::wanted::Packages;
use crate::contents::Manager;
use crate::draft::Draft;
use crate::shell::Text;
use crate::step::Container;
use crate::{Platform, StepId, shell};

/// The destination of packages.
pub(crate) struct InstallInto<'a> {
    /// The build or image that needs them.
    pub(crate) owner: &'a str,
    /// The prefix of the step's name: `[api packages]`.
    pub(crate) title: &'a str,
    /// The root.
    pub(crate) root: StepId,
    /// Its package manager.
    pub(crate) manager: Manager,
    /// Its environment.
    pub(crate) env: &'a [(String, String)],
    /// Its platform.
    pub(crate) platform: &'a Platform,
    /// The part of the spec that requires them.
    pub(crate) span: Span,
}

/// The root with packages installed; the root itself if there are none.
pub(crate) fn install(draft: &mut Draft<'_>, into: &InstallInto<'_>, packages: &Packages) -> StepId {
    install_unless(draft, into, packages, Text::default())
}

/// The same after shell lines that may find that nothing is needed, or prepare for it.
pub(crate) fn install_unless(
    draft: &mut Draft<'_>,
    into: &InstallInto<'_>,
    packages: &Packages,
    before: Text,
) -> StepId {
    if packages.is_empty() {
        return into.root;
    }
    let script = shell::networked("packages", before + into.manager.script(packages));
    let container = Container::new(into.root, into.platform, into.env.to_vec());
    let container = container.mounts(into.manager.mounts(into.platform, packages)).mounts(packages.mounts());
    let run = container.run(script).args(&packages.names);
    draft.add(into.owner, format!("{} {}", into.title, command(into.manager, packages)), into.span, run)
}

/// The command that installs packages, for display.
pub(crate) fn command(manager: Manager, packages: &Packages) -> String {
    let words: Vec<_> = packages.words().collect();
    format!("{} {}", manager.command(), words.join(" "))
}
