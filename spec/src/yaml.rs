//! YAML text to a tree of nodes with locations.
//!
//! The tree contains the YAML features that the language uses: scalars as written, sequences, and maps with unique text
//! keys. `read` resolves anchors, aliases and merge keys, within budgets. Nodes share their contents, so an alias takes
//! no memory of its own.

mod cursor;
mod read;
mod surprise;
mod syntax;

use std::sync::Arc;

pub use read::parse;
pub(crate) use read::{MAX_NODES, read};
pub(crate) use surprise::odd_spaces;

use crate::{Position, Span, Spanned};

/// A value in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Where it is written; for an aliased node, the location of its anchor.
    pub span: Span,
    /// The alias that refers to it, if any.
    pub alias: Option<Span>,
    /// The column of its text; 0 if the file does not contain the text unchanged.
    pub(crate) text_column: u32,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Unquoted text: a string, number, boolean or null, depending on the expected type.
    Plain(Arc<str>),
    /// Quoted text or a block scalar: always a string.
    Quoted(Arc<str>),
    /// A list.
    Sequence(Arc<Vec<Node>>),
    /// A map with unique keys.
    Map(Arc<Vec<Entry>>),
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key as written, with its location.
    pub key: Spanned<String>,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// A node at a location.
    pub(crate) fn new(kind: Kind, span: Span) -> Self {
        Self { kind, span, alias: None, text_column: 0 }
    }

    /// A map at a location.
    pub(crate) fn map(entries: Vec<Entry>, span: Span) -> Self {
        Self::new(Kind::Map(Arc::new(entries)), span)
    }

    /// Whether this is a YAML null: `~`, `null`, or nothing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Plain(text) if matches!(&**text, "" | "~" | "null" | "Null" | "NULL"))
    }

    /// The weight of the node: the number of its values and theirs; long text counts several times.
    #[must_use]
    pub fn weight(&self) -> usize {
        match &self.kind {
            Kind::Plain(text) | Kind::Quoted(text) => text_weight(text),
            Kind::Sequence(items) => items.iter().map(Self::weight).sum::<usize>() + 1,
            Kind::Map(entries) => {
                entries.iter().map(|entry| text_weight(&entry.key) + entry.value.weight()).sum::<usize>() + 1
            }
        }
    }

    /// The node as one line of YAML; `None` if it is empty or too large.
    pub(crate) fn flow(&self) -> Option<String> {
        const MAX_WEIGHT: usize = 40;
        (self.weight() <= MAX_WEIGHT).then(|| self.written()).flatten()
    }

    fn written(&self) -> Option<String> {
        match &self.kind {
            _ if self.is_null() => None,
            Kind::Plain(text) if is_number(text) => Some(text.to_string()),
            Kind::Plain(text) | Kind::Quoted(text) => Some(quoted(text)),
            Kind::Sequence(items) => {
                let items: Vec<_> = items.iter().map(Self::written).collect::<Option<_>>()?;
                Some(format!("[{}]", items.join(", ")))
            }
            Kind::Map(entries) if entries.is_empty() => Some("{}".to_owned()),
            Kind::Map(entries) => {
                let pair = |entry: &Entry| Some(format!("{}: {}", quoted(&entry.key), entry.value.written()?));
                let pairs: Vec<_> = entries.iter().map(pair).collect::<Option<_>>()?;
                Some(format!("{{ {} }}", pairs.join(", ")))
            }
        }
    }

    /// The text of a scalar; `None` for anything else, and for null.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match &self.kind {
            Kind::Plain(text) | Kind::Quoted(text) if !self.is_null() => Some(text.to_string()),
            _ => None,
        }
    }

    /// The value of a key of a map.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }

    /// The entries of a map; none for anything else.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            Kind::Plain(_) | Kind::Quoted(_) | Kind::Sequence(_) => &[],
        }
    }

    /// The location of the first character of its text, if the file contains the text unchanged: on one line, without
    /// escapes.
    pub(crate) fn text_start(&self) -> Option<Position> {
        (self.text_column > 0).then_some(Position { column: self.text_column, ..self.span.start })
    }

    /// A short description for messages.
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            _ if self.is_null() => "nothing",
            Kind::Plain(text) if matches!(&**text, "true" | "false") => "a boolean",
            Kind::Plain(text) if text.parse::<f64>().is_ok() => "a number",
            Kind::Plain(_) | Kind::Quoted(_) => "a string",
            Kind::Sequence(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }

    /// The node as JSON: unquoted text becomes a number, a boolean or null if it looks like one.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.kind {
            Kind::Quoted(text) => (**text).into(),
            Kind::Plain(_) if self.is_null() => serde_json::Value::Null,
            Kind::Plain(text) => match text.parse::<serde_json::Number>() {
                Ok(number) => number.into(),
                Err(_) if &**text == "true" => true.into(),
                Err(_) if &**text == "false" => false.into(),
                Err(_) => (**text).into(),
            },
            Kind::Sequence(items) => items.iter().map(Self::to_json).collect(),
            Kind::Map(entries) => {
                let map: serde_json::Map<_, _> =
                    entries.iter().map(|entry| (entry.key.value.clone(), entry.value.to_json())).collect();
                map.into()
            }
        }
    }
}

/// The weight of a text in budgets of values: its length and the names in it count.
fn text_weight(text: &str) -> usize {
    1 + text.len() / 64 + text.matches("${").count()
}

/// A short text as JSON, for examples in documentation: plain scalars become numbers and booleans if they look like
/// them.
pub(crate) fn to_json(text: &str) -> Option<serde_json::Value> {
    let mut sources = crate::Sources::default();
    let id = sources.add("", text.as_bytes().to_vec()).ok()?;
    Some(parse(sources.get(id)?).ok()?.to_json())
}

/// Whether unquoted text is a number or a YAML keyword, and needs quotes to be text.
fn is_number(text: &str) -> bool {
    matches!(text, "true" | "false") || text.parse::<f64>().is_ok()
}

/// Text as a YAML flow scalar, quoted if necessary.
#[must_use]
pub fn quoted(text: &str) -> String {
    let first_is_special = text.starts_with(|c: char| "!&*|>@`%'\"#,[]{} ".contains(c))
        || matches!(text.as_bytes(), [b'-' | b'?' | b':'] | [b'-' | b'?' | b':', b' ', ..]);
    let looks_special = text.is_empty()
        || text.ends_with([' ', ':'])
        || text.contains([',', '[', ']', '{', '}', '"', '\n'])
        || text.contains(": ")
        || text.contains(" #")
        || matches!(text, "true" | "false" | "null" | "~")
        || text.parse::<f64>().is_ok();
    if looks_special || first_is_special { serde_json::Value::from(text).to_string() } else { text.to_owned() }
}
