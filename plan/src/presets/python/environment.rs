//! The environment of a project, for whoever asks what can be started in it.

use super::entry_points::console_scripts;
use super::name::normal_name;
use super::needs::Needs;
use super::own::Own;
use super::project::PythonProject;
use super::{APP, VENV};
use crate::environment::Environment;
use crate::presets::Context;

/// What is known of the environment of a build.
pub(super) fn environment(
    cx: &Context<'_>,
    project: &PythonProject,
    needs: &Needs,
    own: &Own,
    roots: &[String],
) -> Environment {
    let locked = needs.locked.iter().flatten().map(|locked| normal_name(&locked.name));
    let options = cx.build.keys.install.iter().any(|install| !install.options.is_empty());
    let locals = needs.locals.iter().map(|local| normal_name(&local.name));
    Environment {
        folder: project.folder.clone(),
        roots: roots.to_vec(),
        scripts: console_scripts(&project.pyproject).into_iter().map(|(name, _)| name).collect(),
        packages: locked.chain(locals).chain(needs.named.iter().cloned()).collect(),
        // Groups of a workspace's root are not followed, and options may name packages.
        is_complete: needs.locked.is_some() && !needs.has_files && needs.root_groups.is_none() && !options,
        has_locals: !needs.locals.is_empty(),
        is_open: !cx.inputs.is_empty() || own.built().is_some(),
        app: APP,
        venv: VENV,
        add: match project.tool.word() {
            "uv" => "uv add".to_owned(),
            "poetry" => "poetry add".to_owned(),
            _ => "pip install".to_owned(),
        },
    }
}
