//! Lint rules: what can be read and built, and should be written differently all the same.
//!
//! Each rule is a file of [`rules`], whose module documentation is the documentation that users get. A rule sees a
//! whole spec, what was planned of it where something was, and nothing else; it reads no file and asks no engine. What
//! users say about rules in comments of their files is read by [`directive`].

mod add_key;
mod concern;
pub mod directive;
mod findings;
mod input;
mod rule;
pub mod rules;
mod secret_name;
mod shell_words;
mod syntax_line;
mod view;

use slipway_spec::{Diagnostic, RuleInfo};

pub use findings::Findings;
pub use input::Lint;
pub use rule::Rule;
pub use rules::RULES;

use directive::Directives;
use view::View;

/// Carries out every rule. What comments in the files say about rules is taken into account: what is to be skipped is
/// not among the findings, and with `error=true` they are errors. Findings are in the order of the files, and the same
/// in every run.
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
