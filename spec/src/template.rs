//! Text with `${NAME}` in it.
//!
//! `${NAME}` and `${NAME:-default}` are replaced, `$$` is a dollar sign, and everything else, a lone `$` included,
//! stands for itself. Which names exist is known only when a build starts, so reading checks the form and
//! [`Template::eval`] the names.

use crate::{Diagnostic, Position, Span};
use slipway_diagnostic::{brief, closest};

/// Text that may name arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
    /// What follows the first `$` that a shell would replace and that stands for itself here: a name, or a command in
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
    /// Where it is written; the whole text where that cannot be told.
    span: Span,
}

/// The names a template may use.
pub trait Scope {
    /// The value of a name; `None` when there is no such name.
    fn value(&self, name: &str) -> Option<&str>;
    /// All names, for "did you mean".
    fn names(&self) -> Vec<&str>;
    /// Whether texts may still get so many bytes from names; all texts together may get so many only.
    fn spend(&self, bytes: usize) -> bool {
        let _ = bytes;
        true
    }
}

/// Programs whose output people put into other text.
const COMMANDS: &[&str] = &["cat", "date", "echo", "git", "hostname", "id", "jq", "openssl", "pwd", "uname", "whoami"];

/// Bytes that a text with names in it has at most, once they are replaced.
const MAX_TEXT: usize = 1 << 20;

impl Template {
    /// Text without any name in it.
    pub fn literal(text: impl Into<String>, span: Span) -> Self {
        Self { pieces: vec![Piece::Text(text.into())], bare: None, span }
    }

    /// Reads text that stands at a place.
    ///
    /// # Errors
    /// A `${` without its `}`, or a name that is none.
    pub fn parse(text: &str, span: Span) -> Result<Self, Diagnostic> {
        Self::parse_at(text, span, None)
    }

    /// The same; `start` is where the text's first character stands, if every character of the file from there on is
    /// one of the text.
    pub(crate) fn parse_at(text: &str, span: Span, start: Option<Position>) -> Result<Self, Diagnostic> {
        // Most texts name nothing.
        if !text.contains('$') {
            let pieces = if text.is_empty() { Vec::new() } else { vec![Piece::Text(text.to_owned())] };
            return Ok(Self { pieces, bare: None, span });
        }
        let mut places = Places { span, start, text, offset: 0 };
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
                        .with_help("close it; `$$` is a dollar sign"));
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
                        format!("the default of `${{{name}}}` is plain text; it names nothing"),
                    )
                    .with_help("give the argument a default under `args`"));
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

    /// The text, when there is no name in it.
    #[must_use]
    pub fn as_literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The name of the first `$NAME` without braces in it. Such text stands for itself; a shell would have put a
    /// variable there.
    #[must_use]
    pub fn bare_name(&self) -> Option<&str> {
        self.bare.as_deref().filter(|bare| !bare.starts_with('('))
    }

    /// The first `$(command)`, or a command that is known in backticks. Such text stands for itself, too.
    #[must_use]
    pub fn substitution(&self) -> Option<String> {
        if let Some(command) = self.bare.as_deref().filter(|bare| bare.starts_with('(')) {
            return Some(format!("${command}"));
        }
        let texts = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Arg(_) => None,
        });
        // Backticks are quotes to those who write Markdown, so only what looks like a command and is a whole value
        // counts.
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

    /// The names in it, each with the place of its `${…}`: the whole text's where that cannot be told, as in text with
    /// escapes or of several lines.
    pub fn references(&self) -> impl Iterator<Item = (&str, Span)> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Arg(reference) => Some((reference.name.as_str(), reference.span)),
            Piece::Text(_) => None,
        })
    }

    /// The text in front of the first name.
    pub(crate) fn literal_start(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Text(text)) => text,
            Some(Piece::Arg(_)) | None => "",
        }
    }

    /// Replaces the names by their values. A default stands in for a name whose value is empty, as in a shell.
    ///
    /// # Errors
    /// A name that the scope does not have, or text that gets too long.
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
                        let message = "the arguments of this file, put in everywhere they are named, are too long";
                        return Err(Diagnostic::error(reference.span, message)
                            .with_help("keep long text in a file of the repository, and name the file"));
                    }
                    (value, reference.span)
                }
            };
            if text.len() + value.len() > MAX_TEXT {
                let message = format!("with its arguments put in, this text is longer than {} MiB", MAX_TEXT >> 20);
                return Err(Diagnostic::error(span, message)
                    .with_help("keep long text in a file of the repository, and name the file"));
            }
            text.push_str(value);
        }
        Ok(text)
    }
}

/// Tells where parts of a text stand, from its beginning on.
struct Places<'a> {
    span: Span,
    start: Option<Position>,
    /// What was not passed yet.
    text: &'a str,
    /// Characters that were.
    offset: usize,
}

impl Places<'_> {
    /// The place of a part that begins where `from` does and has so many bytes.
    fn of(&mut self, from: &str, bytes: usize) -> Span {
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

/// A command in parentheses that a text begins with. Names in capitals are those of Kubernetes, which replaces them
/// itself.
fn in_parentheses(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('(')?;
    let is_command = inside.starts_with(|c: char| c.is_ascii_lowercase() || matches!(c, '(' | '<' | '/' | '.'));
    let end = inside.find(')').filter(|_| is_command)?;
    text.get(..end + 2)
}

/// A name that nothing declares.
pub(crate) fn undeclared(name: &str, span: Span, known: Vec<&str>) -> Diagnostic {
    let name = brief(name);
    let close = closest(&name, known);
    Diagnostic::error(span, format!("`${{{name}}}` is not a declared argument")).with_help(match close {
        Some(close) => format!("did you mean `${{{close}}}`?"),
        None => format!("declare it: `args: {{ {name}: \"\" }}`, or put `$$` in place of `$` for the text itself"),
    })
}

/// What is wrong with a name that is none.
fn no_name(name: &str, span: Span) -> Option<Diagnostic> {
    if is_name(name) {
        return None;
    }
    let found = Diagnostic::error(span, format!("`{}` is not the name of an argument", brief(name)));
    if name.starts_with('{') {
        let help = "templates of other tools mean nothing here; declare an argument under `args`, and write `${NAME}`";
        return Some(found.with_help(help));
    }
    let start = name.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or_default();
    let is_shell = is_name(start)
        && name.strip_prefix(start).is_some_and(|rest| rest.starts_with(['-', ':', '?', '+', '#', '%', '/']));
    Some(found.with_help(if is_shell {
        format!(
            "of a shell's forms there is `${{{start}:-default}}` alone; `$$` is a dollar sign that a shell is to see"
        )
    } else {
        "write `${NAME}` or `${NAME:-default}`, or `$$` for a dollar sign".to_owned()
    }))
}

/// Whether the text is the name of an argument: letters, digits and underscores, not starting with a digit.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
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
    fn names_without_braces_are_known() {
        let bare = |text| Template::parse(text, Span::START).unwrap().bare_name().map(str::to_owned);
        assert_eq!(bare("a:$PATH:$HOME").as_deref(), Some("PATH"));
        for text in ["$$PATH", "${PATH}", "$", "$1", "5 $", "$(pwd)", ""] {
            assert_eq!(bare(text), None, "{text}");
        }
    }

    #[test]
    fn commands_are_known() {
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
    fn bad_names_are_refused() {
        insta::assert_snapshot!(eval("${VERSOIN}"), @"f:1:1: `${VERSOIN}` is not a declared argument; did you mean `${VERSION}`?");
        insta::assert_snapshot!(eval("${OTHER:-x}"), @r#"f:1:1: `${OTHER}` is not a declared argument; declare it: `args: { OTHER: "" }`, or put `$$` in place of `$` for the text itself"#);
        insta::assert_snapshot!(eval("${a b}"), @"f:1:1: `a b` is not the name of an argument; write `${NAME}` or `${NAME:-default}`, or `$$` for a dollar sign");
        insta::assert_snapshot!(eval("${VERSION"), @"f:1:1: `${` is not closed by `}`; close it; `$$` is a dollar sign");
    }
}
