//! Images for development: the environment with everything, and sources without bytecode, which would hide changes.

use slipway_project::python::{Needs, PythonProject};

use super::Found;
use crate::StepId;
use crate::output::{Develop, Reloading, Watched, WatchedFolder};

/// How an image for development stands on the toolchain; `root` is the step with it.
pub(super) fn of(found: &Found, root: StepId, (project, app): (&PythonProject, &str), needs: &Needs) -> Develop {
    // Other packages of the repository are installed, so changes of theirs need another image.
    let others = needs.locals.iter().map(|local| local.folder.as_str()).filter(|folder| *folder != project.folder);
    let others = others.map(|folder| WatchedFolder { path: folder.to_owned(), target: None });
    let own = WatchedFolder { path: project.folder.clone(), target: Some(app.to_owned()) };
    Develop {
        image: found.build_image.clone(),
        root,
        writable: vec![app.to_owned()],
        command: Reloading::Python,
        watched: Watched {
            restarts: true,
            folders: others.chain([own]).collect(),
            manifests: needs.include.clone(),
            ignored: [".venv/", "**/__pycache__/"].map(str::to_owned).to_vec(),
        },
    }
}
