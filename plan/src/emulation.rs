//! Steps that must run on the platform they are for: where that is not the build platform, an emulator runs them, many
//! times slower, and the user is told.

use slipway_spec::{Diagnostic, Span};

use crate::draft::Draft;
use crate::{Platform, Step, StepKind};

/// The name of these findings, for `# check=skip=…`.
const EMULATED_STEP: &str = "EmulatedStep";

/// Whether what a plan warns of is among the steps that it needs; of anything but emulation there is no doubt.
pub(crate) fn is_needed<'s>(build: &Platform, found: &Diagnostic, mut steps: impl Iterator<Item = &'s Step>) -> bool {
    found.rule != Some(EMULATED_STEP) || steps.any(|step| step.span == found.primary.span && is_foreign(build, step))
}

/// Whether a step runs something on another platform than the build platform.
pub(crate) fn is_foreign(build: &Platform, step: &Step) -> bool {
    match &step.kind {
        StepKind::Run(run) => run.platform.os() != build.os() || run.platform.arch() != build.arch(),
        _ => false,
    }
}

/// Warns of a step for a platform if an emulator has to run it.
pub(crate) fn report(draft: &Draft<'_>, target: &Platform, span: Span, what: &str, why: &str) {
    let build = &draft.request.build_platform;
    if build.os() == target.os() && build.arch() == target.arch() {
        return;
    }
    draft.warn(
        Diagnostic::warning(span, format!("{what} for {target} on {build} needs an emulator: {why}"))
            .with_rule(EMULATED_STEP)
            .with_help(format!("build on a machine of the platform {target} where time matters")),
    );
}
