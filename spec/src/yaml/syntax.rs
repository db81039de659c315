//! YAML syntax errors: the message of the parser, with a hint about the cause.

use crate::{Diagnostic, Position, Span};

/// Parts of the parser's messages, and what to do.
const HINTS: &[(&str, &str)] = &[
    ("found a tab", TAB),
    ("tabs disallowed", TAB),
    ("quoted scalar, found unexpected end of stream", "close the quote"),
    ("unknown escape character", "write a backslash as `\\\\`; single quotes do not support escapes"),
    ("mapping values are not allowed", "check the indentation; quote text that contains `: `"),
    ("unexpected character: `", "quote text that starts with this character"),
    ("byte order mark", "delete it; it is invisible, so retype the line"),
    ("misplaced bracket", "delete it, or add the opening bracket"),
];

const TAB: &str = "indent with spaces; YAML does not allow tabs there";

/// A syntax error; `open` is the start of the innermost open collection.
pub(super) fn error(span: Span, info: &str, open: Option<Span>, text: &str) -> Diagnostic {
    if let Some(found) = conflict(span, text) {
        return found;
    }
    if info.contains("unknown anchor") {
        let name: String = rest(text, span.start).chars().skip(1).take_while(|c| is_anchor(*c)).take(40).collect();
        return Diagnostic::error(span, format!("there is no anchor `&{name}` before this alias")).with_help(
            "define the anchor earlier in this file; anchors of other files are not visible, and text that starts \
             with `*` needs quotes",
        );
    }
    let found = Diagnostic::error(span, format!("this is not valid YAML: {info}"));
    let line = usize::try_from(span.start.line).unwrap_or(1).saturating_sub(1);
    let nearby = text.lines().skip(line.saturating_sub(1)).take(2);
    let indented_by_tab = nearby.into_iter().any(|line| line.trim_start_matches(' ').starts_with('\t'));
    if let Some((_, hint)) = HINTS.iter().find(|(words, _)| info.contains(words)) {
        return found.with_help(*hint);
    }
    if indented_by_tab {
        return found.with_help(TAB);
    }
    let opened = open.and_then(|open| Some((open, rest(text, open.start).chars().next()?)));
    match opened {
        Some((open, bracket @ ('[' | '{'))) => {
            let closing = if bracket == '[' { ']' } else { '}' };
            // Other parsers accept this.
            let is_closed = info.contains("indentation") && rest(text, span.start).starts_with(closing);
            let help = match is_closed {
                true => format!("indent this `{closing}` further than the key of its `{bracket}`"),
                false => format!("close it with `{closing}`, and separate its items with commas"),
            };
            found.with_label(open.at_start(), format!("inside the `{bracket}` that starts here")).with_help(help)
        }
        _ => found.with_help("check the indentation, the colons and the quotes around this place"),
    }
}

/// An unresolved merge conflict.
fn conflict(span: Span, text: &str) -> Option<Diagnostic> {
    let line = text.lines().position(|line| line.starts_with("<<<<<<< "))?;
    let start = Position { line: u32::try_from(line).ok()?.saturating_add(1), column: 1 };
    Some(
        Diagnostic::error(Span { start, end: start, ..span }, "a merge conflict starts here")
            .with_help("resolve it, and delete the lines that start with `<<<<<<<`, `=======` and `>>>>>>>`"),
    )
}

/// The text from a position to the end of its line.
fn rest(text: &str, at: Position) -> &str {
    let line = usize::try_from(at.line).unwrap_or(1).saturating_sub(1);
    let column = usize::try_from(at.column).unwrap_or(1).saturating_sub(1);
    let line = text.lines().nth(line).unwrap_or_default();
    line.char_indices().nth(column).and_then(|(offset, _)| line.get(offset..)).unwrap_or_default()
}

fn is_anchor(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, ',' | '[' | ']' | '{' | '}')
}
