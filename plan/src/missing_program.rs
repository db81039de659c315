//! Programs that an image is told to run and does not get: a build keeps what its scripts make, and a file beside that
//! stays where it is.

use slipway_spec::model::Image;
use slipway_spec::{Diagnostic, Template, join_path};

use crate::config::Evaluated;
use crate::draft::Draft;
use crate::output::BuildOutput;
use crate::paths::in_folder;

/// The name of these findings, for `# check=skip=…`.
pub(crate) const PROGRAM_LEFT_BEHIND: &str = "ProgramLeftBehind";

/// Files that are programs by their names; what else an argument is nobody knows.
const PROGRAMS: [&str; 3] = [".js", ".mjs", ".cjs"];

/// Warns of a program that is named by its place in the build's folder, and is not among what images get of it.
pub(crate) fn report(draft: &Draft<'_>, image: &Image, made: &BuildOutput, config: &Evaluated) {
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
    // One that leads out of the folder is another package's.
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
            format!("`{value}` is not in the image: what it gets of the build is {names}"),
        )
        .with_rule(PROGRAM_LEFT_BEHIND)
        .with_help("name its folder in `output` of the build too, or bring it by `files`"),
    );
}
