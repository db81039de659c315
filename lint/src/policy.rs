//! What a policy says about rules: their levels, and which of them comments can skip.

use slipway_plan::FINDINGS;
use slipway_spec::model::{Policy, RuleLevel};
use slipway_spec::{Diagnostic, Severity, Spanned};

use crate::rules::RULES;

/// The names of all rules: those of this crate, and those of warnings of plans.
pub(crate) fn rule_names() -> impl Iterator<Item = &'static str> + Clone {
    RULES.iter().map(|rule| rule.id).chain(FINDINGS.iter().map(|(name, _)| *name))
}

/// What to write instead of a name that no rule has.
#[must_use]
pub fn nearest_rule(name: &str) -> String {
    let suggestion = Diagnostic::suggestion(name, rule_names(), "").filter(|help| help.starts_with("did you mean"));
    suggestion.unwrap_or_else(|| "`slipway explain` lists the rules".to_owned())
}

/// Errors in a policy: names of rules that do not exist.
#[must_use]
pub fn invalid_policy(policy: &Policy) -> Vec<Diagnostic> {
    let names = policy.rules.iter().map(|(name, _)| name).chain(policy.skip.iter().flat_map(|names| &names.value));
    let unknown = |name: &&Spanned<String>| !rule_names().any(|known| known == name.value);
    let error = |name: &Spanned<String>| {
        let found = Diagnostic::error(name.span, format!("there is no rule `{}`", name.brief()));
        found.with_help(nearest_rule(name))
    };
    names.filter(unknown).map(error).collect()
}

/// A finding with the level of its rule, if it is reported. Findings in the file with the policy are
/// not for the users of its frontend.
pub(crate) fn apply(policy: &Policy, mut found: Diagnostic) -> Option<Diagnostic> {
    let Some(rule) = found.rule else { return Some(found) };
    if Some(found.primary.span.file) == policy.file {
        return None;
    }
    let Some((name, level)) = policy.rules.get_entry(rule) else { return Some(found) };
    found.severity = match level {
        RuleLevel::Off => return None,
        RuleLevel::Warning => Severity::Warning,
        RuleLevel::Error => Severity::Error,
    };
    Some(found.with_label(name.span, "its level in the policy of this frontend"))
}
