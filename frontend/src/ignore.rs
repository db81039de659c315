//! Ignore files: which files of the context the client keeps to itself.
//!
//! In a build the client does the matching. Here the patterns are only read as Docker reads them, and asked one
//! question: whether a file may be among those kept back. On the command line there is no client, and [`Matcher`] does
//! its part.

use slipway_plan::{HiddenBy, IgnoreText};

mod matcher;
mod pattern;
mod patterns;

pub(crate) use matcher::Matcher;
pub(crate) use patterns::IgnorePatterns;

/// Bytes that a line has at most. Docker's reader gives up at longer ones.
pub(crate) const MAX_LINE: usize = 65_535;

/// The number of the first line that is longer than Docker takes.
pub(crate) fn too_long_line(text: &str) -> Option<usize> {
    text.lines().position(|line| line.len() > MAX_LINE).map(|place| place + 1)
}

/// An ignore file: its name, its text, and its patterns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IgnoreFile {
    pub(crate) text: IgnoreText,
    pub(crate) patterns: IgnorePatterns,
}

impl IgnoreFile {
    pub(crate) fn read(name: impl Into<String>, bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let patterns = IgnorePatterns::parse(&text);
        Self { text: IgnoreText { name: name.into(), text }, patterns }
    }

    /// The line that keeps a path out of the context.
    pub(crate) fn hides(&self, path: &str) -> Option<HiddenBy> {
        let index = Matcher::new(&self.patterns).ok()?.hides(path)?;
        let line = *self.patterns.lines.get(index)?;
        let pattern = self.patterns.patterns.get(index)?.chars().filter(|c| !c.is_control()).collect();
        Some(HiddenBy { file: self.text.name.clone(), line, pattern })
    }
}
