//! Makes untrusted text safe to show on a terminal, in a log, a progress display or a report.
//!
//! A file may come from a pull request, and messages quote it: escapes inside YAML quotes can contain control
//! characters that move a terminal's cursor or start a new line of a log, characters that change the writing direction,
//! and megabytes of text.

use std::borrow::Cow;

use crate::secrets::masked;

/// The maximum length of a message in characters.
pub const MAX_MESSAGE: usize = 2_000;
/// The maximum length of a step name in characters, in progress and history.
const MAX_TITLE: usize = 400;

/// The text with invisible characters escaped, including line breaks.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    escaped(text, is_hidden)
}

/// The same for text of several lines: line breaks are kept.
#[must_use]
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c != '\n' && is_hidden(c))
}

/// JSON with invisible characters as JSON escapes; its value does not change.
#[must_use]
pub fn visible_json(text: &str) -> Cow<'_, str> {
    let is_hidden = |c| c != '\n' && is_hidden(c);
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            shown.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// A message: visible, shortened in the middle, and without secrets.
#[must_use]
pub fn message(text: &str) -> Cow<'_, str> {
    bounded(text, MAX_MESSAGE)
}

/// The name of a step, for progress displays and histories: visible, on one line, short, and without secrets.
#[must_use]
pub fn title(text: &str) -> Cow<'_, str> {
    bounded(text, MAX_TITLE)
}

fn bounded(text: &str, most: usize) -> Cow<'_, str> {
    match masked(text) {
        Cow::Borrowed(text) => shortened(text, most),
        Cow::Owned(text) => Cow::Owned(shortened(&text, most).into_owned()),
    }
}

fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    // The omitted part need not be scanned: a text may be megabytes long.
    let end_of = |characters: usize| text.char_indices().nth(characters).map_or(text.len(), |(place, _)| place);
    if text.len() <= most || end_of(most) == text.len() {
        return visible(text);
    }
    let start = end_of(most * 3 / 4);
    let end = text.char_indices().rev().nth(most / 4 - 1).map_or(start, |(place, _)| place);
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    let left_out = part(start..end).chars().count();
    let (before, after) = (visible(part(0..start)), visible(part(end..text.len())));
    Cow::Owned(format!("{before}… ({left_out} characters) …{after}"))
}

fn escaped(text: &str, is_hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Control characters, those that end a line or change the writing direction, and zero-width characters.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A quotation in a message, shortened in the middle, without secrets.
pub fn brief(text: &str) -> Cow<'_, str> {
    match masked(text) {
        Cow::Borrowed(text) => shorten(text, 80),
        Cow::Owned(text) => Cow::Owned(shorten(&text, 80).into_owned()),
    }
}

/// The text without its middle if it is longer than about `limit` bytes.
#[must_use]
pub fn shorten(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit {
        return Cow::Borrowed(text);
    }
    let boundary = |wanted: usize| text.char_indices().map(|(at, _)| at).find(|at| *at >= wanted).unwrap_or(text.len());
    let (before, after) = (boundary(limit * 3 / 4), boundary(text.len() - limit / 4));
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    Cow::Owned(format!("{}…{}", part(0..before), part(after..text.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_movements_are_escaped() {
        assert_eq!(visible("plain `text` ä 世 👩\u{200d}👩"), "plain `text` ä 世 👩\u{200d}👩");
        assert_eq!(visible("\x1b[2Ja\nb\u{202e}c\u{9b}\u{2028}"), r"\u{1b}[2Ja\nb\u{202e}c\u{9b}\u{2028}");
        assert_eq!(visible_lines("a\nb\r\x1b"), "a\nb\\r\\u{1b}");
        let json = serde_json::json!({ "a\u{202e}": "\u{9b}\u{e0001}\u{1b}\n" });
        let shown = format!("{json:#}");
        let shown = visible_json(&shown);
        assert_eq!(shown, "{\n  \"a\\u202e\": \"\\u009b\\udb40\\udc01\\u001b\\n\"\n}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), json);
    }

    #[test]
    fn shortened_text_shows_how_much_is_omitted() {
        let long = format!("begin{}\x1bend", "ä".repeat(3_000_000));
        let shown = message(&long);
        assert!(shown.starts_with("beginä") && shown.ends_with(r"ä\u{1b}end"), "{shown}");
        assert!(shown.contains("ä… (2998009 characters) …ä"), "{shown}");
        assert!(shown.chars().count() < 2_100);
        assert_eq!(title("short"), "short");
    }
}
