//! Files of an image that are copied from elsewhere.

use serde_json::Value;

use crate::Template;
use crate::decode::{Context, Decode, Schemas, is_none, schema};
use crate::model::{Address, FileMode, address, form};
use crate::yaml::{Entry, Kind, Node};

record! {
    /// A file or folder of an image.
    pub struct FileKeys as "a file of an image" {
        /// Where it comes from.
        /// Example: `./deploy/edge.toml`
        from: Address,
        /// Permission bits.
        /// Default: unchanged
        /// Example: `"0444"`
        mode: Option<FileMode>,
        /// User and group.
        /// Default: root
        /// Example: `"65532:65532"`
        owner: Option<Template> where form::user,
        /// Patterns of files to include from a folder, relative to it.
        /// Default: everything
        /// Example: `["*.sql"]`
        include: Vec<Template>,
        /// Patterns of files to exclude from a folder.
        /// Example: `["**/*.md"]`
        exclude: Vec<Template>,
    }
}

/// A file or folder of an image: its address, or a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFile {
    /// Where it comes from.
    pub from: Address,
    /// Permission bits.
    pub mode: Option<FileMode>,
    /// User and group.
    pub owner: Option<Template>,
    /// Patterns of files to include from a folder; everything if empty.
    pub include: Vec<Template>,
    /// Patterns of files to exclude from a folder.
    pub exclude: Vec<Template>,
}

impl Decode for ImageFile {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if !matches!(node.kind, Kind::Map(_)) {
            let from = Address::decode(node, cx)?;
            return Some(Self { from, mode: None, owner: None, include: Vec::new(), exclude: Vec::new() });
        }
        let FileKeys { from, mode, owner, include, exclude } = FileKeys::decode(node, cx)?;
        Some(Self { from, mode, owner, include, exclude })
    }

    fn decode_entry(entry: &Entry, cx: &mut Context) -> Option<Self> {
        if is_none(&entry.value) {
            cx.nothing_to_take_back(entry.value.span);
            return None;
        }
        let is_reversed = address::report_reversed(entry, true, cx);
        if is_reversed { None } else { cx.inside(&entry.value, |cx| Self::decode(&entry.value, cx)) }
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::any_of([Address::schema(schemas), FileKeys::schema(schemas)])
    }
}
