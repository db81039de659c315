//! The events of a YAML parser to a tree, with anchors, aliases and merge keys resolved.

use std::collections::HashMap;
use std::sync::Arc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};

use super::cursor::Cursor;
use super::{Entry, Kind, Node, surprise, syntax, text_weight};
use crate::{Diagnostic, FileId, Position, SourceFile, Span, Spanned, visible};

/// The maximum number of values in all files of a spec. Aliased values count each time they are used, and long text
/// counts several times.
pub(crate) const MAX_NODES: usize = 120_000;
/// The maximum nesting depth of collections.
const MAX_DEPTH: usize = 64;

/// A collection that is still open.
enum Open {
    Sequence(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<Spanned<String>> },
}

struct Frame {
    open: Open,
    start: Span,
    /// Its anchor, or 0.
    anchor: usize,
    nodes_before: usize,
}

struct Builder<'a> {
    file: FileId,
    stack: Vec<Frame>,
    /// Anchor id → the node and its weight.
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    max_nodes: usize,
    root: Option<Node>,
    /// Findings that do not prevent reading the rest.
    found: &'a mut Vec<Diagnostic>,
}

/// Reads one YAML document.
///
/// # Errors
/// A syntax error in the YAML, or an exceeded budget.
pub fn parse(source: &SourceFile) -> Result<Node, Diagnostic> {
    let mut found = Vec::new();
    let root = read(source, &mut { MAX_NODES }, &mut found)?;
    found.into_iter().next().map_or(Ok(root), Err)
}

/// Reads one YAML document and deducts its values from a budget. Findings about single keys are added to `found`.
pub(crate) fn read(
    source: &SourceFile,
    nodes_left: &mut usize,
    found: &mut Vec<Diagnostic>,
) -> Result<Node, Diagnostic> {
    let file = source.id();
    let mut builder = Builder {
        file,
        stack: Vec::new(),
        anchors: HashMap::new(),
        nodes: 0,
        max_nodes: *nodes_left,
        root: None,
        found,
    };
    let mut cursor = Cursor::new(source.text());
    let mut parser = Parser::new_from_str(source.text());
    let mut documents = 0;
    // The last quoted text with several lines.
    let mut long_quote: Option<Span> = None;
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            let at = position(error.marker());
            let open = builder.stack.last().map(|frame| frame.start);
            let at = Span { file, start: at, end: at };
            let surprise = surprise::late_quote(long_quote, at)
                .or_else(|| surprise::comment_in_brackets(open?, at, source.text()));
            surprise.unwrap_or_else(|| syntax::error(at, error.info(), open, source.text()))
        })?;
        let span = Span { file, start: position(&span.start), end: position(&span.end) };
        match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(Diagnostic::error(
                        span,
                        "a second YAML document starts here, but a Slipway file is one document",
                    )
                    .with_help("delete the `---` or `...` line before it, or split the file"));
                }
            }
            Event::StreamEnd => break,
            Event::Scalar(text, style, anchor, tag) => {
                let span = match style {
                    ScalarStyle::Literal | ScalarStyle::Folded => without_next_line(span),
                    _ => span,
                };
                builder.refuse(tag.as_deref(), span);
                // A path, an argument, a variable or a line of shell cannot contain it.
                if text.contains('\0') {
                    builder.found.push(cannot_be_seen("this text", '\0', span));
                }
                let weight = text_weight(&text);
                let column = cursor.column_of(span.start, &text, style == ScalarStyle::Plain);
                // White space after the closing quote is not part of the text.
                let quotes = u32::from(style != ScalarStyle::Plain);
                let width = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
                let end = column.map(|column| column.saturating_add(width).saturating_add(quotes));
                let span = Span { end: end.map_or(span.end, |column| Position { column, ..span.start }), ..span };
                if quotes > 0
                    && span.end.line > span.start.line
                    && style != ScalarStyle::Literal
                    && style != ScalarStyle::Folded
                {
                    long_quote = Some(span);
                }
                let key_end = builder.waiting_key().map(|key| key.span.end);
                let comment = key_end
                    .filter(|_| text.is_empty() && quotes == 0)
                    .and_then(|end| surprise::comment_for_value(cursor.rest_from(end)?, end, span));
                let text = match comment {
                    Some((found, word)) => {
                        builder.found.push(found);
                        word.into()
                    }
                    None => text,
                };
                if quotes == 0 {
                    builder.found.extend(surprise::curly_quotes(&text, span));
                }
                let kind = match style {
                    ScalarStyle::Plain => Kind::Plain(Arc::from(text)),
                    _ => Kind::Quoted(Arc::from(text)),
                };
                builder.count(weight, span)?;
                let node = Node { text_column: column.unwrap_or(0), ..Node::new(kind, span) };
                builder.place(node, anchor, weight)?;
            }
            Event::Alias(anchor) => builder.alias(anchor, span)?,
            Event::SequenceStart(anchor, tag) => {
                builder.refuse(tag.as_deref(), span);
                builder.open(Open::Sequence(Vec::new()), span, anchor)?;
            }
            Event::MappingStart(anchor, tag) => {
                builder.refuse(tag.as_deref(), span);
                builder.open(Open::Map { entries: Vec::new(), key: None }, span, anchor)?;
            }
            Event::SequenceEnd | Event::MappingEnd => builder.close(span)?,
            Event::Nothing | Event::StreamStart | Event::DocumentEnd => {}
        }
    }
    *nodes_left = nodes_left.saturating_sub(builder.nodes);
    match builder.root {
        Some(root) if !root.is_null() => Ok(root),
        _ => Err(Diagnostic::error(Span::start_of(file), "this file is empty")
            .with_help("start with `images:`, for example `images: { api: { go: ./cmd/api } }`")),
    }
}

fn position(marker: &Marker) -> Position {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Position { line: count(marker.line()).max(1), column: count(marker.col()).saturating_add(1) }
}

/// The parser reports the start of the next line as the end of a block scalar, which would include that line in every
/// excerpt.
fn without_next_line(span: Span) -> Span {
    let Position { line, column } = span.start;
    let last = span.end.line.saturating_sub(1);
    if last < line { span } else { Span { end: Position { line: last, column }, ..span } }
}

impl Builder<'_> {
    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Diagnostic> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > self.max_nodes {
            return Err(Diagnostic::error(
                span,
                format!("this spec has more than {MAX_NODES} values; an aliased value counts each time it is used"),
            )
            .with_help("split the file, or use fewer aliases"));
        }
        Ok(())
    }

    /// The key of the next value.
    fn waiting_key(&self) -> Option<&Spanned<String>> {
        match self.stack.last().map(|frame| &frame.open) {
            Some(Open::Map { key, .. }) => key.as_ref(),
            Some(Open::Sequence(_)) | None => None,
        }
    }

    /// Reports a tag: the key determines the type of its value.
    fn refuse(&mut self, tag: Option<&Tag>, span: Span) {
        if tag.is_some() {
            let found = Diagnostic::error(span, "tags are not supported");
            self.found.push(found.with_help("delete it; the key determines the type of its value"));
        }
    }

    /// Checks where an anchored node is used.
    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Diagnostic> {
        let (node, nodes) = self.anchors.get(&anchor).cloned().ok_or_else(|| {
            Diagnostic::error(span, "this alias is inside the node that it refers to").with_help(
                "write the value \
             itself",
            )
        })?;
        self.count(nodes, span)?;
        self.place(Node { alias: Some(span), ..node }, 0, nodes)
    }

    fn open(&mut self, open: Open, start: Span, anchor: usize) -> Result<(), Diagnostic> {
        if self.stack.len() >= MAX_DEPTH {
            return Err(Diagnostic::error(start, format!("values are nested more than {MAX_DEPTH} levels deep here"))
                .with_help("the language needs fewer levels; check the brackets and the indentation"));
        }
        self.count(1, start)?;
        if let Some(Frame { open: Open::Map { key: None, .. }, .. }) = self.stack.last() {
            return Err(no_key(start));
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
                let last = items.last().map(|item| item.alias.unwrap_or(item.span));
                (Kind::Sequence(Arc::new(items)), last)
            }
            Open::Map { entries, .. } => {
                let end_of = |Entry { key, value }: &Entry| key.span.to(value.alias.unwrap_or(value.span));
                let last = entries.last().map(end_of);
                (Kind::Map(Arc::new(self.merge_keys(entries))), last)
            }
        };
        // Block collections end with their last value, but the parser reports the location of the next token. Flow
        // collections end with their bracket, but the parser includes the white space after it.
        let bracket = Position { column: end.start.column.saturating_add(1), ..end.start };
        let end = if end.start == end.end { last.unwrap_or(frame.start) } else { Span { end: bracket, ..end } };
        let span = Span { file: self.file, start: frame.start.start, end: end.end.max(frame.start.end) };
        let nodes = self.nodes - frame.nodes_before;
        self.place(Node::new(kind, span), frame.anchor, nodes)
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
                        return Err(no_key(node.span));
                    };
                    if let Some(hidden) = text.chars().find(|c| visible::is_hidden(*c) && *c != '\0') {
                        self.found.push(cannot_be_seen("a key", hidden, node.span));
                    }
                    *key = Some(Spanned::new(text.as_ref().to_owned(), node.span));
                }
            },
        }
        Ok(())
    }

    /// Merges the maps named by `<<` below the keys written here, and reports duplicate keys, of which the first one
    /// counts.
    fn merge_keys(&mut self, entries: Vec<Entry>) -> Vec<Entry> {
        let mut seen: HashMap<String, Span> = HashMap::with_capacity(entries.len());
        let mut own = Vec::with_capacity(entries.len());
        let mut bases: Vec<Node> = Vec::new();
        for entry in entries {
            if let Some(first) = seen.get(&entry.key.value) {
                let help = match entry.key.value.as_str() {
                    "<<" => "to merge several maps, write a list: `<<: [*a, *b]`",
                    _ => "keep one of the two",
                };
                self.found.push(
                    Diagnostic::error(entry.key.span, format!("duplicate key `{}`", entry.key.value))
                        .with_label(*first, "the first one")
                        .with_help(help),
                );
                continue;
            }
            seen.insert(entry.key.value.clone(), entry.key.span);
            match (entry.key.value.as_str(), &entry.value.kind) {
                ("<<", Kind::Sequence(items)) => bases.extend(items.iter().cloned()),
                ("<<", _) => bases.push(entry.value),
                _ => own.push(entry),
            }
        }
        for base in bases {
            let Kind::Map(inner) = &base.kind else {
                self.found.push(
                    Diagnostic::error(base.alias.unwrap_or(base.span), "`<<` needs a map, or a list of maps")
                        .with_help("use an alias, such as `<<: *defaults`"),
                );
                continue;
            };
            for entry in inner.iter() {
                if seen.insert(entry.key.value.clone(), entry.key.span).is_none() {
                    let mut entry = entry.clone();
                    entry.value.alias = base.alias.or(entry.value.alias);
                    own.push(entry);
                }
            }
        }
        own
    }
}

fn cannot_be_seen(what: &str, c: char, span: Span) -> Diagnostic {
    Diagnostic::error(span, format!("{what} contains the invisible character U+{:04X}", u32::from(c)))
        .with_help("delete it; in double quotes, a backslash starts an escape sequence")
}

fn no_key(span: Span) -> Diagnostic {
    Diagnostic::error(span, "a key must be plain text")
        .with_help("write a word; quote text that starts with `{` or `[`")
}
