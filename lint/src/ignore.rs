//! Ignore files: which paths of the context are certainly kept back.
//!
//! Docker's rules: the last line that matches a path or a folder above it decides, and `!` brings back. Where that
//! cannot be told for certain, the answer is that nothing is kept back.

use glob::{MatchOptions, Pattern};

/// `*` and `?` stop at slashes, and leading dots are characters like others.
const OPTIONS: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };

/// Longer patterns and paths than this, and patterns with more stars than the other, are in doubt: holding them against
/// each other may take long.
const MAX_LENGTH: usize = 512;
const MAX_STARS: usize = 8;

/// The lines of an ignore file that say something.
#[derive(Debug)]
pub(crate) struct Ignore(Vec<Line>);

/// A line of an ignore file.
#[derive(Debug)]
pub(crate) struct Line {
    /// Its number, from 1.
    pub(crate) number: usize,
    /// The line as it is written.
    pub(crate) text: String,
    back: bool,
    /// What it matches; `None` where that is not known.
    pattern: Option<Pattern>,
    /// The part of the pattern before anything that stands for something else.
    literal: String,
}

impl Ignore {
    /// Reads an ignore file.
    pub(crate) fn parse(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
        Self(lines.filter_map(|(index, line)| Line::parse(index + 1, line.trim())).collect())
    }

    /// How many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The line that keeps a path back; `None` when there is none, or when it is not certain.
    pub(crate) fn excludes(&self, path: &str) -> Option<&Line> {
        if path.len() > MAX_LENGTH {
            return None;
        }
        let mut decided = None;
        for line in &self.0 {
            match (line.matches(path), line.back) {
                (Some(true), false) => decided = Some(line),
                (Some(true) | None, true) => decided = None,
                // What is inside a folder may come back.
                (Some(false), true) if line.may_be_inside(path) => decided = None,
                (Some(false), true) | (Some(false) | None, false) => {}
            }
        }
        decided
    }
}

impl Line {
    fn parse(number: usize, text: &str) -> Option<Self> {
        let (back, written) = match text.strip_prefix('!') {
            Some(rest) => (true, rest.trim()),
            None => (false, text),
        };
        let parts: Vec<&str> = written.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        if parts.is_empty() {
            return None;
        }
        let pattern = parts.join("/");
        let literal = pattern.split(['*', '?', '[', '\\']).next().unwrap_or_default().to_owned();
        let long = pattern.len() > MAX_LENGTH || pattern.matches('*').count() > MAX_STARS;
        let known = !parts.contains(&"..") && !pattern.contains('\\') && !long;
        let pattern = known.then(|| Pattern::new(&pattern).ok()).flatten();
        Some(Self { number, text: text.to_owned(), back, pattern, literal })
    }

    /// Whether it matches a path or a folder above it; `None` where that is not known.
    fn matches(&self, path: &str) -> Option<bool> {
        let pattern = self.pattern.as_ref()?;
        let ends = path.match_indices('/').map(|(index, _)| index).chain(std::iter::once(path.len()));
        Some(ends.filter_map(|end| path.get(..end)).any(|part| pattern.matches_with(part, OPTIONS)))
    }

    /// Whether it may match something in a folder.
    fn may_be_inside(&self, folder: &str) -> bool {
        let inside =
            |longer: &str, shorter: &str| longer.strip_prefix(shorter).is_some_and(|rest| rest.starts_with('/'));
        // A pattern that is still literal beyond the folder's name is inside or is not; one that is not may be
        // anything.
        inside(&self.literal, folder)
            || (self.literal.len() <= folder.len() + 1 && format!("{folder}/").starts_with(&self.literal))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excluded_by(text: &str, path: &str) -> Option<usize> {
        Ignore::parse(text).excludes(path).map(|line| line.number)
    }

    #[test]
    fn the_last_line_that_matches_decides() {
        assert_eq!(excluded_by("db", "db"), Some(1));
        assert_eq!(excluded_by("# db\n\n/db/\n", "db/migrations/1.sql"), Some(3));
        assert_eq!(excluded_by("*\n!db", "db/x"), None);
        assert_eq!(excluded_by("*\n!db\ndb/x", "db/x"), Some(3));
        assert_eq!(excluded_by("**/*.md", "docs/a/b.md"), Some(1));
        assert_eq!(excluded_by("*.md", "docs/b.md"), None);
        assert_eq!(excluded_by("**/secret", "secret/key"), Some(1));
        assert_eq!(excluded_by("d?c/[ab]", "doc/a/x"), Some(1));
        assert_eq!(excluded_by("dbx", "db"), None);
    }

    #[test]
    fn what_is_in_doubt_is_not_excluded() {
        for (text, path) in [
            ("db\n!db/keep", "db"),
            ("db\n!**/keep.sql", "db"),
            ("*\n!d*/keep", "db"),
            ("db\n!\\db", "db"),
            ("d\\b", "db"),
            ("db\n![", "db"),
            ("db/../db", "db"),
            ("d*************", "db"),
        ] {
            assert_eq!(excluded_by(text, path), None, "{text} {path}");
        }
        assert_eq!(excluded_by("db\n!other/keep", "db"), Some(1));
        assert_eq!(excluded_by("db\n!db/keep", "db/gone"), Some(1));
    }
}
