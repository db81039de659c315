//! Lists of strings as Go's `encoding/json` encodes them, because the text is part of the digest.

use std::fmt::Write as _;

/// `["a","b"]`, with Go's escapes: control characters, and `<`, `>`, `&`, U+2028 and U+2029 as `\u….`
pub(super) fn json_list<S: AsRef<str>>(texts: &[S]) -> String {
    let mut out = String::from("[");
    for (place, text) in texts.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        out.push('"');
        for c in text.as_ref().chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '\u{8}' => out.push_str("\\b"),
                '\u{c}' => out.push_str("\\f"),
                '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "\\u{:04x}", u32::from(c));
                }
                c => out.push(c),
            }
        }
        out.push('"');
    }
    out.push(']');
    out
}

#[cfg(test)]
mod tests {
    use super::json_list;

    #[test]
    fn escapes_are_those_of_go() {
        assert_eq!(json_list::<&str>(&[]), "[]");
        assert_eq!(
            json_list(&["a/b", "\"\\<&>\n\u{1}\u{2028}ä\u{8}"]),
            r#"["a/b","\"\\\u003c\u0026\u003e\n\u0001\u2028ä\b"]"#
        );
    }
}
