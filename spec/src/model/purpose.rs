//! What an image is for: variants with the names `dev` and `debug` are for development and for a debugger.

use serde_json::{Value, json};

use crate::decode::{Context, Decode, Schemas, text};
use crate::yaml::{Entry, Kind, Node};
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
    /// The purpose of an image with these keys, if it is a variant with this name, and if its language has images for
    /// development.
    pub(super) fn of(
        inspect: Option<&Spanned<Inspect>>,
        develop: Option<&Spanned<bool>>,
        (variant, can_develop): (Option<&Spanned<String>>, bool),
    ) -> Option<Self> {
        let explicit = |kind, span| Some(Self { kind, span, is_explicit: true });
        let named = |kind, name: &Spanned<String>| Some(Self { kind, span: name.span, is_explicit: false });
        let debug = match inspect {
            Some(Spanned { value: Inspect::Yes, span }) => explicit(PurposeKind::Debug(None), *span),
            Some(Spanned { value: Inspect::Port(port), span }) => explicit(PurposeKind::Debug(Some(*port)), *span),
            Some(Spanned { value: Inspect::No, .. }) | None => None,
        };
        let develops = match (develop, variant) {
            (Some(develop), _) if develop.value => explicit(PurposeKind::Develop, develop.span),
            (None, Some(name)) if name.value == DEV => named(PurposeKind::Develop, name),
            _ => None,
        };
        match (develops.filter(|_| can_develop), variant) {
            (Some(develops), _) => Some(develops),
            (None, Some(name)) if name.value == DEBUG && inspect.is_none_or(|key| key.value != Inspect::No) => {
                debug.or_else(|| named(PurposeKind::Debug(None), name))
            }
            _ => debug,
        }
    }
}

/// The name of variants for development.
const DEV: &str = "dev";
/// The name of variants for debugging.
const DEBUG: &str = "debug";

/// Keys that concern only the image that ships.
const NOT_FOR_DEBUGGING: &[&str] = &["budget", "scan"];
/// The same for development: another base, other files, another command, which runs in the folder of the sources.
const NOT_FOR_DEVELOPMENT: &[&str] = &[
    "budget",
    "scan",
    "tests",
    "runtime",
    "compress",
    "platforms",
    "entrypoint",
    "cmd",
    "workdir",
    "inspect",
    "dependencies",
];

/// What a variant inherits from its image, without what only the image that ships can meet. Its own keys are those of
/// `variant`; `can_develop` says whether its language has images for development.
pub(super) fn inherited(name: &str, variant: &Node, mut below: Node, can_develop: bool) -> Node {
    let of = |node: &Node, key: &str| {
        let entries = node.entries().iter();
        entries.rev().find(|entry| entry.key.value == key).map(|entry| text(&entry.value) != Some("false"))
    };
    let develops = can_develop && of(variant, "develop").unwrap_or(name == DEV);
    let debugs = of(variant, "inspect").or_else(|| of(&below, "inspect")).unwrap_or(name == DEBUG);
    let without = match (develops, debugs) {
        (true, _) => NOT_FOR_DEVELOPMENT,
        (false, true) => NOT_FOR_DEBUGGING,
        (false, false) => return below,
    };
    // Another program than that of the image.
    let calls_program = |entry: &Entry| {
        let key = entry.key.value.as_str();
        develops && key == "healthcheck" && entry.value.entries().iter().any(|part| part.key.value == "run")
    };
    // The toolchain has other users than the runtime.
    let names_user = |entry: &Entry| {
        let name = text(&entry.value).filter(|_| develops && entry.key.value == "user").unwrap_or_default();
        name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name.split(':').next() != Some("root")
    };
    let is_kept =
        |entry: &&Entry| !without.contains(&entry.key.value.as_str()) && !calls_program(entry) && !names_user(entry);
    let without_node_env = |entry: &Entry| match (develops, entry.key.value.as_str()) {
        // It would turn off what a development server is for.
        (true, "env") if matches!(entry.value.kind, Kind::Map(_)) => {
            let kept = entry.value.entries().iter().filter(|entry| entry.key.value != "NODE_ENV").cloned().collect();
            Entry { key: entry.key.clone(), value: Node::map(kept, entry.value.span) }
        }
        _ => entry.clone(),
    };
    let kept = below.entries().iter().filter(is_kept).map(without_node_env).collect();
    below = Node { alias: below.alias, ..Node::map(kept, below.span) };
    below
}
