//! Nodes to typed values. Decoding is strict about keys and types, and continues after an error to report all errors in
//! one run.
//!
//! A type defines with [`Decode`] how it is read and its JSON Schema. Maps with fixed keys are declared with `record!`,
//! words with `words!`. The type, its decoder, suggestions for keys, its schema and its reference page come from one
//! declaration and always agree.

mod context;
pub(crate) mod convert;
pub(crate) mod dockerfile;
mod fields;
mod foreign;
pub(crate) mod hint;
mod names;
mod preset_words;
#[macro_use]
mod record;
mod references;
pub(crate) mod schema;
mod shelf;
mod type_hint;
#[macro_use]
mod words;

pub use context::Context;
pub(crate) use dockerfile::instruction_hint;
pub use fields::Fields;
pub(crate) use fields::foreign_help;
pub use names::{Name, Names, PLATFORM_ARGS};
pub(crate) use preset_words::PRESETS;
pub use schema::{Property, Schemas};
pub(crate) use words::decode_word;

use serde_json::{Value, json};

use crate::yaml::{Entry, Kind, Node};
use crate::{Diagnostic, Map, Span, Spanned, Template};
use slipway_diagnostic::brief;

/// How a type is decoded from a node.
pub trait Decode: Sized {
    /// Decodes the node; `None` after at least one finding was reported.
    fn decode(node: &Node, cx: &mut Context) -> Option<Self>;

    /// Decodes it as the value of a name in a map; for types that report errors about names.
    fn decode_entry(entry: &Entry, cx: &mut Context) -> Option<Self> {
        cx.inside(&entry.value, |cx| Self::decode(&entry.value, cx))
    }

    /// The value if the key is absent; `None` if the key is required.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }

    /// The value to write for a name in a map that has none, if it may be empty.
    #[must_use]
    fn empty_form() -> Option<&'static str> {
        None
    }

    /// The JSON Schema of the input of [`Decode::decode`].
    fn schema(schemas: &mut Schemas) -> Value;
}

/// Text as written. Unquoted numbers and booleans are also text, with all their characters.
pub(crate) fn text(node: &Node) -> Option<&str> {
    match &node.kind {
        Kind::Quoted(text) => Some(text),
        Kind::Plain(text) if !node.is_null() => Some(text),
        _ => None,
    }
}

/// The word that takes back what is inherited.
pub(crate) const NONE: &str = "none";

/// Whether a value takes back what is inherited.
pub(crate) fn is_none(node: &Node) -> bool {
    text(node) == Some(NONE)
}

impl Decode for String {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let Some(text) = text(node) else {
            cx.wrong_type(node, "a string");
            return None;
        };
        is_plain(text, node.span, cx).then(|| text.to_owned())
    }

    fn schema(_: &mut Schemas) -> Value {
        schema::text()
    }
}

/// Checks that literal text contains no argument; otherwise the author expects it to be replaced.
fn is_plain(text: &str, span: Span, cx: &mut Context) -> bool {
    let is_plain = !text.contains("${");
    if !is_plain {
        let what = format!("`{}` is literal text: `${{…}}` is not replaced here", brief(text));
        cx.report(Diagnostic::error(span, what).with_help("write the value itself"));
    }
    is_plain
}

impl Decode for Template {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let Some(text) = text(node) else {
            cx.wrong_type(node, "a string");
            return None;
        };
        cx.template(text, node.span, node.text_start())
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::template(schemas)
    }
}

impl Decode for bool {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        match &node.kind {
            Kind::Plain(text) if &**text == "true" => Some(true),
            Kind::Plain(text) if &**text == "false" => Some(false),
            _ => {
                cx.wrong_type(node, "`true` or `false`");
                None
            }
        }
    }

    fn absent() -> Option<Self> {
        Some(false)
    }

    fn schema(_: &mut Schemas) -> Value {
        json!({ "type": "boolean" })
    }
}

impl Decode for u32 {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let written = text(node).filter(|_| matches!(node.kind, Kind::Plain(_)));
        let number =
            written.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit())).and_then(|text| text.parse().ok());
        if number.is_none() {
            match written.filter(|text| text.parse::<f64>().is_ok()) {
                Some(number) => cx.report(
                    Diagnostic::error(node.span, format!("expected a whole number, found {number}"))
                        .with_help(format!("write a number from 0 to {}, without sign and fraction", Self::MAX)),
                ),
                None => cx.wrong_type(node, "a whole number"),
            }
        }
        number
    }

    fn schema(_: &mut Schemas) -> Value {
        json!({ "type": "integer", "minimum": 0, "maximum": Self::MAX })
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        T::decode(node, cx).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn schema(schemas: &mut Schemas) -> Value {
        T::schema(schemas)
    }
}

impl<T: Decode> Decode for Spanned<T> {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        T::decode(node, cx).map(|value| Spanned::new(value, node.span))
    }

    fn absent() -> Option<Self> {
        None
    }

    fn schema(schemas: &mut Schemas) -> Value {
        T::schema(schemas)
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let Kind::Sequence(items) = &node.kind else {
            cx.wrong_type(node, "a list");
            return None;
        };
        // Every item is decoded, to report every error.
        let read: Vec<_> = items.iter().map(|item| cx.inside(item, |cx| T::decode(item, cx))).collect();
        read.into_iter().collect()
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn schema(schemas: &mut Schemas) -> Value {
        json!({ "type": "array", "items": T::schema(schemas) })
    }
}

impl<T: Decode> Decode for Map<T> {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else {
            match T::empty_form() {
                Some(form) => cx.wrong_type_of_map(node, form),
                None => cx.wrong_type(node, "a map"),
            }
            return None;
        };
        // An invalid entry is omitted: the finding prevents the use of the map.
        Some(
            entries
                .iter()
                .filter_map(|entry| {
                    if entry.value.is_null() {
                        match T::empty_form() {
                            Some(form) => cx.no_value_but(&entry.key, form),
                            None => cx.no_value(&entry.key),
                        }
                        return None;
                    }
                    is_plain(&entry.key.value, entry.key.span, cx);
                    T::decode_entry(entry, cx).map(|value| (entry.key.clone(), value))
                })
                .collect(),
        )
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn schema(schemas: &mut Schemas) -> Value {
        json!({ "type": "object", "additionalProperties": T::schema(schemas), "propertyNames": { "pattern": schema::PLAIN } })
    }
}
