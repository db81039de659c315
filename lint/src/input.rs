//! The input of rules.

use slipway_plan::{Overview, Platform, Target};
use slipway_spec::{Sources, Spec};

/// The input of rules.
#[derive(Debug, Clone, Copy)]
pub struct Lint<'a> {
    /// The files of the spec.
    pub sources: &'a Sources,
    /// The typed spec.
    pub spec: &'a Spec,
    /// The target: only findings about what it is built from are reported. Without a target, findings are about the
    /// whole spec.
    pub target: Option<Target<'a>>,
    /// The plans of the target. Rules about steps see only these; other rules do not need them.
    pub planned: Option<&'a Overview>,
    /// The platform of the engine, if known: rules about emulation compare it with the platforms of the steps.
    pub build_platform: Option<&'a Platform>,
    /// The ignore file of the context: its name and its text.
    pub ignore: Option<(&'a str, &'a str)>,
    /// The command line's options for rules, which replace the header of the file: `skip=A,B;error=true`.
    pub options: Option<&'a str>,
    /// Whether an engine still has to find the frontend in the file. False in a build, and if the command line names
    /// the frontend.
    pub needs_syntax_line: bool,
}

impl<'a> Lint<'a> {
    /// A spec without plans.
    #[must_use]
    pub fn new(sources: &'a Sources, spec: &'a Spec) -> Self {
        let (target, planned, build_platform, ignore, options) = (None, None, None, None, None);
        Self { sources, spec, target, planned, build_platform, ignore, options, needs_syntax_line: false }
    }
}
