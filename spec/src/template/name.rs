//! Names of arguments.

use slipway_diagnostic::{brief, closest};

use crate::{Diagnostic, Span};

/// An undeclared name.
pub(crate) fn undeclared(name: &str, span: Span, known: Vec<&str>) -> Diagnostic {
    let name = brief(name);
    let close = closest(&name, known);
    Diagnostic::error(span, format!("the argument `{name}` is not declared")).with_help(match close {
        Some(close) => format!("did you mean `${{{close}}}`?"),
        None => format!("declare it: `args: {{ {name}: \"\" }}`; for literal text, use `$$` instead of `$`"),
    })
}

/// What is wrong with an invalid name.
pub(super) fn no_name(name: &str, span: Span) -> Option<Diagnostic> {
    if is_name(name) {
        return None;
    }
    let found = Diagnostic::error(span, format!("`{}` is not a valid name for an argument", brief(name)));
    if name.starts_with('{') {
        let help = "templates of other tools do not work here; declare an argument under `args`, and write `${NAME}`";
        return Some(found.with_help(help));
    }
    let start = name.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or_default();
    let is_shell = is_name(start)
        && name.strip_prefix(start).is_some_and(|rest| rest.starts_with(['-', ':', '?', '+', '#', '%', '/']));
    Some(found.with_help(if is_shell {
        format!(
            "only the shell form `${{{start}:-default}}` is supported; for a dollar sign that a shell expands, use `$$`"
        )
    } else {
        "write `${NAME}` or `${NAME:-default}`; for a literal dollar sign, use `$$`".to_owned()
    }))
}

/// Whether the text is a valid name for an argument: letters, digits and underscores, not starting with a digit.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
