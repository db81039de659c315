//! `slipway examine FILE [PARTS]`: examines a finished image, in a step of a build. The command is internal: only steps
//! call it, and the help does not list it. The folder PARTS has the parts of the image, as `MountKind::Parts` says.
//!
//! It exits with 0 if the image passes, with 1 if it fails, and with 2 if it cannot be examined; the last two fail the
//! build.

mod budget;
mod failed;
mod file;
mod packages;
mod program;
pub(crate) mod rooted;
mod text;

use std::path::Path;
use std::process::ExitCode;

use slipway_plan::Examination;

use self::failed::Failed;
use self::rooted::Rooted;

/// Runs the command; the arguments are those after its name.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let (code, words) = match examine(arguments) {
        Ok(words) => (0, words),
        Err(Failed::Wrong(words)) => (1, words),
        Err(Failed::Trouble(words)) => (2, words),
    };
    let mut lines = slipway_spec::visible::visible_lines(&words).into_owned();
    if !lines.is_empty() && !lines.ends_with('\n') {
        lines.push('\n');
    }
    // If the log is closed, the exit status still says whether the image passes.
    let _ = std::io::Write::write_all(&mut std::io::stderr(), lines.as_bytes());
    ExitCode::from(code)
}

fn examine(arguments: &[String]) -> Result<String, Failed> {
    let (file, parts) = match arguments {
        [file] => (file, None),
        [file, parts] => (file, Some(Path::new(parts))),
        _ => return Err(Failed::Trouble("`slipway examine` is called by steps of a build".to_owned())),
    };
    let text = std::fs::read_to_string(file).map_err(|error| Failed::Trouble(format!("{file}: {error}")))?;
    let wanted = Examination::from_json(&text).map_err(|error| Failed::Trouble(format!("{file}: {error}")))?;
    let numbered = |parts: &Path, number: usize| Some(parts.join(number.to_string())).filter(|part| part.is_dir());
    let image = Rooted::of(parts.into_iter().flat_map(|parts| (0..).map_while(|number| numbered(parts, number))));
    match &wanted {
        Examination::Program { .. } => program::examine(&wanted),
        Examination::File { .. } => file::examine(&wanted, &image),
        Examination::Budget { size, packed, files } => budget::examine((*size, *packed, *files), &image),
    }
}
