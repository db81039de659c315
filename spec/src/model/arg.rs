//! Arguments: what `--build-arg` may set.

use crate::decode::{Context, Decode, Fields};
use crate::yaml::{Kind, Node};
use crate::{Diagnostic, Spanned};

/// An argument of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arg {
    /// Its value when the command line gives none.
    pub default: Option<Spanned<String>>,
    /// What it is for.
    pub description: Option<String>,
    /// The only values it may have; empty for any.
    pub values: Vec<String>,
    /// Whether the command line must give it.
    pub required: bool,
}

impl Decode for Arg {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if !matches!(node.kind, Kind::Map(_)) {
            return Some(Self { default: Some(Spanned::decode(node, cx)?), ..Self::default() });
        }
        let mut fields = Fields::open(node, "an argument", cx)?;
        let arg = Self {
            default: fields.optional("default", cx),
            description: fields.optional("description", cx),
            values: fields.or_default("enum", cx),
            required: fields.or_default("required", cx),
        };
        fields.finish(cx);
        if let Some(default) = &arg.default
            && !arg.values.is_empty()
            && !arg.values.contains(default)
        {
            cx.report(
                Diagnostic::error(default.span, format!("the default `{}` is not among `enum`", default.value))
                    .with_help_if(Diagnostic::suggestion(default, arg.values.iter().map(String::as_str), "it may be")),
            );
        }
        Some(arg)
    }
}
