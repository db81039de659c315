//! Assigns comments to keys, and recognizes comments that are part of a text.

use std::collections::HashMap;

use slipway_spec::yaml::{self, Kind, Node};
use slipway_spec::{SourceFile, Span};

/// The information about the tree of a file that comments need.
#[derive(Debug, Default)]
pub(super) struct Regions {
    /// The outermost key or item that starts on a line, with its value.
    starts: HashMap<u32, Span>,
    /// Quoted texts and block scalars, in the order of the file.
    texts: Vec<Text>,
}

/// A quoted text or block scalar.
#[derive(Debug)]
struct Text {
    span: Span,
    /// For block scalars: the column of their first non-empty line.
    block: Option<u32>,
}

impl Regions {
    /// Collects this from the tree of a file. A file without a tree has no regions.
    pub(super) fn of(file: &SourceFile) -> Self {
        let mut regions = Self::default();
        if let Ok(root) = yaml::parse(file) {
            let lines: Vec<&str> = file.text().split('\n').collect();
            regions.walk(&root, &lines);
            regions.texts.sort_by_key(|text| text.span);
        }
        regions
    }

    /// The outermost key or item that starts on a line.
    pub(super) fn starting(&self, line: u32) -> Option<Span> {
        self.starts.get(&line).copied()
    }

    /// Whether a location is part of a text.
    pub(super) fn is_text(&self, line: u32, column: u32) -> bool {
        let index = self.texts.partition_point(|text| (text.span.start.line, text.span.start.column) <= (line, column));
        let Some(text) = index.checked_sub(1).and_then(|index| self.texts.get(index)) else { return false };
        match text.block {
            // A comment may follow the `|`; below it, lines with less indentation are not part of it.
            Some(indent) => line > text.span.start.line && line <= text.span.end.line && column >= indent,
            None => (line, column) < (text.span.end.line, text.span.end.column),
        }
    }

    fn walk(&mut self, node: &Node, lines: &[&str]) {
        match &node.kind {
            Kind::Plain(_) => {}
            Kind::Quoted(_) => self.texts.push(Text { span: node.span, block: block(node.span, lines) }),
            Kind::Sequence(items) => {
                for item in items.iter() {
                    self.starts.entry(item.span.start.line).or_insert(item.span);
                    self.walk(item, lines);
                }
            }
            Kind::Map(entries) => {
                for entry in entries.iter() {
                    let (key, value) = (entry.key.span, entry.value.span);
                    // An aliased value is elsewhere, and does not belong to this key only.
                    let span = if value.start >= key.start { key.to(value) } else { key };
                    self.starts.entry(key.start.line).or_insert(span);
                    self.walk(&entry.value, lines);
                }
            }
        }
    }
}

/// The column of the lines of a block scalar, if it is one.
fn block(span: Span, lines: &[&str]) -> Option<u32> {
    let index = usize::try_from(span.start.line).ok()?.checked_sub(1)?;
    let column = usize::try_from(span.start.column).ok()?.checked_sub(1)?;
    let first = lines.get(index)?.chars().nth(column)?;
    if !matches!(first, '|' | '>') {
        return None;
    }
    let content = lines.get(index + 1..)?.iter().find(|line| !line.trim().is_empty())?;
    let indent = content.chars().take_while(|c| *c == ' ').count();
    u32::try_from(indent + 1).ok()
}
