//! The plans of several targets, which are created together: shared parts are planned once.

use slipway_spec::{Diagnostic, Spec};

use crate::any_project::{AnyProject, Door};
use crate::planner::Planner;
use crate::{Args, Plan, PlanError, Platform, Project, ProjectError, Request, Target};

/// The maximum size of the plans of a file, without shared parts; hundreds of images that depend on each other in a
/// chain stay below it.
const MAX_WEIGHT: usize = 32 << 20;

/// Plans targets, each for its platforms. The plans, or their errors, are in the order of the targets.
///
/// # Errors
/// The engine cannot be reached.
pub async fn plans<P: Project>(
    project: &P,
    spec: &Spec,
    wanted: &[(Target<'_>, Vec<Platform>)],
    args: &Args,
    request: &Request,
) -> Result<Vec<Result<Plan, Vec<Diagnostic>>>, ProjectError> {
    let door = Door(project);
    let project = AnyProject::of(&door);
    let requests = Requests::of(request);
    let mut planners = Planners::new(&project, spec, args);
    let (mut plans, mut weight) = (Vec::new(), 0usize);
    for (target, platforms) in wanted {
        for platform in platforms {
            let Some((_, planner)) = planners.of(&requests, *target, platforms, platform) else { continue };
            plans.push(match planner.plan(*target).await {
                Ok(plan) => {
                    weight = weight.saturating_add(plan.weight());
                    Ok(plan)
                }
                Err(PlanError::Invalid(found)) => Err(found),
                Err(PlanError::Files(error)) => return Err(error),
            });
            if weight > MAX_WEIGHT {
                let found = Diagnostic::error(target.span(), "this file has too many targets to plan them together")
                    .with_help("select one target with `--target`, or split the file");
                plans.push(Err(vec![found]));
                return Ok(plans);
            }
        }
    }
    Ok(plans)
}

/// The request for targets with one platform and with several: with several, step names contain the platform.
pub(crate) struct Requests([Request; 2]);

impl Requests {
    pub(crate) fn of(request: &Request) -> Self {
        Self([false, true].map(|multi_platform| Request { multi_platform, ..request.clone() }))
    }
}

/// A planner for each platform, which the targets share.
pub(crate) struct Planners<'a> {
    project: &'a AnyProject<'a>,
    spec: &'a Spec,
    args: &'a Args,
    all: Vec<Planner<'a>>,
}

impl<'a> Planners<'a> {
    pub(crate) fn new(project: &'a AnyProject<'a>, spec: &'a Spec, args: &'a Args) -> Self {
        Self { project, spec, args, all: Vec::new() }
    }

    /// The planner of a target for one of its platforms, and its number.
    pub(crate) fn of(
        &mut self,
        Requests([one, several]): &'a Requests,
        target: Target<'_>,
        platforms: &[Platform],
        platform: &'a Platform,
    ) -> Option<(usize, &mut Planner<'a>)> {
        let request = if platforms.len() > 1 { several } else { one };
        let same = |known: &Planner<'_>| {
            known.draft.platform == platform && known.draft.request.multi_platform == request.multi_platform
        };
        let place = self.all.iter().position(same).unwrap_or(self.all.len());
        if place == self.all.len() {
            self.all.push(Planner::new(self.project, self.spec, self.args, request, platform, target));
        }
        Some((place, self.all.get_mut(place)?))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Planner<'a>> {
        self.all.iter()
    }
}

impl Plan {
    /// The approximate size in bytes without parts that it shares with other plans.
    fn weight(&self) -> usize {
        16 * (self.steps.len() + self.notes.len())
            + 256 * self.warnings.len()
            + 128 * self.gates.len()
            + 64 * self.args.len()
            + 24 * self.read.held()
    }
}
