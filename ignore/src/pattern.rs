//! One pattern of an ignore file, and the paths that it matches.
//!
//! Reference of the rules: `github.com/moby/patternmatcher`, which the client uses. It converts a pattern to a regular
//! expression: `*` and `?` stop at `/`, `**` does not, `[…]` is a class, and `\` escapes the next character.

/// A compiled pattern: plain text, and the tokens after it. Most are plain text only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    start: Box<str>,
    rest: Box<[Token]>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Char(char),
    /// `?`: one character of a name.
    AnyChar,
    /// `*`: any characters of a name.
    AnyName,
    /// `**/`: nothing, or folders.
    AnyFolders,
    /// `**` at the end: anything.
    Anything,
    Class(Box<Class>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Class {
    negated: bool,
    ranges: Vec<(char, char)>,
}

impl Pattern {
    /// Compiles a cleaned pattern without its `!`; `None` if a bracket is unbalanced or a class is empty, which Docker
    /// also rejects.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut tokens = Vec::new();
        let start: Box<str> = text.split(|c| !is_plain(c)).next().unwrap_or_default().into();
        let mut rest = text.get(start.len()..).unwrap_or_default().chars().peekable();
        while let Some(next) = rest.next() {
            tokens.push(match next {
                '*' if rest.next_if_eq(&'*').is_some() => {
                    let whole_names = rest.next_if_eq(&'/').is_some();
                    // Docker treats `**` with plain text as a suffix: `**rc` matches `.bashrc`, `**rc?` only names that
                    // start with it.
                    let is_suffix = start.is_empty() && tokens.is_empty() && !whole_names && rest.clone().all(is_plain);
                    if rest.peek().is_none() || is_suffix { Token::Anything } else { Token::AnyFolders }
                }
                '*' => Token::AnyName,
                '?' => Token::AnyChar,
                '[' => class(&mut rest)?,
                '\\' => Token::Char(rest.next()?),
                other => Token::Char(other),
            });
        }
        Some(Self { start, rest: tokens.into() })
    }

    /// Whether it matches a path itself; the folders above it are matched separately.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let Some(path) = path.strip_prefix(&*self.start) else { return false };
        if self.rest.is_empty() {
            return path.is_empty();
        }
        let path: Vec<char> = path.chars().collect();
        // Where in the path the tokens so far may end: time and memory are bounded by pattern times path.
        let mut ends = vec![false; path.len() + 1];
        if let Some(start) = ends.first_mut() {
            *start = true;
        }
        for token in &self.rest {
            ends = step(token, &path, &ends);
            if !ends.contains(&true) {
                return false;
            }
        }
        ends.last().copied().unwrap_or_default()
    }
}

fn is_plain(c: char) -> bool {
    !matches!(c, '*' | '?' | '[' | ']' | '\\')
}

fn step(token: &Token, path: &[char], ends: &[bool]) -> Vec<bool> {
    let single = |fits: &dyn Fn(char) -> bool| {
        let moved = ends.iter().zip(path).map(|(&here, &c)| here && fits(c));
        std::iter::once(false).chain(moved).collect::<Vec<_>>()
    };
    // From the first position on, until `stops` ends the token.
    let run = |stops: &dyn Fn(char) -> bool| {
        let mut running = false;
        let place = |(index, &here): (usize, &bool)| {
            let before = index.checked_sub(1).and_then(|before| path.get(before)).copied();
            running = here || (running && before.is_some_and(|c| !stops(c)));
            running
        };
        ends.iter().enumerate().map(place).collect::<Vec<_>>()
    };
    match token {
        Token::Char(wanted) => single(&|c| c == *wanted),
        Token::AnyChar => single(&|c| c != '/'),
        Token::Class(class) => {
            let Class { negated, ranges } = &**class;
            single(&|c| ranges.iter().any(|(first, last)| (*first..=*last).contains(&c)) != *negated)
        }
        Token::AnyName => run(&|c| c == '/'),
        Token::Anything => run(&|_| false),
        Token::AnyFolders => {
            let reached = run(&|_| false);
            let after_slash =
                std::iter::once(false).chain(reached.iter().zip(path).map(|(&here, &c)| here && c == '/'));
            ends.iter().zip(after_slash).map(|(&here, after)| here || after).collect()
        }
    }
}

/// What is between brackets; the opening one is already read.
fn class(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Token> {
    let negated = rest.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    let one = |rest: &mut std::iter::Peekable<std::str::Chars<'_>>| match rest.next()? {
        '\\' => rest.next(),
        '-' | ']' => None,
        other => Some(other),
    };
    while rest.next_if_eq(&']').is_none() {
        let first = one(rest)?;
        let last = if rest.next_if_eq(&'-').is_some() { one(rest)? } else { first };
        ranges.push((first, last));
    }
    (!ranges.is_empty()).then(|| Token::Class(Box::new(Class { negated, ranges })))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cases from Docker's documentation and its matcher's rules.
    #[test]
    fn patterns_match_like_in_docker() {
        for (pattern, yes, no) in [
            ("a", vec!["a"], vec!["b", "a/b", "ba", "ab", ""]),
            ("*", vec!["a", ".env"], vec!["a/b"]),
            ("*/temp*", vec!["somedir/temporary.txt", "somedir/temp"], vec!["temp", "a/b/temp"]),
            ("temp?", vec!["tempa", "tempb"], vec!["temp", "tempab", "temp/"]),
            ("**/*.go", vec!["a.go", "x/y/b.go"], vec!["a.gox", "go"]),
            ("**", vec!["a", "a/b/c"], vec![]),
            ("a/**", vec!["a/b", "a/b/c"], vec!["a", "b/a/c"]),
            ("a/**/b", vec!["a/b", "a/x/b", "a/x/y/b"], vec!["ab", "a/xb", "a/b/c"]),
            ("**/a/**", vec!["a/b", "x/a/b/c"], vec!["a", "xa/b"]),
            ("a**", vec!["a", "ab", "a/b"], vec!["ba"]),
            ("**rc", vec![".bashrc", "x/.bashrc"], vec!["rcs"]),
            ("**rc?", vec!["rcs", "x/rcs"], vec![".bashrcs"]),
            ("a**b", vec!["ab", "ax/b"], vec!["axb"]),
            ("[a-c]x", vec!["ax", "cx"], vec!["dx", "x"]),
            ("[^a-c]x", vec!["dx"], vec!["ax", "x"]),
            ("[a\\-]x", vec!["ax", "-x"], vec!["bx"]),
            ("\\*x", vec!["*x"], vec!["ax"]),
            ("a.b+c", vec!["a.b+c"], vec!["axb+c", "a.bbc"]),
            ("ä?", vec!["äö"], vec!["ä"]),
        ] {
            let read = Pattern::parse(pattern).unwrap();
            for path in yes {
                assert!(read.matches(path), "{pattern} should match {path}");
            }
            for path in no {
                assert!(!read.matches(path), "{pattern} should not match {path}");
            }
        }
    }

    #[test]
    fn patterns_that_docker_rejects_are_rejected() {
        for pattern in ["[", "a[", "[]", "[]a]", "[a", "[a-]", "[-a]", "[^]", "a\\"] {
            assert_eq!(Pattern::parse(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn hostile_patterns_are_matched_quickly() {
        let pattern = Pattern::parse(&"**/a*".repeat(100)).unwrap();
        let start = std::time::Instant::now();
        assert!(!pattern.matches(&"a/".repeat(500)));
        assert!(start.elapsed() < std::time::Duration::from_secs(20));
    }
}
