//! The environment of a build, for checks of its commands.

use slipway_project::python::{Environment, console_scripts, normal_name};

use super::find::Found;
use crate::presets::Context;

/// The environment of a build.
pub(super) fn environment(cx: &mut Context<'_, '_>, found: &Found) -> Environment {
    let Found { project, needs, own, roots, .. } = found;
    let locked = needs.locked.iter().flatten().map(|locked| normal_name(&locked.name));
    let options = cx.build.keys.install.iter().any(|install| !install.options.is_empty());
    let locals = needs.locals.iter().map(|local| normal_name(&local.name));
    Environment {
        folder: project.folder.clone(),
        roots: roots.clone(),
        scripts: console_scripts(&project.pyproject).into_iter().map(|(name, _)| name).collect(),
        packages: locked.chain(locals).chain(needs.named.iter().cloned()).collect(),
        // The groups of a workspace's root are not followed, and options may name packages.
        is_complete: needs.locked.is_some() && !needs.has_files && needs.root_groups.is_none() && !options,
        has_locals: !needs.locals.is_empty(),
        is_open: cx.gets_more() || own.built().is_some(),
        app: found.places.app().to_owned(),
        venv: found.places.venv.clone(),
        add: match project.tool.word() {
            "uv" => "uv add".to_owned(),
            "poetry" => "poetry add".to_owned(),
            _ => "pip install".to_owned(),
        },
    }
}
