//! Matches paths with the patterns of an ignore file.

use crate::pattern::Pattern;
use crate::patterns::{Line, Patterns};

/// The patterns of an ignore file, ready to match paths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matcher(Vec<Rule>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    line: Line,
    pattern: Pattern,
    /// `!`: paths that it matches are included again.
    includes: bool,
    /// The folder that contains everything it matches.
    prefix: String,
}

impl Matcher {
    /// Compiles the patterns.
    ///
    /// # Errors
    /// The first pattern that is invalid, without its `!`. Docker then rejects the whole file.
    pub fn new(patterns: &Patterns) -> Result<Self, String> {
        let rules = patterns.lines().iter().map(|line| {
            let (includes, text) = match line.pattern.strip_prefix('!') {
                Some(rest) => (true, rest),
                None => (false, line.pattern.as_str()),
            };
            let pattern = Pattern::parse(text).ok_or_else(|| text.to_owned())?;
            let literal = text.split(['*', '?', '[', '\\']).next().unwrap_or_default();
            let whole = literal.len() == text.len();
            let folders = if whole { text } else { literal.rsplit_once('/').map_or("", |(folders, _)| folders) };
            Ok(Rule { line: line.clone(), pattern, includes, prefix: folders.to_owned() })
        });
        rules.collect::<Result<_, _>>().map(Self)
    }

    /// Whether a path is excluded.
    #[must_use]
    pub fn excludes(&self, path: &str) -> bool {
        self.excluded_by(path).is_some()
    }

    /// The line that excludes a path.
    #[must_use]
    pub fn excluded_by(&self, path: &str) -> Option<&Line> {
        self.decisive(path).map(|(_, rule)| &rule.line)
    }

    /// The line that excludes a path and everything below it: no later line can include a part of it again.
    #[must_use]
    pub fn excluded_whole_by(&self, path: &str) -> Option<&Line> {
        let (index, rule) = self.decisive(path)?;
        let brings_back = self.0.iter().skip(index + 1).any(|later| later.may_include_below(path));
        (!brings_back).then_some(&rule.line)
    }

    /// Whether something in an excluded folder may be in the context. If not, the folder need not be searched.
    #[must_use]
    pub fn may_include_below(&self, folder: &str) -> bool {
        self.0.iter().any(|rule| rule.may_include_below(folder))
    }

    /// The number of characters and patterns: the time to match a path is proportional to this, to the length of the
    /// path and to the number of its parts.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.iter().map(|rule| rule.line.pattern.len() + 1).sum()
    }

    /// The last rule that matches a path or a folder above it, if it excludes the path.
    fn decisive(&self, path: &str) -> Option<(usize, &Rule)> {
        let above = path.match_indices('/').filter_map(|(end, _)| path.get(..end));
        let paths: Vec<&str> = above.chain(std::iter::once(path)).collect();
        let matches = |(_, rule): &(usize, &Rule)| paths.iter().any(|path| rule.pattern.matches(path));
        self.0.iter().enumerate().rev().find(matches).filter(|(_, rule)| !rule.includes)
    }
}

impl Rule {
    /// Whether it includes something in a folder again, judged by its text up to the first wildcard.
    fn may_include_below(&self, folder: &str) -> bool {
        let within = |inner: &str, outer: &str| {
            outer.is_empty() || inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.includes && (within(&self.prefix, folder) || within(folder, &self.prefix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matcher(text: &str) -> Result<Matcher, String> {
        Matcher::new(&Patterns::parse(text))
    }

    #[test]
    fn the_last_pattern_for_a_path_or_its_folders_decides() {
        let rules = matcher("*\n!src\n!go.*\nsrc/**/testdata\n!src/keep/testdata/x\n**/*.md\n!README.md\n").unwrap();
        for path in ["src", "src/a.go", "go.mod", "src/keep/testdata/x", "src/keep/testdata/x/y", "README.md"] {
            assert!(!rules.excludes(path), "{path}");
        }
        for path in ["vendor", "vendor/go.mod", "src/testdata", "src/a/testdata/b", "src/README.md", "x.md"] {
            assert!(rules.excludes(path), "{path}");
        }
    }

    #[test]
    fn the_line_is_known() {
        let number = |text: &str, path: &str| matcher(text).unwrap().excluded_by(path).map(|line| line.number);
        assert_eq!(number("db", "db"), Some(1));
        assert_eq!(number("# db\n\n/db/\n", "db/migrations/1.sql"), Some(3));
        assert_eq!(number("*\n!db", "db/x"), None);
        assert_eq!(number("*\n!db\ndb/x", "db/x"), Some(3));
        assert_eq!(number("d?c/[ab]", "doc/a/x"), Some(1));
        assert_eq!(number("db/../db", "db"), Some(1));
    }

    #[test]
    fn a_folder_that_is_partly_included_again_is_not_excluded() {
        let number = |text: &str, path: &str| matcher(text).unwrap().excluded_whole_by(path).map(|line| line.number);
        for (text, path) in [
            ("db\n!db/keep", "db"),
            ("db\n!**/keep.sql", "db"),
            ("*\n!d*/keep", "db"),
            ("db\n!\\db", "db"),
            ("db\n!db", "db/gone"),
        ] {
            assert_eq!(number(text, path), None, "{text} {path}");
        }
        assert_eq!(number("db\n!other/keep", "db"), Some(1));
        assert_eq!(number("db\n!db/keep", "db/gone"), Some(1));
        assert_eq!(number("!db/keep\ndb", "db"), Some(2));
    }

    #[test]
    fn completely_excluded_folders_are_known() {
        let rules = matcher("*\n!src/*.go\n!a/b/c\n").unwrap();
        for folder in ["src", "src/x", "a", "a/b", "a/b/c", "a/b/c/d"] {
            assert!(rules.may_include_below(folder), "{folder}");
        }
        for folder in ["node_modules", "srcs", "a/x", "a/bb"] {
            assert!(!rules.may_include_below(folder), "{folder}");
        }
        assert!(matcher("*\n!**/x").unwrap().may_include_below("node_modules"));
        assert!(!matcher("*").unwrap().may_include_below("node_modules"));
    }

    #[test]
    fn an_invalid_pattern_is_named() {
        assert_eq!(matcher("a\n![x\n").unwrap_err(), "[x");
    }
}
