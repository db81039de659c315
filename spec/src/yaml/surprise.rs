//! YAML that does not mean what its author intended: accidental comments, unclosed quotes, white space that YAML does
//! not recognize.

use crate::{Diagnostic, Fix, Position, SourceFile, Span};

/// The number of lines to check after an unclosed bracket.
const MAX_LINES: usize = 50;

/// The maximum number of reports about unusual white space in a file.
const MAX_SPACES: usize = 20;

/// Typographic quotes, which are ordinary characters in YAML.
const CURLY: [char; 8] = ['“', '”', '„', '‟', '‘', '’', '‚', '«'];

/// A text cut off by a `#`: the word, and the number of characters before its `#`.
fn comment_word(rest: &str) -> Option<(usize, &str)> {
    let mut before = ' ';
    let mut quote = None;
    for (characters, (offset, c)) in rest.char_indices().enumerate() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if before.is_whitespace() || matches!(before, '[' | '{' | ',') => quote = Some(c),
            (None, '#') if before.is_whitespace() => {
                let word = rest.get(offset..)?;
                let end = word.find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}')).unwrap_or(word.len());
                let word = word.get(..end)?;
                let is_word = word.len() > 1 && !word.trim_start_matches('#').is_empty();
                return is_word.then_some((characters, word));
            }
            (None, _) => {}
        }
        before = c;
    }
    None
}

fn is_comment(span: Span, word: &str) -> Diagnostic {
    let text = format!("\"{word}\"");
    Diagnostic::error(span, format!("`{word}` is a comment, because there is a space before its `#`"))
        .with_help(format!("quote it: `{text}`"))
        .with_fix(span, text)
}

fn place(at: Position, passed: usize, span: Span, word: &str) -> Span {
    let column = |more: usize| at.column.saturating_add(u32::try_from(more).unwrap_or(u32::MAX));
    let start = Position { column: column(passed), ..at };
    Span { start, end: Position { column: column(passed + word.chars().count()), ..at }, ..span }
}

/// `color: #fff`, where `rest` follows the key that ends at a location.
pub(super) fn comment_for_value(rest: &str, at: Position, span: Span) -> Option<(Diagnostic, String)> {
    let line = rest.lines().next()?;
    let (passed, word) = comment_word(line)?;
    let is_next = line.chars().take(passed).all(|c| c == ':' || c == ' ' || c == '\t');
    is_next.then(|| (is_comment(place(at, passed, span, word), word), word.to_owned()))
}

/// `{ color: #fff }`, whose bracket is part of the comment.
pub(super) fn comment_in_brackets(open: Span, error: Span, text: &str) -> Option<Diagnostic> {
    let first = usize::try_from(open.start.line).ok()?.saturating_sub(1);
    let lines = lines(text).skip(first).take(MAX_LINES);
    for (line, number) in lines.zip(open.start.line..=error.start.line) {
        let skipped =
            if number == open.start.line { usize::try_from(open.start.column).ok()?.saturating_sub(1) } else { 0 };
        let offset = line.char_indices().nth(skipped).map_or(line.len(), |(offset, _)| offset);
        let rest = line.get(offset..).unwrap_or_default();
        // Without a bracket after it, it may be a real comment.
        let Some((passed, word)) = comment_word(rest).filter(|_| rest.trim_end().ends_with([']', '}'])) else {
            continue;
        };
        let at = Position { line: number, column: u32::try_from(skipped).ok()?.saturating_add(1) };
        return Some(is_comment(place(at, passed, open, word), word));
    }
    None
}

/// A quote that extends over several lines to the next one.
pub(super) fn late_quote(quoted: Option<Span>, error: Span) -> Option<Diagnostic> {
    let quoted = quoted.filter(|quoted| quoted.end.line.abs_diff(error.start.line) < 2)?;
    let Position { line, column } = quoted.end;
    Some(
        Diagnostic::error(quoted.at_start(), format!("the quote that starts here ends only at {line}:{column}"))
            .with_help("close it on its own line"),
    )
}

/// Text in typographic quotes, which would be part of the text.
pub(super) fn curly_quotes(text: &str, span: Span) -> Option<Diagnostic> {
    let inner = text.strip_prefix(CURLY)?;
    let inner = inner.trim_end_matches(CURLY).trim_end_matches('»');
    let found = Diagnostic::error(span, "these are typographic quotes, which YAML does not recognize");
    let is_plain = !inner.contains(['"', '\\']) && !inner.contains(CURLY);
    Some(if is_plain {
        found.with_fix(span, format!("\"{inner}\""))
    } else {
        found.with_help("type plain quotes, `\"`")
    })
}

/// White space that YAML does not recognize, in a place where it should separate or indent: its position in the text of
/// the file.
pub(crate) fn odd_spaces(file: &SourceFile) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (line, number) in lines(file.text()).zip(1u32..) {
        if found.len() >= MAX_SPACES {
            break;
        }
        let Some((passed, run, c)) = odd_space(line) else { continue };
        let at = Position { line: number, column: 1 };
        let span = place(at, passed, Span::start_of(file.id()), &"x".repeat(run));
        let help = if is_wide(c) { "replace it with a plain space" } else { "delete it; it is invisible" };
        let mut space =
            Diagnostic::error(span, format!("YAML does not recognize {} as a space", name(c))).with_help(help);
        space.fix = Some(Box::new(Fix { span, text: if is_wide(c) { " ".repeat(run) } else { String::new() } }));
        found.push(space);
    }
    found
}

/// The lines of a text as YAML counts them: a carriage return alone also ends one.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    lines.flat_map(|line| line.split('\r'))
}

fn is_odd(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200d}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{2060}' | '\u{3000}' | '\u{feff}'
    )
}

fn is_wide(c: char) -> bool {
    !matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn name(c: char) -> String {
    let words = match c {
        '\u{a0}' | '\u{202f}' => "a no-break space",
        c if !is_wide(c) => "a zero-width character",
        _ => "this white space",
    };
    format!("{words} (U+{:04X})", u32::from(c))
}

/// The first one that indents a line or directly follows a colon or dash, its position, and the number of adjacent
/// ones. Elsewhere it is part of a text.
fn odd_space(line: &str) -> Option<(usize, usize, char)> {
    let mut before = None;
    let mut indents = true;
    for (passed, c) in line.chars().enumerate() {
        if c == '#' && before.is_none_or(char::is_whitespace) || matches!(c, '"' | '\'') {
            return None;
        }
        let parts = matches!(before, Some(':' | ',' | '{' | '[')) || before == Some('-') && indents;
        if is_odd(c) && (indents || parts) {
            let run =
                line.chars().skip(passed).take_while(|other| is_odd(*other) && is_wide(*other) == is_wide(c)).count();
            return Some((passed, run, c));
        }
        indents &= c.is_whitespace() || c == '-';
        before = Some(c);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_indenting_or_separating_white_space_is_unusual() {
        assert_eq!(odd_space("\u{a0} api:"), Some((0, 1, '\u{a0}')));
        assert_eq!(odd_space("  go:\u{a0}."), Some((5, 1, '\u{a0}')));
        assert_eq!(odd_space("  -\u{a0}x"), Some((3, 1, '\u{a0}')));
        assert_eq!(odd_space("  title: a\u{a0}b"), None);
        assert_eq!(odd_space("  title: \"a:\u{a0}b\""), None);
        assert_eq!(odd_space("  x: 1 # a:\u{a0}b"), None);
    }

    #[test]
    fn accidental_comments_are_found() {
        assert_eq!(comment_word("{ color: #fff }"), Some((9, "#fff")));
        assert_eq!(comment_word("{ a: \" #b\", c: 1 }"), None);
        assert_eq!(comment_word("{ a: 1 # and more"), None);
        assert_eq!(comment_word("{ a: b#c }"), None);
    }
}
