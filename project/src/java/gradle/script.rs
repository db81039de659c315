//! Tokenizes scripts in Groovy or Kotlin: words, string literals and symbols, without comments.

/// A token of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or a number.
    Word(String),
    /// The contents of a string literal, unparsed.
    Text(String),
    /// Any other symbol.
    Mark(char),
}

impl Token {
    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

/// Splits a script into tokens. Every text can be split.
pub(super) fn tokens(script: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = script;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        } else if rest.starts_with("/*") {
            rest = rest.split_once("*/").map_or("", |(_, after)| after);
        } else if let Some(quote) = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| rest.starts_with(quote)) {
            let (text, after) = quoted(&rest[quote.len()..], quote);
            found.push(Token::Text(text.to_owned()));
            rest = after;
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            found.push(Token::Word(word.to_owned()));
            rest = after;
        } else {
            if !first.is_whitespace() {
                found.push(Token::Mark(first));
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    found
}

/// The text before the closing quote, and the text after it.
fn quoted<'s>(text: &'s str, quote: &str) -> (&'s str, &'s str) {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == '\n' && quote.len() == 1 {
            // A literal with this quote cannot span lines, so it is something else.
            return text.split_at(at);
        } else if let Some(after) = text[at..].strip_prefix(quote) {
            return (&text[..at], after);
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_not_part_of_a_script() {
        let words = |script: &str| {
            tokens(script)
                .into_iter()
                .map(|token| match token {
                    Token::Word(word) => word,
                    Token::Text(text) => format!("<{text}>"),
                    Token::Mark(mark) => mark.to_string(),
                })
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(words("include(':a', \"b:c\") // include 'd'"), "include ( <:a> , <b:c> )");
        assert_eq!(words("/* include 'x' */ url = 'https://a/b' // c"), "url = <https://a/b>");
        assert_eq!(words("a \"\"\"b \" c\"\"\" 'd\\'e'"), "a <b \" c> <d\\'e>");
        assert_eq!(words("don't\nstop"), "don <t> stop");
        assert_eq!(words("'"), "<>");
        assert_eq!(words("/* never ends"), "");
    }
}
