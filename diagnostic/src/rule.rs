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

impl RuleInfo {
    /// A rule; the summary is the first paragraph of its documentation.
    #[must_use]
    pub fn new(id: &'static str, docs_markdown: String, default_severity: Severity) -> Self {
        let first: Vec<_> = docs_markdown.lines().take_while(|line| !line.is_empty()).collect();
        let summary = first.join(" ").trim_end_matches('.').to_owned();
        Self { id, summary, docs_markdown, default_severity }
    }

    /// Its page, as Markdown.
    #[must_use]
    pub fn page(&self) -> String {
        let Self { id, docs_markdown, .. } = self;
        format!(
            "# {id}\n\n{docs_markdown}\n## Skipping this rule\n\n`# check=skip={id}` above the first key of the file \
             skips it in the whole file. Above another key, or after it on its line, it applies to that key and its \
             contents.\n"
        )
    }
}

/// The address of a rule's page, from an address in which `*` stands for the name of a rule.
#[must_use]
pub fn page_address(pages: &str, rule: &str) -> String {
    pages.replace('*', rule)
}
