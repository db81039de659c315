//! The ignore file of a build's context.
//!
//! In a build, the client does the matching. This module finds excluded files, so that errors can explain why one is
//! missing. The command line has no client and matches with [`Matcher`].

use slipway_ignore::{Matcher, Patterns};
use slipway_plan::{HiddenBy, IgnoreText};

/// An ignore file: its name, its text, and its patterns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IgnoreFile {
    pub(crate) text: IgnoreText,
    pub(crate) patterns: Patterns,
    /// `None` if a pattern is invalid: the client rejects the file.
    matcher: Option<Matcher>,
}

impl IgnoreFile {
    pub(crate) fn read(name: impl Into<String>, bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let patterns = Patterns::parse(&text);
        let matcher = Matcher::new(&patterns).ok();
        Self { text: IgnoreText { name: name.into(), text }, patterns, matcher }
    }

    /// The line that excludes a path from the context.
    pub(crate) fn hides(&self, path: &str) -> Option<HiddenBy> {
        let line = self.matcher.as_ref()?.excluded_by(path)?;
        let pattern = line.pattern.chars().filter(|c| !c.is_control()).collect();
        Some(HiddenBy { file: self.text.name.clone(), line: line.number, pattern })
    }

    /// Whether a path is excluded from the context, or the answer is unknown.
    pub(crate) fn may_exclude(&self, path: &str) -> bool {
        self.matcher.as_ref().is_none_or(|matcher| matcher.excludes(path))
    }
}
