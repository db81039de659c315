//! Files that a program opens where it runs, and that its image does not get.

use slipway_project::node::Opened;
use slipway_spec::Diagnostic;

use super::kit::NodeSteps;
use crate::opened_files::FILES_LEFT_BEHIND;
use crate::presets::{Context, in_folder};

/// What the image lacks, by its path there, with what is said where nothing else brings it.
pub(super) fn lacks(
    cx: &Context<'_, '_>,
    kit: &NodeSteps<'_>,
    opened: &Opened,
    kept: &[String],
) -> (String, Diagnostic) {
    let Opened { by, name } = opened;
    let names = kept.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
    let list = kept.iter().chain([name]).cloned().collect::<Vec<_>>().join(", ");
    let message =
        format!("`{by}` opens files of `{name}`, which are not in the image: what it gets of the build is {names}");
    let found = Diagnostic::warning(cx.span(), message)
        .with_rule(FILES_LEFT_BEHIND)
        .with_help(format!("name the folder as well, as in `output: [{list}]`"));
    (kit.in_image(&in_folder(&kit.project.folder, name)), found)
}
