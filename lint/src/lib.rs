//! Lint rules: problems in specs that can be read and built.
//!
//! Each rule is a file of [`rules`], whose module documentation is also the user documentation. A rule only sees a
//! whole spec and its plans; it does not read files or query an engine. [`directive`] reads the options for rules in
//! comments of the files.

mod add_key;
mod concern;
pub mod directive;
mod findings;
mod input;
mod policy;
mod rule;
pub mod rules;
mod secret_name;
mod shell_words;
mod syntax_line;
mod view;

use slipway_spec::{Diagnostic, RuleInfo};

pub use findings::Findings;
pub use input::Lint;
pub use policy::{invalid_policy, nearest_rule};
pub use rule::Rule;
pub use rules::RULES;

use directive::Directives;
use view::View;

/// Applies every rule. Comments in the files are taken into account: skipped findings are omitted, and with
/// `error=true` findings are errors. Findings are in the order of the files, and deterministic.
#[must_use]
pub fn check(lint: &Lint<'_>) -> Vec<Diagnostic> {
    let mut findings = Findings::default();
    let part = lint.target.map(|target| concern::concerning(lint.spec, target, lint.planned));
    let view = View::new(Lint { spec: part.as_ref().unwrap_or(lint.spec), ..*lint }, lint.spec);
    for rule in RULES {
        findings.of(rule.id, rule.severity);
        (rule.check)(&view, &mut findings);
    }
    let (directives, wrong) = Directives::read(lint.sources, lint.options, &lint.spec.policy);
    findings.of(rules::invalid_directive::ID, slipway_spec::Severity::Warning);
    wrong.into_iter().for_each(|found| findings.push(found));
    directives.apply(findings.into_list())
}

/// Every rule, and every finding of plans that has a name, sorted by name: for code that shows findings.
#[must_use]
pub fn rule_infos() -> Vec<RuleInfo> {
    let mut infos: Vec<_> = RULES.iter().map(Rule::info).chain(slipway_plan::finding_infos()).collect();
    infos.sort_by_key(|info| info.id);
    infos
}
