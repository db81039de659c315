//! Locations of parts of a text.

use crate::{Position, Span};

/// Finds the locations of parts of a text, from its beginning on.
pub(super) struct Places<'a> {
    span: Span,
    start: Option<Position>,
    /// The rest of the text.
    text: &'a str,
    /// The number of characters before it.
    offset: usize,
}

impl<'a> Places<'a> {
    /// For a text at a location. `start` is that of its first character, if it is written without escapes.
    pub(super) fn new(text: &'a str, span: Span, start: Option<Position>) -> Self {
        Self { span, start, text, offset: 0 }
    }

    /// The location of the part that starts at `from` and has this many bytes.
    pub(super) fn of(&mut self, from: &str, bytes: usize) -> Span {
        let Some(start) = self.start else {
            return self.span;
        };
        let (passed, text) = self.text.split_at(self.text.len().saturating_sub(from.len()));
        self.offset += passed.chars().count();
        self.text = text;
        let width = from.get(..bytes).unwrap_or(from).chars().count();
        let at = |characters: usize| Position {
            column: start.column.saturating_add(u32::try_from(characters).unwrap_or(u32::MAX)),
            ..start
        };
        Span { start: at(self.offset), end: at(self.offset + width), ..self.span }
    }
}
