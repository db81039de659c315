//! The patterns of an ignore file, read as Docker reads them.

/// The patterns of an ignore file, cleaned, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patterns(Vec<Line>);

/// A line of an ignore file with a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// Its pattern in Docker's form: a clean path, with `!` in front if it includes paths again.
    pub pattern: String,
}

impl Patterns {
    /// Reads an ignore file: without comments and blank lines, paths cleaned.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
        let lines = lines.filter_map(|(index, line)| {
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
            Some(Line { number: index + 1, pattern: format!("{negated}{cleaned}") })
        });
        Self(lines.collect())
    }

    /// The lines with a pattern.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.0
    }

    /// The patterns only, in the form that clients expect.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|line| line.pattern.as_str())
    }
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
    fn ignore_files_are_parsed_like_in_docker() {
        let text = "\u{feff}# comment\n\n  /target/  \n!./keep/../keep/me\n ! /a \n**/*.md\n #not a comment\n/\n.\n";
        assert_eq!(
            Patterns::parse(text).patterns().collect::<Vec<_>>(),
            ["target", "!keep/me", "!a", "**/*.md", "#not a comment", "/", "."]
        );
    }
}
