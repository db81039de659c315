//! Excerpts of files: a few lines around locations, with the locations marked.
//!
//! Only these lines are copied, so the cost of a finding does not depend on the size of the file.

use std::borrow::Cow;
use std::ops::Range;

use slipway_spec::secrets::masked;
use slipway_spec::{Position, SourceFile, Span};

/// Locations further apart get separate excerpts.
const MAX_GAP: usize = 20;

/// Locations over more lines are marked only on their first line.
const MAX_LINES: u32 = 4;

/// Longer lines are not shown, because they do not fit on a terminal.
const MAX_LINE: usize = 1000;

/// A file's lines, without line endings and secrets.
pub(crate) struct Lines<'a>(Vec<Cow<'a, str>>);

impl<'a> Lines<'a> {
    /// Lines as in YAML: `\n`, `\r\n` and a single `\r` end one.
    pub(crate) fn of(file: &'a SourceFile) -> Self {
        Self(match masked(file.text()) {
            Cow::Borrowed(text) => split(text).map(Cow::Borrowed).collect(),
            Cow::Owned(text) => split(&text).map(|line| Cow::Owned(line.to_owned())).collect(),
        })
    }

    /// The line with a number, from 1, if it can be shown.
    fn get(&self, number: u32) -> Option<&str> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.0.get(index).map(AsRef::as_ref).filter(|line| line.len() <= MAX_LINE)
    }
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    lines.flat_map(|line| line.split('\r'))
}

/// Consecutive lines of a file with marks.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The lines.
    pub(crate) text: String,
    /// The number of the first of them.
    pub(crate) first: usize,
    /// What to mark: the index of the location, and its bytes in `text`.
    pub(crate) marks: Vec<(usize, Range<usize>)>,
}

/// Creates excerpts for these locations of one file; those that cannot be shown are omitted.
pub(crate) fn cut(lines: &Lines<'_>, places: &[(usize, Span)]) -> Vec<Excerpt> {
    let mut places: Vec<_> = places.iter().filter_map(|(index, span)| Some((*index, clip(lines, *span)?))).collect();
    places.sort_by_key(|(index, span)| (span.start, *index));
    let mut excerpts: Vec<Excerpt> = Vec::new();
    let mut last = 0;
    for (index, span) in places {
        let near = usize::try_from(span.start.line.saturating_sub(last)).is_ok_and(|gap| gap <= MAX_GAP);
        let mut excerpt = match excerpts.pop() {
            Some(excerpt) if near => excerpt,
            other => {
                excerpts.extend(other);
                last = span.start.line.saturating_sub(1);
                let first = usize::try_from(span.start.line).unwrap_or(1);
                Excerpt { text: String::new(), first, marks: Vec::new() }
            }
        };
        for number in last + 1..=span.end.line {
            if number > span.start.line || !excerpt.marks.is_empty() {
                excerpt.text.push('\n');
            }
            excerpt.text.push_str(lines.get(number).unwrap_or(""));
        }
        last = last.max(span.end.line);
        let (start, end) = (offset(&excerpt, span.start), offset(&excerpt, span.end));
        excerpt.marks.push((index, start..end.max(start)));
        excerpts.push(excerpt);
    }
    excerpts
}

/// The marked part of a location; `None` if its first line cannot be shown.
fn clip(lines: &Lines<'_>, span: Span) -> Option<Span> {
    let first = lines.get(span.start.line)?;
    let end_of = |line: u32, text: &str| Position {
        line,
        column: u32::try_from(text.trim_end().chars().count()).unwrap_or(u32::MAX).saturating_add(1),
    };
    let mut end = span.end.max(span.start);
    if end.line > span.start.line && end.column == 1 {
        let line = end.line - 1;
        end = end_of(line, lines.get(line).unwrap_or(""));
    }
    let whole =
        end.line - span.start.line < MAX_LINES && (span.start.line..=end.line).all(|line| lines.get(line).is_some());
    if !whole {
        end = end_of(span.start.line, first);
    }
    Some(Span { end: end.max(span.start), ..span })
}

/// The offset of a position in the text of an excerpt.
fn offset(excerpt: &Excerpt, position: Position) -> usize {
    let line = usize::try_from(position.line).unwrap_or(usize::MAX).saturating_sub(excerpt.first);
    let column = usize::try_from(position.column).unwrap_or(usize::MAX).saturating_sub(1);
    let mut before = 0;
    for (number, text) in excerpt.text.split('\n').enumerate() {
        if number == line {
            return before + text.char_indices().nth(column).map_or(text.len(), |(offset, _)| offset);
        }
        before += text.len() + 1;
    }
    excerpt.text.len()
}
