//! What a rule is, and how its documentation is taken from its own source.

use slipway_spec::{RuleInfo, Severity};

use crate::Findings;
use crate::view::View;

/// A rule.
pub struct Rule {
    /// Its name, in `PascalCase`.
    pub id: &'static str,
    /// What its findings are where the file does not say otherwise.
    pub severity: Severity,
    /// The Rust source of its file, whose module documentation is the rule's.
    pub(crate) source: &'static str,
    /// Looks for what it is about.
    pub(crate) check: fn(&View<'_>, &mut Findings),
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rule").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Rule {
    /// The lines of its documentation.
    fn lines(&self) -> impl Iterator<Item = &'static str> {
        let lines = self.source.lines().take_while(|line| line.starts_with("//!"));
        lines.map(|line| line.strip_prefix("//!").map_or("", |line| line.strip_prefix(' ').unwrap_or(line)))
    }

    /// What it finds, in one sentence without a final stop.
    #[must_use]
    pub fn summary(&self) -> String {
        let first: Vec<_> = self.lines().take_while(|line| !line.is_empty()).collect();
        first.join(" ").trim_end_matches('.').to_owned()
    }

    /// Its documentation as Markdown, without a title: the summary, then sections of the second level.
    #[must_use]
    pub fn docs(&self) -> String {
        let mut docs = String::new();
        let mut fenced = false;
        for line in self.lines() {
            fenced ^= line.starts_with("```");
            // What starts with `#` inside an example is a comment there.
            if !fenced && line.starts_with("# ") {
                docs.push('#');
            }
            docs.push_str(line);
            docs.push('\n');
        }
        docs
    }

    /// The rule as those see it who show its findings.
    #[must_use]
    pub fn info(&self) -> RuleInfo {
        RuleInfo { id: self.id, summary: self.summary(), docs_markdown: self.docs(), default_severity: self.severity }
    }
}
