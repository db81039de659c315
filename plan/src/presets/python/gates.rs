//! Checks: they run on the build platform, with development dependencies.

use slipway_project::python::Tool;
use slipway_spec::Diagnostic;

use super::find::Found;
use super::install::{Installer, Start};
use super::sources;
use crate::presets::{Context, checks};
use crate::{Mount, MountKind, StepId};

/// Plans the checks: on the build platform, with development dependencies. What the program has is not installed again
/// if it is at hand.
pub(super) fn gates(
    cx: &mut Context<'_, '_>,
    installer: &Installer<'_>,
    found: &Found,
    of_program: Option<StepId>,
) -> Result<(), Diagnostic> {
    let checked = checks::wanted(cx, "pytest -q")?;
    let Some(needs) = found.checked.as_deref().filter(|_| !checked.is_empty()) else { return Ok(()) };
    let (project, app) = (installer.project, found.places.app());
    needs.notes.iter().for_each(|note| cx.note(note));
    let adds = !matches!(project.tool, Tool::Pip { dev: None, .. });
    let start = of_program.filter(|_| adds).map_or(Start::New, Start::On);
    let dev = installer.environment(cx, needs, start);
    let sources =
        MountKind::Discarded { from: sources::select(cx, project, None, &[])?, path: format!("/{}", project.folder) };
    let title = format!("[{} check packages]", cx.name);
    let surroundings = installer.surroundings(cx, found, needs, (dev, app), &title)?;
    let files = Mount { target: app.to_owned(), kind: sources };
    let setting = checks::CheckEnv {
        container: surroundings.container(cx, files).cwd(app),
        before: surroundings.before,
        seeds: None,
    };
    for check in &checked {
        checks::run(cx, check, &setting)?;
    }
    if let Tool::Pip { dev: None, .. } = &project.tool {
        cx.note("checks have only the program's own requirements, because there is no requirements-dev.txt");
    }
    Ok(())
}
