//! YAML text to a tree of nodes that know where they stand.
//!
//! The tree is the whole of what the language sees of YAML: scalars as written, sequences, and maps with unique text keys. Anchors, aliases and
//! merge keys are resolved here, within budgets, so that a hostile file costs no more time or memory than a long one.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle};

use crate::{Diagnostic, FileId, Position, SourceFile, Span, Spanned};

/// Nodes that all files of a spec may have together, aliases counted as often as they are used.
pub(crate) const MAX_NODES: usize = 200_000;
/// How deep collections may stand inside each other.
const MAX_DEPTH: usize = 64;

/// A value in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Where it is written; for an aliased node the place of its anchor.
    pub span: Span,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Text without quotes: a string, number, boolean or null, depending on who asks.
    Plain(String),
    /// Text in quotes or a block: always a string.
    Quoted(String),
    /// A list.
    Sequence(Vec<Node>),
    /// A map with unique keys.
    Map(Vec<Entry>),
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
    /// Whether this is YAML's null: `~`, `null`, or nothing at all.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Plain(text) if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// How many values there are in it, itself included.
    #[must_use]
    pub fn count(&self) -> usize {
        match &self.kind {
            Kind::Plain(_) | Kind::Quoted(_) => 1,
            Kind::Sequence(items) => items.iter().map(Self::count).sum::<usize>() + 1,
            Kind::Map(entries) => entries.iter().map(|entry| entry.value.count()).sum::<usize>() + 1,
        }
    }

    /// A few words for messages: what was found here.
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            _ if self.is_null() => "nothing",
            Kind::Plain(text) if matches!(text.as_str(), "true" | "false") => "a boolean",
            Kind::Plain(text) if text.parse::<f64>().is_ok() => "a number",
            Kind::Plain(_) | Kind::Quoted(_) => "a string",
            Kind::Sequence(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }
}

/// A small text as JSON, for examples in documentation: plain scalars are numbers and booleans where they look like them.
pub(crate) fn to_json(text: &str) -> Option<serde_json::Value> {
    let mut sources = crate::Sources::default();
    let id = sources.add("", text.as_bytes().to_vec()).ok()?;
    Some(parse(sources.get(id)?).ok()?.to_json())
}

impl Node {
    /// The node as JSON: what is not in quotes is a number, a boolean or null where it looks like one.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.kind {
            Kind::Quoted(text) => text.as_str().into(),
            Kind::Plain(_) if self.is_null() => serde_json::Value::Null,
            Kind::Plain(text) => match text.parse::<serde_json::Number>() {
                Ok(number) => number.into(),
                Err(_) if text == "true" => true.into(),
                Err(_) if text == "false" => false.into(),
                Err(_) => text.as_str().into(),
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

/// A collection that is still open, and the anchor it carries (0 for none).
enum Open {
    Sequence(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<Spanned<String>> },
}

struct Frame {
    open: Open,
    start: Span,
    anchor: usize,
    nodes_before: usize,
}

#[derive(Default)]
struct Builder {
    file: FileId,
    stack: Vec<Frame>,
    /// Anchor id → the node and how many nodes it holds.
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    max_nodes: usize,
    root: Option<Node>,
}

/// Reads one YAML document.
///
/// # Errors
/// What is wrong with the text as YAML, or which budget it exceeds.
pub fn parse(source: &SourceFile) -> Result<Node, Diagnostic> {
    parse_within(source, &mut MAX_NODES.clone())
}

/// Reads one YAML document that may have so many nodes, and takes off those that it has.
pub(crate) fn parse_within(source: &SourceFile, nodes_left: &mut usize) -> Result<Node, Diagnostic> {
    let file = source.id();
    let mut builder = Builder { file, max_nodes: *nodes_left, ..Builder::default() };
    let mut parser = Parser::new_from_str(source.text());
    let mut documents = 0;
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            let at = position(error.marker());
            syntax_error(Span { file, start: at, end: at }, error.info(), source.text())
        })?;
        let span = Span { file, start: position(&span.start), end: position(&span.end) };
        match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(Diagnostic::error(
                        span,
                        "a second YAML document starts here; a Slipway file is one document",
                    )
                    .with_help("delete the `---` line, or split the file"));
                }
            }
            Event::StreamEnd => break,
            Event::Scalar(text, style, anchor, _) => {
                let span = match style {
                    ScalarStyle::Literal | ScalarStyle::Folded => without_next_line(span),
                    _ => span,
                };
                let kind = match style {
                    ScalarStyle::Plain => Kind::Plain(text.into_owned()),
                    _ => Kind::Quoted(text.into_owned()),
                };
                builder.count(1, span)?;
                builder.place(Node { kind, span }, anchor, 1)?;
            }
            Event::Alias(anchor) => {
                let (node, nodes) = builder.anchors.get(&anchor).cloned().ok_or_else(|| {
                    Diagnostic::error(span, "this alias stands inside the node that it names")
                        .with_help("write the value out")
                })?;
                builder.count(nodes, span)?;
                builder.place(node, 0, nodes)?;
            }
            Event::SequenceStart(anchor, _) => {
                builder.open(Open::Sequence(Vec::new()), span, anchor)?;
            }
            Event::MappingStart(anchor, _) => {
                let open = Open::Map { entries: Vec::new(), key: None };
                builder.open(open, span, anchor)?;
            }
            Event::SequenceEnd | Event::MappingEnd => builder.close(span)?,
            Event::Nothing | Event::StreamStart | Event::DocumentEnd => {}
        }
    }
    *nodes_left = nodes_left.saturating_sub(builder.nodes);
    match builder.root {
        Some(root) if !root.is_null() => Ok(root),
        _ => Err(Diagnostic::error(Span::start_of(file), "this file holds no YAML")
            .with_help("start with `images:`, for example `images: { api: { go: ./cmd/api } }`")),
    }
}

fn position(marker: &saphyr_parser::Marker) -> Position {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Position { line: count(marker.line()).max(1), column: count(marker.col()).saturating_add(1) }
}

/// The parser says that a block of text ends where the next line begins, which would make that line a part of every excerpt.
fn without_next_line(span: Span) -> Span {
    let Position { line, column } = span.start;
    let last = span.end.line.saturating_sub(1);
    if last < line { span } else { Span { end: Position { line: last, column }, ..span } }
}

/// The parser's words, with a better hint where the cause is a common one.
fn syntax_error(span: Span, info: &str, text: &str) -> Diagnostic {
    let line = usize::try_from(span.start.line).unwrap_or(1).saturating_sub(1);
    let indented_by_tab =
        text.lines().skip(line.saturating_sub(1)).take(2).any(|line| line.trim_start_matches(' ').starts_with('\t'));
    let help = if indented_by_tab {
        "indent with spaces; YAML does not allow tabs there"
    } else {
        "check the indentation, the colons and the quotes around this place"
    };
    Diagnostic::error(span, format!("this is not valid YAML: {info}")).with_help(help)
}

impl Builder {
    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Diagnostic> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > self.max_nodes {
            return Err(Diagnostic::error(
                span,
                format!("this spec has more than {MAX_NODES} values, aliases counted as often as they are used"),
            )
            .with_help("split the file, or use fewer aliases"));
        }
        Ok(())
    }

    fn open(&mut self, open: Open, start: Span, anchor: usize) -> Result<(), Diagnostic> {
        if self.stack.len() >= MAX_DEPTH {
            return Err(Diagnostic::error(start, format!("values are nested more than {MAX_DEPTH} deep here")));
        }
        self.count(1, start)?;
        if let Some(Frame { open: Open::Map { key: None, .. }, .. }) = self.stack.last() {
            return Err(Diagnostic::error(start, "a key must be plain text"));
        }
        self.stack.push(Frame { open, start, anchor, nodes_before: self.nodes - 1 });
        Ok(())
    }

    fn close(&mut self, end: Span) -> Result<(), Diagnostic> {
        let Some(frame) = self.stack.pop() else {
            return Ok(());
        };
        let (kind, last) = match frame.open {
            Open::Sequence(items) => {
                let last = items.last().map(|item| item.span);
                (Kind::Sequence(items), last)
            }
            Open::Map { entries, .. } => {
                let last = entries.last().map(|entry| entry.key.span.to(entry.value.span));
                (Kind::Map(merge_keys(entries)?), last)
            }
        };
        // Block collections end where their last value ends; the parser reports the place of the next token.
        let end = if end.start == end.end { last.unwrap_or(frame.start) } else { end };
        let node =
            Node { kind, span: Span { file: self.file, start: frame.start.start, end: end.end.max(frame.start.end) } };
        let nodes = self.nodes - frame.nodes_before;
        self.place(node, frame.anchor, nodes)
    }

    fn place(&mut self, node: Node, anchor: usize, nodes: usize) -> Result<(), Diagnostic> {
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), nodes));
        }
        match self.stack.last_mut().map(|frame| &mut frame.open) {
            None => self.root = Some(node),
            Some(Open::Sequence(items)) => items.push(node),
            Some(Open::Map { entries, key }) => match key.take() {
                Some(key) => entries.push(Entry { key, value: node }),
                None => {
                    let (Kind::Plain(text) | Kind::Quoted(text)) = node.kind else {
                        return Err(Diagnostic::error(node.span, "a key must be plain text"));
                    };
                    *key = Some(Spanned::new(text, node.span));
                }
            },
        }
        Ok(())
    }
}

/// Lays the maps named by `<<` under the keys written here, and refuses keys written twice.
fn merge_keys(entries: Vec<Entry>) -> Result<Vec<Entry>, Diagnostic> {
    let mut seen: HashMap<String, Span> = HashMap::with_capacity(entries.len());
    for Entry { key, .. } in &entries {
        if let Some(first) = seen.insert(key.value.clone(), key.span) {
            return Err(Diagnostic::error(key.span, format!("the key `{}` stands here twice", key.value))
                .with_label(first, "the first one")
                .with_help("keep one of the two"));
        }
    }
    if !seen.contains_key("<<") {
        return Ok(entries);
    }
    let mut own = Vec::with_capacity(entries.len());
    let mut merged: Vec<Entry> = Vec::new();
    for entry in entries {
        if entry.key.value != "<<" {
            own.push(entry);
            continue;
        }
        let maps = match entry.value.kind {
            Kind::Sequence(items) => items,
            _ => vec![entry.value],
        };
        for map in maps {
            let Kind::Map(inner) = map.kind else {
                return Err(Diagnostic::error(map.span, "`<<` takes a map, or a list of maps")
                    .with_help("name one with an alias, such as `<<: *defaults`"));
            };
            for entry in inner {
                if seen.insert(entry.key.value.clone(), entry.key.span).is_none() {
                    merged.push(entry);
                }
            }
        }
    }
    own.extend(merged);
    Ok(own)
}
