//! Lint rules: what can be read and built, and should be written differently all the same.
//!
//! Each rule is a file of [`rules`], whose module documentation is the documentation that users get. A rule sees a whole spec, what was planned of it where
//! something was, and nothing else; it reads no file and asks no engine. What users say about rules in comments of their files is read by [`directive`].

mod add_key;
mod concern;
pub mod directive;
mod findings;
mod ignore;
mod rule;
pub mod rules;
mod secret_name;
mod shell_words;
mod syntax_line;
mod view;

use slipway_plan::{Overview, Platform, Target};
use slipway_spec::{Diagnostic, RuleInfo, Sources, Spec};

pub use findings::Findings;
pub use rule::Rule;
pub use rules::RULES;

use directive::Directives;
use view::View;

/// What rules look at.
#[derive(Debug, Clone, Copy)]
pub struct Lint<'a> {
    /// The files of the spec.
    pub sources: &'a Sources,
    /// What they say.
    pub spec: &'a Spec,
    /// The target that is asked about: findings are about what it is made of. Without one they are about the whole spec.
    pub target: Option<Target<'a>>,
    /// What was planned of it. Rules about steps see no more than this; the others need none.
    pub planned: Option<&'a Overview>,
    /// The platform of the engine, where it is known: rules about emulation compare what was planned with it.
    pub build_platform: Option<&'a Platform>,
    /// The ignore file of the context: its name and its text.
    pub ignore: Option<(&'a str, &'a str)>,
    /// What the command line says about rules, in place of the header of the file: `skip=A,B;error=true`.
    pub options: Option<&'a str>,
    /// Whether an engine still has to find the frontend in the file: not so in a build, where it has, nor where the command line names the frontend.
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

/// Carries out every rule. What comments in the files say about rules is taken into account: what is to be skipped is not among the findings, and with
/// `error=true` they are errors. Findings are in the order of the files, and the same in every run.
#[must_use]
pub fn check(lint: &Lint<'_>) -> Vec<Diagnostic> {
    let mut findings = Findings::default();
    let part = lint.target.map(|target| concern::concerning(lint.spec, target, lint.planned));
    let view = View::new(Lint { spec: part.as_ref().unwrap_or(lint.spec), ..*lint }, lint.spec);
    for rule in RULES {
        findings.of(rule.id, rule.severity);
        (rule.check)(&view, &mut findings);
    }
    let (directives, wrong) = Directives::read(lint.sources, lint.options);
    findings.of(rules::invalid_directive::ID, slipway_spec::Severity::Warning);
    wrong.into_iter().for_each(|found| findings.push(found));
    directives.apply(findings.into_list())
}

/// Every rule, as those see it who show findings.
#[must_use]
pub fn rule_infos() -> Vec<RuleInfo> {
    RULES.iter().map(Rule::info).collect()
}
