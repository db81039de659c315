//! Programs that an image runs and does not contain: a build keeps the output of its scripts, but not a file next to
//! it.

use slipway_spec::model::Image;
use slipway_spec::{Diagnostic, Template, join_path};

use crate::config::Evaluated;
use crate::draft::Draft;
use crate::output::BuildOutput;
use crate::paths::in_folder;

/// The rule name of these findings, for `# check=skip=…`.
pub(crate) const PROGRAM_LEFT_BEHIND: &str = "ProgramLeftBehind";

/// Files that are programs by their names; other arguments may have any meaning.
const PROGRAMS: [&str; 3] = [".js", ".mjs", ".cjs"];

/// Warns about a program that is named by its path in the build's folder, and is not among the files that images get.
pub(crate) fn report(draft: &mut Draft<'_>, image: &Image, made: &BuildOutput, config: &Evaluated) {
    let Some(kept) = made.kept.as_ref().filter(|_| config.workdir == made.workdir) else { return };
    let keys = &image.keys.config;
    let written = keys.entrypoint.iter().flatten().chain(keys.cmd.iter().flatten());
    let values = config.entrypoint.iter().flatten().filter(|_| keys.entrypoint.is_some());
    let values = values.chain(config.cmd.iter().flatten().filter(|_| keys.cmd.is_some()));
    let is_program =
        |value: &str| PROGRAMS.iter().any(|ending| value.ends_with(ending)) && !value.starts_with(['/', '-']);
    let Some((value, template)) = values.zip(written).find(|(value, _): &(&String, &Template)| is_program(value))
    else {
        return;
    };
    // A path outside the folder belongs to another package.
    let Some(path) = join_path("", value) else { return };
    let is_in = |folder: &String| {
        path == *folder || path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'))
    };
    let workdir = config.workdir.as_deref().unwrap_or("/");
    let place = in_folder(workdir, &path);
    let is_brought = |folder: &str| {
        place == folder || place.strip_prefix(folder.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'))
    };
    if image.keys.files.iter().any(|(destination, _)| is_brought(&destination.value))
        || path.starts_with("node_modules/")
        || kept.iter().any(is_in)
    {
        return;
    }
    let names = kept.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
    draft.warn(
        Diagnostic::warning(
            template.span,
            format!("`{value}` is not in the image, which only contains {names} from the build"),
        )
        .with_rule(PROGRAM_LEFT_BEHIND)
        .with_help("add its folder to `output` of the build, or copy it with `files`"),
    );
}
