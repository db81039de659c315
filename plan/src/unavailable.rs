//! Keys of the language that are read and checked, and that this release does not carry out yet. Whoever uses one is told so, in every build.

use slipway_spec::model::{Compress, HealthTest, Healthcheck, Image};
use slipway_spec::{Diagnostic, Span};

use crate::Project;
use crate::planner::Planner;

/// The name of these findings, for `# check=skip=…`.
const NOT_YET_AVAILABLE: &str = "NotYetAvailable";

/// Names of findings that plans have beside those of lint rules.
pub const FINDINGS: &[&str] = &[
    NOT_YET_AVAILABLE,
    crate::left_behind::PROGRAM_LEFT_BEHIND,
    crate::presets::PRISMA_ENGINE,
    crate::presets::UNKNOWN_VERSION,
];

/// A finding about a key that has no effect yet.
pub(crate) fn not_yet(span: Span, key: &str, effect: &str) -> Diagnostic {
    Diagnostic::warning(
        span,
        format!("`{key}` is read and checked, but not carried out by this release of Slipway: {effect}"),
    )
    .with_rule(NOT_YET_AVAILABLE)
    .with_help("use a newer release when there is one; until then do it outside of the build")
}

/// Warns of what an image asks for in vain.
pub(crate) fn report<P: Project>(planner: &Planner<'_, P>, image: &Image) {
    let keys = &image.keys;
    let mut found: Vec<(Span, &str, &str)> = Vec::new();
    if let Some(Healthcheck::Check { span, test: HealthTest::Http(_) | HealthTest::Tcp(_), .. }) = &keys.healthcheck {
        found.push((*span, "healthcheck", "the image has no probe, so it gets no health check; `run` works"));
    }
    if let Some(init) = keys.init.as_ref().filter(|init| init.value) {
        found.push((init.span, "init", "the program itself is the first process; `docker run --init` works"));
    }
    if let Some(compress) = keys.compress.as_ref().filter(|compress| compress.value != Compress::None) {
        found.push((compress.span, "compress", "the program is not compressed"));
    }
    if let Some((name, _)) = keys.tests.iter().next() {
        found.push((name.span, "tests", "the tests of the image do not run"));
    }
    if let Some(budget) = &keys.budget {
        found.push((budget.span, "budget", "nothing is measured, and nothing is held back"));
    }
    if let Some(scan) = &keys.scan {
        found.push((scan.span, "scan", "nothing is scanned, and nothing is held back"));
    }
    if let Some(template) = keys.watch.first() {
        found.push((template.span, "watch", "files are not synchronised"));
    }
    if let Some(inspect) = &keys.inspect {
        found.push((inspect.span, "inspect", "no debugger is started"));
    }
    for (span, key, effect) in found {
        planner.warn(not_yet(span, key, effect));
    }
}
