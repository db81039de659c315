//! What is wrong with text that is not YAML: the parser's words, with a hint that fits the cause.

use crate::{Diagnostic, Position, Span};

/// Causes by a part of the parser's words, and what to do about them.
const HINTS: &[(&str, &str)] = &[
    ("found a tab", TAB),
    ("tabs disallowed", TAB),
    ("quoted scalar, found unexpected end of stream", "close the quote"),
    ("unknown escape character", "a backslash is `\\\\`; in single quotes nothing is an escape"),
    ("mapping values are not allowed", "check the indentation; text that holds `: ` needs quotes"),
    ("unexpected character: `", "text that begins with this character needs quotes"),
    ("byte order mark", "delete it; it is invisible, so type the line anew"),
    ("misplaced bracket", "delete it, or open it before"),
];

const TAB: &str = "indent with spaces; YAML does not allow tabs there";

/// An error of the parser; `open` is where the innermost collection that is still open starts.
pub(super) fn error(span: Span, info: &str, open: Option<Span>, text: &str) -> Diagnostic {
    if let Some(found) = conflict(span, text) {
        return found;
    }
    if info.contains("unknown anchor") {
        let name: String = rest(text, span.start).chars().skip(1).take_while(|c| is_anchor(*c)).take(40).collect();
        return Diagnostic::error(span, format!("no anchor `&{name}` stands before this alias")).with_help(
            "write the anchor before it in this file; anchors do not reach other files, and text that begins with `*` needs quotes",
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
            found
                .with_label(open.at_start(), format!("inside the `{bracket}` that opens here"))
                .with_help(format!("close it with `{closing}`, and write commas between what is in it"))
        }
        _ => found.with_help("check the indentation, the colons and the quotes around this place"),
    }
}

/// A merge conflict that nobody resolved.
fn conflict(span: Span, text: &str) -> Option<Diagnostic> {
    let line = text.lines().position(|line| line.starts_with("<<<<<<< "))?;
    let start = Position { line: u32::try_from(line).ok()?.saturating_add(1), column: 1 };
    Some(
        Diagnostic::error(Span { start, end: start, ..span }, "a merge conflict starts here")
            .with_help("resolve it, and delete the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`"),
    )
}

/// The text from a place to the end of its line.
fn rest(text: &str, at: Position) -> &str {
    let line = usize::try_from(at.line).unwrap_or(1).saturating_sub(1);
    let column = usize::try_from(at.column).unwrap_or(1).saturating_sub(1);
    let line = text.lines().nth(line).unwrap_or_default();
    line.char_indices().nth(column).and_then(|(offset, _)| line.get(offset..)).unwrap_or_default()
}

fn is_anchor(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, ',' | '[' | ']' | '{' | '}')
}
