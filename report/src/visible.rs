//! Text of strangers, made harmless.
//!
//! A file may come from a pull request, and messages quote it: escapes inside YAML quotes can hold control characters that move a terminal's cursor or
//! start a new line of a log, and characters that turn the direction of writing.

use std::borrow::Cow;

/// The text with everything that does not show itself written as an escape, line breaks included.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
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

/// Control characters, and those that change the direction of writing.
fn is_hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_the_cursor_is_written_out() {
        assert_eq!(visible("plain `text` ä 世"), "plain `text` ä 世");
        assert_eq!(visible("\x1b[2Ja\nb\u{202e}c\u{9b}"), r"\u{1b}[2Ja\nb\u{202e}c\u{9b}");
    }
}
