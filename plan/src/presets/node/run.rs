//! The `run` steps of a build: after generators, and before the scripts of the package and of those that it needs.

use super::folders::APP;
use super::kit::NodeSteps;
use super::manager;
use super::sources::Built;
use crate::presets::Context;
use crate::presets::run_steps::{self, Place};
use crate::shell::Text;
use crate::{PlanError, StepId};

/// Where commands on the sources run; `generated` is laid over the sources.
pub(super) fn place(cx: &Context<'_, '_>, kit: &NodeSteps<'_>, generated: Option<StepId>) -> Place {
    Place {
        platform: cx.request().build_platform.clone(),
        online: Vec::new(),
        tool: manager::login(kit.project.manager),
        repository: APP.to_owned(),
        manifests: kit.project.root.clone(),
        folder: kit.project.folder.clone(),
        before: kit.laying(generated, Text::default()),
    }
}

/// Plans the steps; `generated` is laid over the sources.
pub(super) fn run_steps(
    cx: &mut Context<'_, '_>,
    kit: &mut NodeSteps<'_>,
    generated: Option<StepId>,
) -> Result<(), PlanError> {
    if !run_steps::any(cx) {
        return Ok(());
    }
    let (scope, nothing) = (kit.own_scope(), Built::default());
    let place = place(cx, kit, generated);
    run_steps::plan(cx, &place, |cx| {
        let sources = kit.sources(cx, &scope, &nothing, false)?;
        let files = kit.source_mounts(cx, &scope, sources, &nothing)?;
        Ok(kit.container(scope.folder, files, generated))
    })
}
