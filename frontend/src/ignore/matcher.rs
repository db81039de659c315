//! Which files the patterns of an ignore file keep back, as the client decides it.
//!
//! In a build the client decides; this is for the command line, where there is no client.

use super::pattern::Pattern;
use super::patterns::IgnorePatterns;

/// The patterns of an ignore file, ready to be asked.
#[derive(Debug, Default)]
pub(crate) struct Matcher(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    pattern: Pattern,
    /// `!`: what it matches is not kept back after all.
    includes: bool,
    /// The folders in which all that it matches is.
    prefix: String,
}

impl Matcher {
    /// Reads the patterns.
    ///
    /// # Errors
    /// A pattern that makes no sense, which the client refuses, too.
    pub(crate) fn new(patterns: &IgnorePatterns) -> Result<Self, String> {
        let rules = patterns.patterns().iter().map(|text| {
            let (includes, text) = match text.strip_prefix('!') {
                Some(rest) => (true, rest),
                None => (false, text.as_str()),
            };
            let pattern = Pattern::parse(text).ok_or_else(|| text.to_owned())?;
            let literal = text.split(['*', '?', '[', '\\']).next().unwrap_or_default();
            let whole = literal.len() == text.len();
            let folders = if whole { text } else { literal.rsplit_once('/').map_or("", |(folders, _)| folders) };
            Ok(Rule { pattern, includes, prefix: folders.to_owned() })
        });
        rules.collect::<Result<_, _>>().map(Self)
    }

    /// Whether a path is kept back.
    pub(crate) fn excludes(&self, path: &str) -> bool {
        self.hides(path).is_some()
    }

    /// The place of the pattern that keeps a path back: the last one that is about it, or about a folder above it,
    /// decides.
    pub(crate) fn hides(&self, path: &str) -> Option<usize> {
        let above = path.match_indices('/').filter_map(|(end, _)| path.get(..end));
        let paths: Vec<&str> = above.chain(std::iter::once(path)).collect();
        let about = |(_, rule): &(usize, &Rule)| paths.iter().any(|path| rule.pattern.matches(path));
        let (index, rule) = self.0.iter().enumerate().rev().find(about)?;
        (!rule.includes).then_some(index)
    }

    /// Whether something in a folder that is kept back may be in the context after all. Where it cannot be, nobody
    /// needs to look.
    pub(crate) fn may_include_below(&self, folder: &str) -> bool {
        let within = |inner: &str, outer: &str| {
            outer.is_empty() || inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let may = |rule: &&Rule| within(&rule.prefix, folder) || within(folder, &rule.prefix);
        self.0.iter().filter(|rule| rule.includes).any(|rule| may(&rule))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matcher(text: &str) -> Result<Matcher, String> {
        Matcher::new(&IgnorePatterns::parse(text))
    }

    #[test]
    fn the_last_pattern_about_a_path_or_its_folders_decides() {
        let rules = matcher("*\n!src\n!go.*\nsrc/**/testdata\n!src/keep/testdata/x\n**/*.md\n!README.md\n").unwrap();
        for path in ["src", "src/a.go", "go.mod", "src/keep/testdata/x", "src/keep/testdata/x/y", "README.md"] {
            assert!(!rules.excludes(path), "{path}");
        }
        for path in ["vendor", "vendor/go.mod", "src/testdata", "src/a/testdata/b", "src/README.md", "x.md"] {
            assert!(rules.excludes(path), "{path}");
        }
    }

    #[test]
    fn folders_that_nothing_comes_back_from_are_known() {
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
    fn a_pattern_that_makes_no_sense_is_named() {
        assert_eq!(matcher("a\n![x\n").unwrap_err(), "[x");
    }
}
