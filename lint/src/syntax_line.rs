//! The `# syntax=` line, read as an engine reads it: it names the frontend image for a file.
//!
//! The rules are BuildKit's (`frontend/dockerfile/parser/directives.go`). BuildKit also accepts `// syntax=` and a JSON
//! object with the key `syntax`; neither is a valid Slipway file.

use slipway_spec::{Position, SourceFile, Span};

use crate::rules::floating_tag::tag;

/// The suggested image if none is known.
pub(crate) const DEFAULT_IMAGE: &str = "ghcr.io/acme/slipway:1";

/// Directives that may stand above or next to it.
const DIRECTIVES: &[&str] = &["syntax", "escape", "check"];

/// The image in the line, and its location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named<'a> {
    pub(crate) image: &'a str,
    pub(crate) span: Span,
}

impl Named<'_> {
    /// Whether it is the frontend that engines include, which reads Dockerfiles.
    pub(crate) fn reads_dockerfiles(&self) -> bool {
        let name = self.image.split(['@', ':']).next().unwrap_or_default();
        let name = name.strip_prefix("docker.io/").unwrap_or(name);
        matches!(name, "docker/dockerfile" | "docker/dockerfile-upstream")
    }

    /// Whether it has a version.
    pub(crate) fn has_version(&self) -> bool {
        !matches!(tag(self.image), None | Some("latest"))
    }

    /// The same image with a version.
    pub(crate) fn versioned(&self) -> String {
        let name = self.image.strip_suffix(":latest").unwrap_or(self.image);
        if self.has_version() { self.image.to_owned() } else { format!("{name}:1") }
    }
}

/// How an engine interprets the top of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SyntaxLine<'a> {
    /// It starts this image.
    Found(Named<'a>),
    /// There is a line that it does not recognize, and the line at which its search stops: the same line if its form is
    /// wrong.
    Misplaced(Named<'a>, Span),
    /// There is no line.
    Missing,
}

/// Searches for it.
pub(crate) fn find(file: &SourceFile) -> SyntaxLine<'_> {
    let mut lines = (1u32..).zip(file.text().lines());
    let mut next = lines.next();
    if next.is_some_and(|(_, line)| line.starts_with("#!")) {
        next = lines.next();
    }
    let mut seen: Vec<&str> = Vec::new();
    while let Some((number, line)) = next {
        let found = line.strip_prefix('#').and_then(directive).filter(|(key, _)| !seen.contains(key));
        match found {
            Some(("syntax", image)) => return SyntaxLine::Found(named(file, number, line, image)),
            Some((key, _)) => seen.push(key),
            None => return after(file, whole(file, number, line)),
        }
        next = lines.next();
    }
    SyntaxLine::Missing
}

/// The line at a location, or the first one below that resembles it. Below the first key, it must start in the first
/// column, because indented lines may be part of a text.
fn after(file: &SourceFile, stop: Span) -> SyntaxLine<'_> {
    let mut is_above = true;
    for (number, line) in (1u32..).zip(file.text().lines()) {
        let content = line.trim();
        is_above &= content.is_empty() || content.starts_with(['#', '%']) || content == "---";
        let comment = content.strip_prefix('#').filter(|_| is_above || line.starts_with('#'));
        let found = comment.and_then(|comment| directive(comment.trim_start_matches('#')));
        if let Some(("syntax", image)) = found.filter(|_| number >= stop.start.line) {
            return SyntaxLine::Misplaced(named(file, number, line, image), stop);
        }
    }
    SyntaxLine::Missing
}

/// The name of a directive and the first word of its value.
fn directive(comment: &str) -> Option<(&'static str, &str)> {
    let (key, value) = comment.trim_start().split_once('=')?;
    let key = DIRECTIVES.iter().find(|known| known.eq_ignore_ascii_case(key.trim_end()))?;
    let value = value.trim();
    (!value.is_empty()).then(|| (*key, value.split(' ').next().unwrap_or(value)))
}

fn named<'a>(file: &SourceFile, number: u32, line: &str, image: &'a str) -> Named<'a> {
    // Both are parts of one text, and the image follows the first `=`.
    let value = line.split_once('=').map_or("", |(_, value)| value);
    let before = line.len() - value.trim_start().len();
    Named { image, span: part(file, number, (line.get(..before).unwrap_or_default(), image)) }
}

fn whole(file: &SourceFile, number: u32, line: &str) -> Span {
    part(file, number, ("", line))
}

/// A part of a line, found by the text before it.
fn part(file: &SourceFile, line: u32, (before, text): (&str, &str)) -> Span {
    let count = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let start = Position { line, column: count(before).saturating_add(1) };
    let end = Position { column: start.column.saturating_add(count(text)), ..start };
    Span { file: file.id(), start, end }
}

#[cfg(test)]
mod tests {
    use slipway_spec::{FileId, Sources};

    use super::*;

    /// In words: the image, or where a misplaced line names it and where the search stops.
    fn told(text: &str) -> String {
        let mut sources = Sources::default();
        sources.add("f", text.as_bytes().to_vec()).unwrap();
        match find(sources.get(FileId::ROOT).unwrap()) {
            SyntaxLine::Found(named) => named.image.to_owned(),
            SyntaxLine::Misplaced(named, stop) => {
                let at = named.span.start;
                format!("{} at {}:{} behind {}", named.image, at.line, at.column, stop.start.line)
            }
            SyntaxLine::Missing => "missing".to_owned(),
        }
    }

    #[test]
    fn the_image_is_found_like_on_an_engine() {
        for text in [
            "# syntax=a/b:1\nimages:\n",
            "#syntax=a/b:1",
            "# \t SYNTAX \t= a/b:1 with more\r\nimages: {}\r\n",
            "\u{feff}# syntax=a/b:1\n",
            "#!/usr/bin/env slipway\n# syntax=a/b:1\n",
            "# check=skip=all\n# escape=`\n# syntax=a/b:1\n",
        ] {
            assert_eq!(told(text), "a/b:1", "{text:?}");
        }
    }

    #[test]
    fn an_unrecognized_line_has_a_reason() {
        for (text, expected) in [
            ("images: {}\n", "missing"),
            ("", "missing"),
            ("# check=skip=all\n", "missing"),
            ("# syntax=\nimages: {}\n", "missing"),
            ("# A shop.\n\n# syntax=a/b:1\n", "a/b:1 at 3:10 behind 1"),
            ("\n# syntax=a/b:1\n", "a/b:1 at 2:10 behind 1"),
            ("# yaml-language-server: $schema=x\n# syntax = a/b:1\n", "a/b:1 at 2:12 behind 1"),
            ("---\n# syntax=a/b:1\n", "a/b:1 at 2:10 behind 1"),
            ("# check=skip=A\n# check=skip=B\n# syntax=a/b:1\n", "a/b:1 at 3:10 behind 2"),
            ("#!x\n#!y\n# syntax=a/b:1\n", "a/b:1 at 3:10 behind 2"),
            (" # syntax=a/b:1\n", "a/b:1 at 1:11 behind 1"),
            ("## syntax=a/b:1\n", "a/b:1 at 1:11 behind 1"),
            ("images: {}\n# syntax=a/b:1\n", "a/b:1 at 2:10 behind 1"),
            ("x: |\n  # syntax=a/b:1\n", "missing"),
        ] {
            assert_eq!(told(text), expected, "{text:?}");
        }
    }

    #[test]
    fn frontends_of_dockerfiles_are_known() {
        let span = Span::START;
        let is = |image| Named { image, span }.reads_dockerfiles();
        assert!(
            is("docker/dockerfile") && is("docker/dockerfile:1.7-labs") && is("docker.io/docker/dockerfile@sha256:0")
        );
        assert!(!is("localhost:5000/docker/dockerfile:1") && !is("acme/slipway:1"));
        assert_eq!(Named { image: "a/b:latest", span }.versioned(), "a/b:1");
        assert_eq!(Named { image: "a/b@sha256:0", span }.versioned(), "a/b@sha256:0");
    }
}
