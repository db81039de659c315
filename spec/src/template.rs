//! Text with `${NAME}` in it.
//!
//! `${NAME}` and `${NAME:-default}` are replaced, `$$` is a dollar sign, and everything else, including a single `$`,
//! is literal. Names are known only when a build starts, so reading checks the syntax and [`Template::eval`] the names.

mod name;
mod places;

use self::name::no_name;
pub(crate) use self::name::{is_name, undeclared};
use self::places::Places;
use crate::{Diagnostic, Position, Span};

/// Text that may contain arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
    /// What follows the first `$` that a shell would expand and that is literal here: a name, or a command in
    /// parentheses.
    bare: Option<Box<str>>,
    /// Where the text is written.
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Arg(Box<Reference>),
}

/// A name in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reference {
    name: String,
    default: Option<String>,
    /// Where it is written; the location of the whole text if the exact one is unknown.
    span: Span,
}

/// The names that a template may use.
pub trait Scope {
    /// The value of a name; `None` when there is no such name.
    fn value(&self, name: &str) -> Option<&str>;
    /// All names, for suggestions.
    fn names(&self) -> Vec<&str>;
    /// Whether texts may grow by this many bytes from arguments; the limit applies to all texts together.
    fn spend(&self, bytes: usize) -> bool {
        let _ = bytes;
        true
    }
}

/// Commands whose output people insert into other text.
const COMMANDS: &[&str] = &["cat", "date", "echo", "git", "hostname", "id", "jq", "openssl", "pwd", "uname", "whoami"];

/// The maximum size of a text after its arguments are replaced.
const MAX_TEXT: usize = 1 << 20;

impl Template {
    /// Text without arguments.
    pub fn literal(text: impl Into<String>, span: Span) -> Self {
        Self { pieces: vec![Piece::Text(text.into())], bare: None, span }
    }

    /// Reads text at a location.
    ///
    /// # Errors
    /// A `${` without `}`, or an invalid name.
    pub fn parse(text: &str, span: Span) -> Result<Self, Diagnostic> {
        Self::parse_at(text, span, None)
    }

    /// The same. `start` is the location of the text's first character, if the file contains the text unchanged from
    /// there.
    pub(crate) fn parse_at(text: &str, span: Span, start: Option<Position>) -> Result<Self, Diagnostic> {
        // Most texts contain no names.
        if !text.contains('$') {
            let pieces = if text.is_empty() { Vec::new() } else { vec![Piece::Text(text.to_owned())] };
            return Ok(Self { pieces, bare: None, span });
        }
        let mut places = Places::new(text, span, start);
        let mut pieces = Vec::new();
        let mut bare = None;
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            let (before, from_dollar) = rest.split_at(at);
            plain.push_str(before);
            if let Some(after) = from_dollar.strip_prefix("$$") {
                plain.push('$');
                rest = after;
            } else if let Some(inside) = from_dollar.strip_prefix("${") {
                let Some((body, after)) = inside.split_once('}') else {
                    let span = places.of(from_dollar, from_dollar.len());
                    return Err(Diagnostic::error(span, "`${` is not closed by `}`")
                        .with_help("add a `}`; for a literal dollar sign, use `$$`"));
                };
                let span = places.of(from_dollar, body.len() + 3);
                let (name, default) = match body.split_once(":-") {
                    Some((name, default)) => (name, Some(default.to_owned())),
                    None => (body, None),
                };
                if let Some(found) = no_name(name, span) {
                    return Err(found);
                }
                if default.as_ref().is_some_and(|default| default.contains("${")) {
                    return Err(Diagnostic::error(
                        span,
                        format!("the default of `${{{name}}}` must be plain text without arguments"),
                    )
                    .with_help("set the default of the argument under `args`"));
                }
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                pieces.push(Piece::Arg(Box::new(Reference { name: name.to_owned(), default, span })));
                rest = after;
            } else {
                plain.push('$');
                rest = from_dollar.strip_prefix('$').unwrap_or("");
                let name = rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or("");
                if bare.is_none() {
                    bare = is_name(name).then_some(name).or_else(|| in_parentheses(rest)).map(Box::from);
                }
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        // There are many texts, and most are one piece.
        pieces.shrink_to_fit();
        Ok(Self { pieces, bare, span })
    }

    /// The text, if it contains no name.
    #[must_use]
    pub fn as_literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The name of the first `$NAME` without braces. It is literal here; a shell would expand it.
    #[must_use]
    pub fn bare_name(&self) -> Option<&str> {
        self.bare.as_deref().filter(|bare| !bare.starts_with('('))
    }

    /// The first `$(command)`, or a known command in backticks. It is literal here, too.
    #[must_use]
    pub fn substitution(&self) -> Option<String> {
        if let Some(command) = self.bare.as_deref().filter(|bare| bare.starts_with('(')) {
            return Some(format!("${command}"));
        }
        let texts = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Arg(_) => None,
        });
        // Markdown uses backticks for code, so only a whole value that looks like a command counts.
        texts.filter(|text| text.contains('`')).find_map(|text| {
            let (before, rest) = text.split_once('`')?;
            let (command, _) = rest.split_once('`')?;
            let is_command = COMMANDS.contains(&command.split_whitespace().next().unwrap_or_default());
            (is_command && (before.is_empty() || before.ends_with('='))).then(|| format!("`{command}`"))
        })
    }

    /// The names in it, in order of appearance.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Arg(reference) => Some(reference.name.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// The names in it, each with the location of its `${…}`. If that is unknown, as in text with escapes or several
    /// lines, it is the location of the whole text.
    pub fn references(&self) -> impl Iterator<Item = (&str, Span)> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Arg(reference) => Some((reference.name.as_str(), reference.span)),
            Piece::Text(_) => None,
        })
    }

    /// The text before the first name.
    pub(crate) fn literal_start(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Text(text)) => text,
            Some(Piece::Arg(_)) | None => "",
        }
    }

    /// Replaces the names by their values. A default replaces an empty value, as in a shell.
    ///
    /// # Errors
    /// A name that is not in scope, or text that becomes too long.
    pub fn eval(&self, scope: &impl Scope) -> Result<String, Diagnostic> {
        if let Some(literal) = self.as_literal() {
            return Ok(literal.to_owned());
        }
        let mut text = String::new();
        for piece in &self.pieces {
            let (value, span) = match piece {
                Piece::Text(plain) => (plain.as_str(), self.span),
                Piece::Arg(reference) => {
                    let Some(value) = scope.value(&reference.name) else {
                        return Err(undeclared(&reference.name, reference.span, scope.names()));
                    };
                    let value = if value.is_empty() { reference.default.as_deref().unwrap_or("") } else { value };
                    if !scope.spend(value.len()) {
                        let message = "the arguments of this file, inserted everywhere they are used, are too long";
                        return Err(Diagnostic::error(reference.span, message)
                            .with_help("put long text into a file of the repository, and refer to the file"));
                    }
                    (value, reference.span)
                }
            };
            if text.len() + value.len() > MAX_TEXT {
                let message = format!("with its arguments inserted, this text is longer than {} MiB", MAX_TEXT >> 20);
                return Err(Diagnostic::error(span, message)
                    .with_help("put long text into a file of the repository, and refer to the file"));
            }
            text.push_str(value);
        }
        Ok(text)
    }
}

/// The command in parentheses at the start of a text. Kubernetes expands names in capitals itself.
fn in_parentheses(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('(')?;
    let is_command = inside.starts_with(|c: char| c.is_ascii_lowercase() || matches!(c, '(' | '<' | '/' | '.'));
    let end = inside.find(')').filter(|_| is_command)?;
    text.get(..end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Args;

    impl Scope for Args {
        fn value(&self, name: &str) -> Option<&str> {
            match name {
                "VERSION" => Some("1.2"),
                "EMPTY" => Some(""),
                _ => None,
            }
        }
        fn names(&self) -> Vec<&str> {
            vec!["VERSION", "EMPTY"]
        }
    }

    fn eval(text: &str) -> String {
        Template::parse(text, Span::START).and_then(|template| template.eval(&Args)).unwrap_or_else(|diagnostic| {
            let mut sources = crate::Sources::default();
            sources.add("f", Vec::new()).unwrap();
            diagnostic.render(&sources)
        })
    }

    #[test]
    fn names_are_replaced_and_dollars_kept() {
        assert_eq!(eval("-X main.v=${VERSION}"), "-X main.v=1.2");
        assert_eq!(eval("a$$b$c$"), "a$b$c$");
        assert_eq!(eval("$${VERSION}"), "${VERSION}");
        assert_eq!(eval("${EMPTY:-none}/${VERSION:-x}"), "none/1.2");
        assert_eq!(eval(""), "");
    }

    #[test]
    fn names_without_braces_are_found() {
        let bare = |text| Template::parse(text, Span::START).unwrap().bare_name().map(str::to_owned);
        assert_eq!(bare("a:$PATH:$HOME").as_deref(), Some("PATH"));
        for text in ["$$PATH", "${PATH}", "$", "$1", "5 $", "$(pwd)", ""] {
            assert_eq!(bare(text), None, "{text}");
        }
    }

    #[test]
    fn commands_are_found() {
        let command = |text| Template::parse(text, Span::START).unwrap().substitution();
        assert_eq!(command("-X main.c=$(git rev-parse HEAD) -s").as_deref(), Some("$(git rev-parse HEAD)"));
        assert_eq!(command("-X a=`date -u` b").as_deref(), Some("`date -u`"));
        for text in [
            "$$(date)",
            "$(POD_NAME)",
            "$(",
            "$(date",
            "reads `config.yaml` and more",
            "see `git log`",
            "`x` is new",
            "`",
            "${date}",
            "",
        ] {
            assert_eq!(command(text), None, "{text}");
        }
    }

    #[test]
    fn invalid_names_are_rejected() {
        insta::assert_snapshot!(eval("${VERSOIN}"), @"f:1:1: the argument `VERSOIN` is not declared; did you mean `${VERSION}`?");
        insta::assert_snapshot!(eval("${OTHER:-x}"), @r#"f:1:1: the argument `OTHER` is not declared; declare it: `args: { OTHER: "" }`; for literal text, use `$$` instead of `$`"#);
        insta::assert_snapshot!(eval("${a b}"), @"f:1:1: `a b` is not a valid name for an argument; write `${NAME}` or `${NAME:-default}`; for a literal dollar sign, use `$$`");
        insta::assert_snapshot!(eval("${VERSION"), @"f:1:1: `${` is not closed by `}`; add a `}`; for a literal dollar sign, use `$$`");
    }
}
