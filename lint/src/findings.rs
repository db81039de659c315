//! Collects the findings of rules.

use slipway_spec::{Diagnostic, Severity};

/// Findings, each with the name of its rule.
#[derive(Debug, Default)]
pub struct Findings {
    rule: &'static str,
    severity: Option<Severity>,
    list: Vec<Diagnostic>,
}

impl Findings {
    /// Sets the rule of the findings that follow.
    pub(crate) fn of(&mut self, rule: &'static str, severity: Severity) {
        self.rule = rule;
        self.severity = Some(severity);
    }

    /// Adds a finding; its rule and severity are set here.
    pub fn push(&mut self, mut found: Diagnostic) {
        found.rule = Some(self.rule);
        found.severity = self.severity.unwrap_or(found.severity);
        self.list.push(found);
    }

    /// All findings, in the order of the files; what several images inherit is reported once.
    pub(crate) fn into_list(mut self) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| (a.primary.span, a.rule, &a.message).cmp(&(b.primary.span, b.rule, &b.message)));
        self.list.dedup();
        self.list
    }
}
