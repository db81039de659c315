//! The answer of a method, and its parts.

use serde_json::{Value, json};
use slipway_spec::Span;
use slipway_spec::visible::visible_json;

use crate::failure::to_range;

/// The answer of a method.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) json: Value,
    pub(crate) text: String,
    /// The exit status of the client, for methods that check.
    pub(crate) status: Option<u8>,
}

impl Answer {
    /// The JSON as text, with invisible characters escaped.
    pub(crate) fn json_text(&self) -> String {
        visible_json(&format!("{:#}", self.json)).into_owned()
    }
}

/// A location in the sources.
pub(super) fn location(span: Span) -> Value {
    let range = to_range(span);
    let position = |at: Option<buildkit_proto::pb::Position>| {
        let at = at.unwrap_or_default();
        json!({ "line": at.line, "character": at.character })
    };
    json!({ "sourceIndex": span.file.index(), "ranges": [{ "start": position(range.start), "end": position(range.end) }] })
}

/// A table of text: columns are as wide as their widest cell.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or_default()).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:width$}   "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
