//! Nodes to typed values: strict about keys and types, and going on after an error so that one run reports them all.
//!
//! A type says how it is read by [`Decode`]; a map is read through [`Fields`], which knows from the reading itself which keys exist, so the list of
//! known keys behind "did you mean" cannot drift from the code.

use crate::diagnostic::closest;
use crate::yaml::{Entry, Kind, Node};
use crate::{Diagnostic, Map, Span, Spanned, Template};

/// Collects what is found wrong while a file is read.
#[derive(Debug, Default)]
pub struct Context {
    diagnostics: Vec<Diagnostic>,
}

impl Context {
    /// Notes a finding.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Notes that a value is of the wrong type.
    pub fn wrong_type(&mut self, node: &Node, expected: &str) {
        let diagnostic = if node.is_null() {
            Diagnostic::error(node.span, format!("expected {expected}, found nothing"))
                .with_help("give the key a value, or delete it")
        } else {
            Diagnostic::error(node.span, format!("expected {expected}, found {}", node.describe()))
        };
        self.report(diagnostic);
    }

    /// Notes that a key has no value: there is no null in the language.
    fn no_value(&mut self, key: &Spanned<String>) {
        self.report(
            Diagnostic::error(key.span, format!("`{}` has no value", key.value))
                .with_help("give it a value, or delete the key"),
        );
    }

    /// Whether nothing was found so far.
    pub(crate) fn is_clean(&self) -> bool {
        self.diagnostics.is_empty()
    }

    pub(crate) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }
}

/// How a type is read from a node.
pub trait Decode: Sized {
    /// Reads the node; `None` after at least one finding was reported.
    fn decode(node: &Node, cx: &mut Context) -> Option<Self>;
}

/// Text as written. Numbers and booleans without quotes are text too: nothing is lost, since they are kept as they stand.
pub(crate) fn text(node: &Node) -> Option<&str> {
    match &node.kind {
        Kind::Quoted(text) => Some(text),
        Kind::Plain(text) if !node.is_null() => Some(text),
        _ => None,
    }
}

impl Decode for String {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let text = text(node);
        if text.is_none() {
            cx.wrong_type(node, "a string");
        }
        text.map(str::to_owned)
    }
}

impl Decode for Template {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let Some(text) = text(node) else {
            cx.wrong_type(node, "a string");
            return None;
        };
        match Template::parse(text, node.span) {
            Ok(template) => Some(template),
            Err(diagnostic) => {
                cx.report(diagnostic);
                None
            }
        }
    }
}

impl Decode for bool {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        match &node.kind {
            Kind::Plain(text) if text == "true" => Some(true),
            Kind::Plain(text) if text == "false" => Some(false),
            _ => {
                cx.wrong_type(node, "`true` or `false`");
                None
            }
        }
    }
}

impl<T: Decode> Decode for Spanned<T> {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        T::decode(node, cx).map(|value| Spanned::new(value, node.span))
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let Kind::Sequence(items) = &node.kind else {
            cx.wrong_type(node, "a list");
            if let Some(text) = text(node)
                && let Some(last) = cx.diagnostics.last_mut()
            {
                let words: Vec<_> = text.split_whitespace().collect();
                last.help = Some(format!("write `[{}]`", words.join(", ")));
            }
            return None;
        };
        // Every item is read, so that every wrong one is reported.
        let read: Vec<_> = items.iter().map(|item| T::decode(item, cx)).collect();
        read.into_iter().collect()
    }
}

impl<T: Decode> Decode for Map<T> {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else {
            cx.wrong_type(node, "a map");
            return None;
        };
        // An entry that cannot be read is left out: the finding it caused keeps the map from being used.
        Some(
            entries
                .iter()
                .filter_map(|Entry { key, value }| {
                    if value.is_null() {
                        cx.no_value(key);
                        return None;
                    }
                    T::decode(value, cx).map(|value| (key.clone(), value))
                })
                .collect(),
        )
    }
}

/// The keys of a map that is being read.
pub struct Fields<'a> {
    entries: &'a [Entry],
    /// Where the map stands.
    pub span: Span,
    noun: &'static str,
    known: Vec<&'static str>,
    /// Keys that a later release will carry out.
    later: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Starts to read a map; `noun` names it in messages ("an image").
    pub fn open(node: &'a Node, noun: &'static str, cx: &mut Context) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else {
            cx.wrong_type(node, &format!("{noun} (a map)"));
            return None;
        };
        Some(Self { entries, span: node.span, noun, known: Vec::new(), later: Vec::new() })
    }

    /// The key and value behind a name, which counts as known from now on.
    pub fn entry(&mut self, key: &'static str) -> Option<&'a Entry> {
        self.known.push(key);
        self.find(key)
    }

    /// The key and value behind a name, whether it is known or not.
    pub fn find(&self, key: &str) -> Option<&'a Entry> {
        self.entries.iter().find(|entry| entry.key.value == key)
    }

    /// Reads an optional key.
    pub fn optional<T: Decode>(&mut self, key: &'static str, cx: &mut Context) -> Option<T> {
        let entry = self.entry(key)?;
        if entry.value.is_null() {
            cx.no_value(&entry.key);
            return None;
        }
        T::decode(&entry.value, cx)
    }

    /// Reads an optional key whose absence is the type's default.
    pub fn or_default<T: Decode + Default>(&mut self, key: &'static str, cx: &mut Context) -> T {
        self.optional(key, cx).unwrap_or_default()
    }

    /// Keys of the language that this release does not carry out yet: they are refused, never ignored.
    pub fn not_yet(&mut self, keys: &[&'static str], cx: &mut Context) {
        for key in keys {
            self.later.push(key);
            if let Some(entry) = self.find(key) {
                cx.report(
                    Diagnostic::error(
                        entry.key.span,
                        format!(
                            "`{key}` is part of the language, but this release of Slipway does not carry it out yet"
                        ),
                    )
                    .with_help("delete the key, or use a newer release"),
                );
            }
        }
    }

    /// Ends the reading: every key that was not asked for is an error, except `x-…`.
    pub fn finish(self, cx: &mut Context) {
        for Entry { key, .. } in self.entries {
            let mut every = self.known.iter().chain(&self.later).copied();
            if every.clone().any(|known| known == key.value) || key.value.starts_with("x-") {
                continue;
            }
            let help = match closest(&key.value, every.by_ref()) {
                Some(close) => format!("did you mean `{close}`?"),
                None => {
                    let mut known = self.known.clone();
                    known.sort_unstable();
                    known.dedup();
                    format!("it may have {}", known.join(", "))
                }
            };
            cx.report(
                Diagnostic::error(key.span, format!("unknown key `{}` in {}", key.value, self.noun)).with_help(help),
            );
        }
    }
}
