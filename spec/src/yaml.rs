//! YAML text to a tree of nodes that know where they stand.
//!
//! The tree is the whole of what the language sees of YAML: scalars as written, sequences, and maps with unique text
//! keys. Anchors, aliases and merge keys are resolved in `read`, within budgets; nodes share what they hold, so that an
//! alias costs nothing but the time to read it again.

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
    /// Where it is written; for an aliased node the place of its anchor.
    pub span: Span,
    /// The alias that brought it here, where one did.
    pub alias: Option<Span>,
    /// The column of its text; 0 where the text does not stand in the file as it is.
    pub(crate) text_column: u32,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Text without quotes: a string, number, boolean or null, depending on who asks.
    Plain(Arc<str>),
    /// Text in quotes or a block: always a string.
    Quoted(Arc<str>),
    /// A list.
    Sequence(Arc<Vec<Node>>),
    /// A map with unique keys.
    Map(Arc<Vec<Entry>>),
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key as written, and where.
    pub key: Spanned<String>,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// A node that is written at a place.
    pub(crate) fn new(kind: Kind, span: Span) -> Self {
        Self { kind, span, alias: None, text_column: 0 }
    }

    /// A map that stands at a place.
    pub(crate) fn map(entries: Vec<Entry>, span: Span) -> Self {
        Self::new(Kind::Map(Arc::new(entries)), span)
    }

    /// Whether this is YAML's null: `~`, `null`, or nothing at all.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Plain(text) if matches!(&**text, "" | "~" | "null" | "Null" | "NULL"))
    }

    /// How much there is in it: its values and theirs, long text counting for several.
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

    /// The node as YAML of one line; `None` where there is too much in it for that, or nothing.
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

    /// The value behind a key of a map.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }

    /// The entries of a map; none for anything else.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            Kind::Plain(_) | Kind::Quoted(_) | Kind::Sequence(_) => &[],
        }
    }

    /// Where the first character of its text stands, if the text stands in the file as it is: on one line, and without
    /// escapes.
    pub(crate) fn text_start(&self) -> Option<Position> {
        (self.text_column > 0).then_some(Position { column: self.text_column, ..self.span.start })
    }

    /// A few words for messages: what was found here.
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

    /// The node as JSON: what is not in quotes is a number, a boolean or null where it looks like one.
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

/// How much a text counts for in budgets of values: its length counts, and the names in it.
fn text_weight(text: &str) -> usize {
    1 + text.len() / 64 + text.matches("${").count()
}

/// A small text as JSON, for examples in documentation: plain scalars are numbers and booleans where they look like
/// them.
pub(crate) fn to_json(text: &str) -> Option<serde_json::Value> {
    let mut sources = crate::Sources::default();
    let id = sources.add("", text.as_bytes().to_vec()).ok()?;
    Some(parse(sources.get(id)?).ok()?.to_json())
}

/// Whether text without quotes is a number or a word of YAML's, which it stays only without them.
fn is_number(text: &str) -> bool {
    matches!(text, "true" | "false") || text.parse::<f64>().is_ok()
}

/// Text as YAML would have it inside a flow collection: in quotes where it needs them.
pub(crate) fn quoted(text: &str) -> String {
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
