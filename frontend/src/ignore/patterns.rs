//! The patterns of an ignore file, read as Docker reads them.

/// The patterns of an ignore file, cleaned, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct IgnorePatterns {
    pub(super) patterns: Vec<String>,
    /// The line that each stands in, from 1.
    pub(super) lines: Vec<usize>,
}

impl IgnorePatterns {
    /// Comments and blank lines away, `!` kept in front, paths cleaned.
    pub(crate) fn parse(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
        let patterns = lines.filter_map(|(index, line)| {
            let line = line.trim();
            let (negated, pattern) = match line.strip_prefix('!') {
                Some(pattern) => ("!", pattern.trim()),
                None => ("", line),
            };
            if pattern.is_empty() {
                return None;
            }
            let cleaned = clean(pattern);
            let cleaned = if cleaned.len() > 1 { cleaned.strip_prefix('/').unwrap_or(&cleaned) } else { &cleaned };
            Some((format!("{negated}{cleaned}"), index + 1))
        });
        let (patterns, lines) = patterns.unzip();
        Self { patterns, lines }
    }

    /// The patterns, for the client.
    pub(crate) fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// Whether some pattern may keep a file back. In doubt it may: who asks then looks at the context itself.
    pub(crate) fn may_exclude(&self, path: &str) -> bool {
        self.patterns.iter().any(|pattern| !pattern.starts_with('!') && may_match(pattern, path))
    }
}

/// Whether a pattern may match a path or a folder above it.
fn may_match(pattern: &str, path: &str) -> bool {
    if pattern.contains("**") || pattern.contains(['[', '\\']) {
        // The last part alone decides whether there is any doubt: `**/*.md` keeps no `go.mod` back.
        let last = pattern.rsplit('/').next().unwrap_or(pattern);
        return last.contains("**") || last.contains(['[', '\\']) || path.split('/').any(|part| matches(last, part));
    }
    let mut parts = path.split('/');
    pattern.split('/').all(|wanted| parts.next().is_some_and(|part| matches(wanted, part)))
}

/// Shell matching of one part of a path: `*` and `?`.
fn matches(pattern: &str, part: &str) -> bool {
    let (pattern, part): (Vec<char>, Vec<char>) = (pattern.chars().collect(), part.chars().collect());
    let mut reachable = vec![false; part.len() + 1];
    reachable.first_mut().into_iter().for_each(|start| *start = true);
    for wanted in pattern {
        let mut next = vec![false; part.len() + 1];
        let mut before = false;
        for (index, place) in next.iter_mut().enumerate() {
            let here = reachable.get(index).copied().unwrap_or_default();
            let above = index.checked_sub(1);
            let from_above = above.and_then(|above| reachable.get(above)).copied().unwrap_or_default();
            *place = match wanted {
                '*' => here || before,
                '?' => from_above,
                wanted => from_above && above.and_then(|above| part.get(above)) == Some(&wanted),
            };
            before = *place;
        }
        reachable = next;
    }
    reachable.last().copied().unwrap_or_default()
}

/// Go's `path.Clean`.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." => {
                    parts.pop();
                }
                _ if rooted => {}
                _ => parts.push(".."),
            },
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignore_files_are_read_as_docker_does() {
        let text = "\u{feff}# comment\n\n  /target/  \n!./keep/../keep/me\n ! /a \n**/*.md\n #not a comment\n/\n.\n";
        assert_eq!(
            IgnorePatterns::parse(text).patterns(),
            ["target", "!keep/me", "!a", "**/*.md", "#not a comment", "/", "."]
        );
    }

    #[test]
    fn what_may_be_kept_back_is_known_and_in_doubt_assumed() {
        let may = |pattern: &str, path: &str| IgnorePatterns::parse(pattern).may_exclude(path);
        for (pattern, path) in [
            ("*", "go.mod"),
            ("go.*", "go.mod"),
            ("svc", "svc/go.mod"),
            ("svc/*.mod", "svc/go.mod"),
            ("s?c/go.mod", "svc/go.mod"),
            ("**/go.mod", "svc/go.mod"),
            ("**", "go.mod"),
            ("svc/**", "svc/go.mod"),
            ("[g]o.mod", "go.mod"),
            ("*/go.mod", "svc/go.mod"),
        ] {
            assert!(may(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            (".git", "go.mod"),
            ("*.md", "go.mod"),
            ("**/*.md", "svc/go.mod"),
            ("**/node_modules", "go.mod"),
            ("go.mod", "svc/go.mod"),
            ("svc/go.mod/x", "svc/go.mod"),
            ("!go.mod", "go.mod"),
            ("", "go.mod"),
        ] {
            assert!(!may(pattern, path), "{pattern} {path}");
        }
    }
}
