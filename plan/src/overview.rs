//! The data that rules need from many plans. A plan is reduced to this data and dropped before the next one is created.
//!
//! So for a thousand images that depend on each other, or on the same hundred packages, the cost is what they add to
//! each other, not their total.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use slipway_spec::{Diagnostic, Spec};

use crate::any_project::{AnyProject, Door};
use crate::planner::Uses;
use crate::plans::{Planners, Requests};
use crate::{Args, Contents, Plan, PlanError, Platform, Project, ProjectError, Request, Step, Target, emulation};

/// The known facts about planned targets.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// The images and variants with plans, by label, with their contents; once for each platform.
    pub contents: Vec<(String, Contents)>,
    /// The steps that run on another platform than the build platform.
    pub foreign: Vec<Arc<Step>>,
    /// The arguments that were used.
    pub args: BTreeSet<String>,
    /// Warnings.
    pub warnings: Vec<Diagnostic>,
}

impl Overview {
    /// The data of existing plans.
    #[must_use]
    pub fn of<'a>(plans: impl IntoIterator<Item = &'a Plan>, build_platform: &Platform) -> Self {
        let mut overview = Self::default();
        let mut steps = HashSet::new();
        for plan in plans {
            overview.contents.extend(plan.contents.clone().map(|contents| (plan.target.clone(), contents)));
            for (_, step) in plan.steps.shared().filter(|(_, step)| emulation::is_foreign(build_platform, step)) {
                if steps.insert(Arc::as_ptr(step)) {
                    overview.foreign.push(Arc::clone(step));
                }
            }
            overview.args.extend(plan.args.iter().cloned());
            overview.warnings.extend(plan.warnings.iter().cloned());
        }
        overview
    }
}

/// Plans targets, each for its platforms, and collects this data. The errors of targets that cannot be planned are the
/// other result.
///
/// # Errors
/// The engine cannot be reached.
pub async fn overview<P: Project>(
    project: &P,
    spec: &Spec,
    wanted: &[(Target<'_>, Vec<Platform>)],
    args: &Args,
    request: &Request,
) -> Result<(Overview, Vec<Diagnostic>), ProjectError> {
    let door = Door(project);
    let project = AnyProject::of(&door);
    let (mut overview, mut errors) = (Overview::default(), Vec::new());
    let mut planners = Planners::new(&project, spec, args);
    let requests = Requests::of(request);
    let mut uses = Vec::new();
    for (target, platforms) in wanted {
        for platform in platforms {
            let Some((number, planner)) = planners.of(&requests, *target, platforms, platform) else { continue };
            while uses.len() <= number {
                planner.draft.keep_no_files();
                uses.push(Uses::of(spec, wanted.iter().map(|(target, _)| *target)));
            }
            match planner.see(*target).await {
                Ok(seen) => {
                    overview.contents.extend(seen.contents.map(|contents| (target.label(), contents)));
                    let foreign = |step: &Arc<Step>| emulation::is_foreign(&request.build_platform, step);
                    overview.foreign.extend(seen.steps.into_iter().filter(foreign));
                    overview.warnings.extend(seen.news.warnings);
                }
                Err(PlanError::Invalid(found)) => errors.extend(found),
                Err(PlanError::Files(error)) => return Err(error),
            }
            if let Some(uses) = uses.get_mut(number) {
                planner.forget(*target, uses);
            }
        }
    }
    planners.all().for_each(|planner| overview.args.extend(planner.draft.used_args()));
    let Overview { foreign, warnings, .. } = &mut overview;
    warnings.retain(|found| emulation::is_needed(&request.build_platform, found, foreign.iter().map(|step| &**step)));
    Ok((overview, errors))
}
