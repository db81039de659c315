//! Steps that must run on their target platform: if that is not the build platform, they are emulated, which is many
//! times slower, so the user is warned.

use slipway_spec::{Diagnostic, Span};

use crate::draft::Draft;
use crate::{Platform, Step, StepKind};

/// The rule name of these findings, for `# check=skip=…`.
const EMULATED_STEP: &str = "EmulatedStep";

/// Whether a warning is about a step that is needed; warnings about anything but emulation always are.
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

/// Warns about a step for a platform if it has to be emulated.
pub(crate) fn report(draft: &mut Draft<'_>, target: &Platform, span: Span, what: &str, why: &str) {
    let build = &draft.request.build_platform;
    if build.os() == target.os() && build.arch() == target.arch() {
        return;
    }
    draft.warn(
        Diagnostic::warning(span, format!("{what} for {target} on {build} requires emulation: {why}"))
            .with_rule(EMULATED_STEP)
            .with_help(format!("if this is too slow, build on a machine with the platform {target}")),
    );
}
