//! What an image is for: variants with the names `dev` and `debug` are for development and for a debugger.

use serde_json::{Value, json};

use crate::decode::{Context, Decode, Schemas, text};
use crate::yaml::{Kind, Node};
use crate::{Diagnostic, Span, Spanned};

/// Whether an image starts its program in a debugger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inspect {
    /// It does not.
    No,
    /// It does, at the usual port of the language.
    Yes,
    /// It does, at this port.
    Port(u16),
}

impl Decode for Inspect {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let plain = text(node).filter(|_| matches!(node.kind, Kind::Plain(_)));
        let found = match plain {
            Some("true") => Some(Self::Yes),
            Some("false") => Some(Self::No),
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().ok().filter(|port| *port > 0).map(Self::Port)
            }
            _ => None,
        };
        if found.is_none() {
            match plain.filter(|text| text.parse::<f64>().is_ok()) {
                Some(number) => cx.report(
                    Diagnostic::error(node.span, format!("`{number}` is not a port"))
                        .with_help("write a number from 1 to 65535, or `true` for the usual port of the language"),
                ),
                None => cx.wrong_type(node, "a port, `true` or `false`"),
            }
        }
        found
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schemas.named("Inspect", |_| {
            json!({
                "description": "A port from 1 to 65535, or `true` for the usual port of the language.",
                "type": ["boolean", "integer"],
                "minimum": 1,
                "maximum": 65535,
            })
        })
    }
}

/// What an image is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purpose {
    /// Its kind.
    pub kind: PurposeKind,
    /// The key, or the name of the variant.
    pub span: Span,
    /// Whether a key says it. Otherwise only the name of a variant does, and images without a program of a language
    /// stay as they are.
    pub is_explicit: bool,
}

/// The purposes of images that do not ship.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PurposeKind {
    /// Its program runs in a debugger, at this port or at the usual one of the language.
    Debug(Option<u16>),
    /// It contains the toolchain and the sources, and a command that starts them again after a change.
    Develop,
}

impl Purpose {
    /// The purpose of an image with these keys, if it is a variant with this name.
    pub(super) fn of(
        inspect: Option<&Spanned<Inspect>>,
        develop: Option<&Spanned<bool>>,
        variant: Option<&Spanned<String>>,
    ) -> Option<Self> {
        let explicit = |kind, span| Some(Self { kind, span, is_explicit: true });
        let debug = match inspect {
            Some(Spanned { value: Inspect::Yes, span }) => explicit(PurposeKind::Debug(None), *span),
            Some(Spanned { value: Inspect::Port(port), span }) => explicit(PurposeKind::Debug(Some(*port)), *span),
            Some(Spanned { value: Inspect::No, .. }) | None => None,
        };
        let develops = develop.filter(|develop| develop.value).and_then(|key| explicit(PurposeKind::Develop, key.span));
        let named = |kind, name: &Spanned<String>| Some(Self { kind, span: name.span, is_explicit: false });
        match variant {
            // The name decides between two keys that the variant inherits.
            Some(name) if name.value == DEV && develop.is_none_or(|key| key.value) => {
                develops.or_else(|| named(PurposeKind::Develop, name))
            }
            Some(name) if name.value == DEBUG && inspect.is_none_or(|key| key.value != Inspect::No) => {
                debug.or_else(|| named(PurposeKind::Debug(None), name))
            }
            _ => debug.or(develops),
        }
    }
}

/// The name of variants for development.
const DEV: &str = "dev";
/// The name of variants for debugging.
const DEBUG: &str = "debug";

/// Keys that concern only the image that ships.
const NOT_FOR_DEBUGGING: &[&str] = &["budget", "scan"];

/// What a variant inherits from its image, without limits that the variant cannot meet. Its own keys are those of
/// `variant`.
pub(super) fn inherited(name: &str, variant: &Node, mut below: Node) -> Node {
    let of = |node: &Node, key: &str| {
        let entries = node.entries().iter();
        entries.rev().find(|entry| entry.key.value == key).map(|entry| text(&entry.value) != Some("false"))
    };
    let debugs = of(variant, "inspect").or_else(|| of(&below, "inspect")).unwrap_or(name == DEBUG);
    if debugs {
        let own = below.entries().iter().filter(|entry| !NOT_FOR_DEBUGGING.contains(&entry.key.value.as_str()));
        below = Node { alias: below.alias, ..Node::map(own.cloned().collect(), below.span) };
    }
    below
}
