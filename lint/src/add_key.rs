//! Adds a key to a map: fixes for findings about a missing key.

use slipway_spec::{Position, Sources, Span};

/// The edit that adds a line such as `cmd: [serve]` to the map of a name, before its other keys; `None` if the form of
/// the map makes this unsafe.
pub(crate) fn add_key(sources: &Sources, name: Span, line: &str) -> Option<(Span, String)> {
    let file = sources.iter().nth(name.file.index())?;
    let mut lines = file.text().lines().enumerate().skip(usize::try_from(name.end.line).ok()?.checked_sub(1)?);
    let column = |count: usize| Some(u32::try_from(count).ok()? + 1);
    let at = |line: u32, column: u32| {
        let position = Position { line, column };
        Span { file: name.file, start: position, end: position }
    };
    let (_, first) = lines.next()?;
    let before = usize::try_from(name.end.column).ok()?.checked_sub(1)?;
    let rest: String = first.chars().skip(before).collect();
    let value = rest.trim_start().strip_prefix(':')?;
    let inside = value.trim_start();
    if inside.starts_with('{') {
        let open = before + rest.chars().count() - inside.chars().count() + 1;
        return Some((at(name.end.line, column(open)?), format!(" {line},")));
    }
    if !(inside.is_empty() || inside.starts_with('#')) {
        return None;
    }
    let is_text = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let (number, next) = lines.find(|(_, line)| is_text(line))?;
    let indent = next.chars().take_while(|c| *c == ' ').count();
    let is_map = !next.trim_start().starts_with(['{', '-', '&', '!', '*']) && next.contains(':');
    let own = usize::try_from(name.start.column).ok()?.checked_sub(1)?;
    if indent <= own || !is_map {
        return None;
    }
    Some((at(u32::try_from(number).ok()? + 1, column(indent)?), format!("{line}\n{}", " ".repeat(indent))))
}

/// Words as a YAML list on one line.
pub(crate) fn list(words: &[String]) -> String {
    let words: Vec<_> = words.iter().map(|word| word_of(word)).collect();
    format!("[{}]", words.join(", "))
}

/// A word as an item of such a list.
fn word_of(word: &str) -> String {
    let is_plain = word.starts_with(|c: char| c.is_ascii_alphanumeric() || "/.-_".contains(c))
        && word.chars().all(|c| c.is_ascii_alphanumeric() || "/._-=+@".contains(c));
    let is_other = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"]
        .contains(&word.to_ascii_lowercase().as_str());
    let is_number = word.trim_start_matches(['-', '.']).starts_with(|c: char| c.is_ascii_digit());
    // Not an address.
    let is_number = is_number && word.matches('.').count() != 3;
    match is_plain && !is_other && !is_number {
        true => word.to_owned(),
        false => format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "$$")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use slipway_spec::parse;

    use super::*;

    #[test]
    fn a_key_is_added_at_the_start_of_a_map() {
        for (text, expected) in [
            ("images: { x: { python: . } }\n", "images: { x: { cmd: [a], python: . } }\n"),
            ("images:\n  x: {python: .}\n", "images:\n  x: { cmd: [a],python: .}\n"),
            (
                "images:\n  \"x\": # why\n\n    # this\n    python: .\n",
                "images:\n  \"x\": # why\n\n    # this\n    cmd: [a]\n    python: .\n",
            ),
            ("images:\n  x: &x\n    python: .\n", ""),
        ] {
            let parsed = parse("slipway.yaml", text.as_bytes().to_vec());
            let spec = parsed.spec.unwrap();
            let name = spec.images.iter().next().unwrap().0.span;
            let changed = add_key(&parsed.sources, name, "cmd: [a]").map(|(span, new)| {
                let lines: usize = text.split_inclusive('\n').take(span.start.line as usize - 1).map(str::len).sum();
                let (before, after) = text.split_at(lines + span.start.column as usize - 1);
                format!("{before}{new}{after}")
            });
            assert_eq!(changed.unwrap_or_default(), expected, "{text}");
        }
    }

    #[test]
    fn words_are_quoted_where_yaml_requires_it() {
        let words =
            ["uvicorn", "main:app", "--host", "0.0.0.0", "8000", "yes", "--listen=*:80", "--x=/a"].map(str::to_owned);
        assert_eq!(list(&words), r#"[uvicorn, "main:app", --host, 0.0.0.0, "8000", "yes", "--listen=*:80", --x=/a]"#);
    }
}
