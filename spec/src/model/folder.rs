//! Folders of an image: their owner and permission bits.

use serde_json::Value;

use super::form::{self, user_mistake};
use super::{FileMode, scalar};
use crate::decode::hint::Hint;
use crate::decode::{Context, Decode, Schemas, is_none, text};
use crate::yaml::{Kind, Node, quoted};
use crate::{Diagnostic, Template};

record! {
    /// A folder of an image.
    pub struct FolderKeys as "a folder of an image" (Default) {
        /// User and group, each a name or a number. Only the folder itself belongs to them, not the files in it.
        /// Default: the user of the image
        /// Example: `"1001:1001"`
        owner: Option<Template> where form::user,
        /// Permission bits.
        /// Default: `"0755"`
        /// Example: `"0750"`
        mode: Option<FileMode>,
    }
}

/// A folder of an image: a map, which may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImageFolder {
    /// User and group.
    pub owner: Option<Template>,
    /// Permission bits.
    pub mode: Option<FileMode>,
}

impl Decode for ImageFolder {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if matches!(node.kind, Kind::Map(_)) {
            let FolderKeys { owner, mode } = FolderKeys::decode(node, cx)?;
            return Some(Self { owner, mode });
        }
        if is_none(node) {
            cx.nothing_to_take_back(node.span);
            return None;
        }
        let form = match text(node) {
            Some(mode) if scalar::file_mode(mode).is_some() => format!("{{ mode: \"{mode}\" }}"),
            Some(owner) if user_mistake(owner).is_none() => format!("{{ owner: {} }}", quoted(owner)),
            _ => "{}".to_owned(),
        };
        let message = format!("expected a folder of an image (a map), found {}", node.describe());
        cx.report_hint(node, Diagnostic::error(node.span, message), Hint::write(form));
        None
    }

    fn empty_form() -> Option<&'static str> {
        Some("{}")
    }

    fn schema(schemas: &mut Schemas) -> Value {
        FolderKeys::schema(schemas)
    }
}
