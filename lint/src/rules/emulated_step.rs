//! Finds steps that the engine has to emulate.
//!
//! # What it does
//!
//! Looks for steps that run on another platform than the engine's: steps of stages whose `platform` is `target` (the
//! default), when an image is built for another platform.
//!
//! # Why
//!
//! Every instruction of an emulated step is translated while it runs. That takes many times as long, and some programs
//! fail only under emulation. Presets cross-compile; a preset whose installer cannot do so reports the step itself,
//! under the name of this rule.
//!
//! # Bad
//!
//! ```yaml
//! stages:
//!   gen:
//!     from: bufbuild/buf:1.50
//!     steps:
//!       - run: buf generate --output /gen
//!     output: /gen
//! images:
//!   api:
//!     go: ./cmd/api
//!     platforms: [linux/amd64, linux/arm64]
//!     files: { /gen: "gen:/" }
//! ```
//!
//! # Good
//!
//! ```yaml
//! stages:
//!   gen:
//!     from: bufbuild/buf:1.50
//!     platform: build
//!     steps:
//!       - run: buf generate --output /gen
//!     output: /gen
//! images:
//!   api:
//!     go: ./cmd/api
//!     platforms: [linux/amd64, linux/arm64]
//!     files: { /gen: "gen:/" }
//! ```

use slipway_plan::{Platform, StepKind};
use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    let Some(engine) = lint.build_platform else { return };
    for step in lint.planned.iter().flat_map(|planned| &planned.foreign) {
        let StepKind::Run(run) = &step.kind else { continue };
        // Presets report their own steps, with the reason.
        let of_stage = lint.spec.stages.get(&step.owner).is_some();
        if of_stage && !runs_on(engine, &run.platform) {
            findings.push(
                Diagnostic::warning(
                    step.span,
                    format!(
                        "this step of `{}` runs on {}, which must be emulated on {engine}",
                        step.owner, run.platform
                    ),
                )
                .with_help(
                    "if its output is the same for every platform, add `platform: build` to its stage; otherwise \
                     build on an engine of that platform",
                ),
            );
        }
    }
}

/// Whether a processor runs programs for a platform without emulation. Most 64-bit processors also run the 32-bit
/// programs of their family, so these are not reported.
fn runs_on(engine: &Platform, platform: &Platform) -> bool {
    engine.os() == platform.os()
        && (engine.arch() == platform.arch()
            || matches!((engine.arch(), platform.arch()), ("amd64", "386") | ("arm64", "arm")))
}
