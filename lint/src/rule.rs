//! The definition of a rule.

use slipway_spec::{RuleInfo, Severity};

use crate::Findings;
use crate::view::View;

/// A rule.
pub struct Rule {
    /// Its name, in `PascalCase`.
    pub id: &'static str,
    /// The severity of its findings, unless the file changes it.
    pub severity: Severity,
    /// The module documentation of its file, as in the source.
    pub(crate) documentation: &'static str,
    /// The check.
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
        self.documentation
            .lines()
            .map(|line| line.strip_prefix("//!").map_or("", |line| line.strip_prefix(' ').unwrap_or(line)))
    }

    /// Its documentation as Markdown, without a title: the summary, then sections of the second level.
    #[must_use]
    pub fn docs(&self) -> String {
        let mut docs = String::new();
        let mut fenced = false;
        for line in self.lines() {
            fenced ^= line.starts_with("```");
            // A `#` in an example starts a comment.
            if !fenced && line.starts_with("# ") {
                docs.push('#');
            }
            docs.push_str(line);
            docs.push('\n');
        }
        docs
    }

    /// The rule, for code that shows its findings.
    #[must_use]
    pub fn info(&self) -> RuleInfo {
        RuleInfo::new(self.id, self.docs(), self.severity)
    }
}
