//! Warnings that steps find when they run, such as what a tracer of dependencies cannot see.
//!
//! They are in the output of a step, so a build with such a step runs it before it returns its result. A cached step has
//! the same warnings.

use buildkit_proto::gateway::Ref;
use slipway_plan::{Plan, StepKind};
use slipway_spec::Diagnostic;

use crate::failure::Failure;
use crate::gateway::Session;
use crate::lower::{Lowering, lower_step};

/// The maximum number of warnings of a step.
const MOST: usize = 10;

/// The warnings of the steps of a plan. `solve` registers the graph of a step.
pub(crate) async fn found(
    session: &Session,
    plan: &Plan,
    lowering: &Lowering<'_>,
    solve: impl AsyncFn(&buildkit_llb::Output) -> Result<Ref, Failure>,
) -> Result<Vec<Diagnostic>, Failure> {
    let mut found = Vec::new();
    for (id, step) in plan.steps.iter() {
        let StepKind::Run(run) = &step.kind else { continue };
        let Some(warnings) = run.warnings else { continue };
        let reference = solve(&lower_step(&plan.steps, id, lowering)).await?;
        // If the step fails, so does the result, with the message of the step.
        let text = session.read_file(&reference.id, warnings.path).await.unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines = text.lines().filter(|line| !line.is_empty()).take(MOST);
        found.extend(lines.map(|line| Diagnostic::warning(step.span, line).with_help(warnings.help)));
    }
    Ok(found)
}
