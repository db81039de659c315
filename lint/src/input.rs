//! What rules look at.

use slipway_plan::{Overview, Platform, Target};
use slipway_spec::{Sources, Spec};

/// What rules look at.
#[derive(Debug, Clone, Copy)]
pub struct Lint<'a> {
    /// The files of the spec.
    pub sources: &'a Sources,
    /// What they say.
    pub spec: &'a Spec,
    /// The target that is asked about: findings are about what it is made of. Without one they are about the whole
    /// spec.
    pub target: Option<Target<'a>>,
    /// What was planned of it. Rules about steps see no more than this; the others need none.
    pub planned: Option<&'a Overview>,
    /// The platform of the engine, where it is known: rules about emulation compare what was planned with it.
    pub build_platform: Option<&'a Platform>,
    /// The ignore file of the context: its name and its text.
    pub ignore: Option<(&'a str, &'a str)>,
    /// What the command line says about rules, in place of the header of the file: `skip=A,B;error=true`.
    pub options: Option<&'a str>,
    /// Whether an engine still has to find the frontend in the file: not so in a build, where it has, nor where the
    /// command line names the frontend.
    pub needs_syntax_line: bool,
}

impl<'a> Lint<'a> {
    /// A spec of which nothing is planned.
    #[must_use]
    pub fn new(sources: &'a Sources, spec: &'a Spec) -> Self {
        let (target, planned, build_platform, ignore, options) = (None, None, None, None, None);
        Self { sources, spec, target, planned, build_platform, ignore, options, needs_syntax_line: false }
    }
}
