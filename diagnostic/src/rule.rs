//! What findings of lint rules refer to: a rule's name and its documentation.

use crate::Severity;

/// A lint rule, as those see it who show its findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its name, as in [`Diagnostic::rule`](crate::Diagnostic::rule) and in `# check=skip=…`.
    pub id: &'static str,
    /// What it does, in one sentence without a final stop.
    pub summary: String,
    /// Its whole documentation, as Markdown.
    pub docs_markdown: String,
    /// What its findings are where the file does not say otherwise.
    pub default_severity: Severity,
}
