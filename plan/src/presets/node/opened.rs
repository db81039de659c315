//! Files that a program opens at run time and that its image lacks.

use slipway_project::node::Opened;
use slipway_spec::Diagnostic;

use super::kit::NodeSteps;
use crate::opened_files::FILES_LEFT_BEHIND;
use crate::presets::{Context, in_folder};

/// The missing files of the image, by path, with a warning unless something else adds them.
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
        format!("`{by}` opens files in `{name}`, which are not in the image: it only gets {names} from the build");
    let found = Diagnostic::warning(cx.span(), message)
        .with_rule(FILES_LEFT_BEHIND)
        .with_help(format!("add the folder, as in `output: [{list}]`"));
    (kit.in_image(&in_folder(&kit.project.folder, name)), found)
}
