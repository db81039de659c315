//! A forward-only position in a text: many lookups take one pass over the text.

use crate::Position;

/// A position in a text.
pub(super) struct Cursor<'a> {
    rest: &'a str,
    at: Position,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text, at: Position::START }
    }

    /// The text from a position on; `None` if the position is before the last one that was requested, or outside the
    /// text.
    pub(super) fn rest_from(&mut self, wanted: Position) -> Option<&'a str> {
        while self.at < wanted {
            let c = self.rest.chars().next()?;
            self.rest = self.rest.get(c.len_utf8()..)?;
            let is_break = c == '\n' || (c == '\r' && !self.rest.starts_with('\n'));
            self.at = if is_break {
                Position { line: self.at.line.saturating_add(1), column: 1 }
            } else {
                Position { column: self.at.column.saturating_add(1), ..self.at }
            };
        }
        (self.at == wanted).then_some(self.rest)
    }

    /// The column of a scalar's text, if the file contains the text unchanged: on one line, without escapes.
    pub(super) fn column_of(&mut self, start: Position, text: &str, is_plain: bool) -> Option<u32> {
        if text.is_empty() {
            return None;
        }
        let written = self.rest_from(start)?;
        let mut inner = written;
        if inner.starts_with('&') {
            inner = inner.get(inner.find(char::is_whitespace)?..)?.trim_start_matches([' ', '\t']);
        }
        if !is_plain {
            inner = inner.strip_prefix(['"', '\''])?;
        }
        let passed = written.get(..written.len().checked_sub(inner.len())?)?.chars().count();
        inner.starts_with(text).then_some(start.column.checked_add(u32::try_from(passed).ok()?)?)
    }
}
