//! The lint rules that findings refer to: names and documentation.

use crate::Severity;

/// A lint rule, for code that shows its findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its name, as in [`Diagnostic::rule`](crate::Diagnostic::rule) and in `# check=skip=…`.
    pub id: &'static str,
    /// What it does, in one sentence without a period.
    pub summary: String,
    /// Its whole documentation, as Markdown.
    pub docs_markdown: String,
    /// The severity of its findings, unless the file changes it.
    pub default_severity: Severity,
}
