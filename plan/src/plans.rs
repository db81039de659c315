//! The plans of several targets, which are made together: what they share is planned once.

use slipway_spec::{Diagnostic, Spec};

use crate::door::Door;
use crate::final_image::plan_with;
use crate::planner::Planner;
use crate::{Args, Plan, PlanError, Platform, Project, ProjectError, Request, Target};

/// Bytes that the plans of a file hold at most beside what they share: hundreds of images that need each other in a chain stay below.
const MAX_WEIGHT: usize = 32 << 20;

/// Plans targets, each for its platforms. The plans, or why there is none, are in the order of the targets.
///
/// # Errors
/// The engine cannot be asked.
pub async fn plans<P: Project>(
    project: &P,
    spec: &Spec,
    wanted: &[(Target<'_>, Vec<Platform>)],
    args: &Args,
    request: &Request,
) -> Result<Vec<Result<Plan, Vec<Diagnostic>>>, ProjectError> {
    let door = Door::of(project);
    let take_read = || door.take_read();
    // Where several platforms are built, the names of steps say which they are for.
    let requests = [false, true].map(|multi_platform| Request { multi_platform, ..request.clone() });
    let mut planners: Vec<Planner<'_, Door<'_>>> = Vec::new();
    let (mut plans, mut weight) = (Vec::new(), 0usize);
    for (target, platforms) in wanted {
        let [one, several] = &requests;
        let request = if platforms.len() > 1 { several } else { one };
        for platform in platforms {
            let same = |known: &Planner<'_, _>| {
                known.platform == platform && known.request.multi_platform == request.multi_platform
            };
            let place = planners.iter().position(same).unwrap_or_else(|| {
                planners.push(Planner::new((&door, &take_read), spec, args, request, platform, *target));
                planners.len() - 1
            });
            let Some(planner) = planners.get(place) else { continue };
            plans.push(match plan_with(planner, *target).await {
                Ok(plan) => {
                    weight = weight.saturating_add(plan.weight());
                    Ok(plan)
                }
                Err(PlanError::Invalid(found)) => Err(found),
                Err(PlanError::Project(error)) => return Err(error),
            });
            if weight > MAX_WEIGHT {
                let found =
                    Diagnostic::error(target.span(), "the targets of this file are too many to be planned together")
                        .with_help("ask about one target with `--target`, or split the file");
                plans.push(Err(vec![found]));
                return Ok(plans);
            }
        }
    }
    Ok(plans)
}

impl Plan {
    /// About how many bytes it holds beside what it shares with other plans.
    fn weight(&self) -> usize {
        16 * (self.steps.len() + self.notes.len())
            + 256 * self.warnings.len()
            + 128 * self.gates.len()
            + 64 * self.args.len()
            + 24 * self.read.held()
    }
}
