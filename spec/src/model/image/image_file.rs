//! Files of an image beside its build: copies from elsewhere, and symbolic links.

use serde_json::Value;

use crate::decode::{Context, Decode, Fields, Schemas, is_none, schema};
use crate::model::check::fields_lack;
use crate::model::form::Texts;
use crate::model::{Address, FileMode, address, form};
use crate::yaml::{Entry, Kind, Node};
use crate::{Diagnostic, Template};
use slipway_diagnostic::brief;

record! {
    /// A file or folder of an image. It has either `from` or `link`.
    pub struct FileKeys as "a file of an image" {
        /// Where it comes from.
        /// Example: `./deploy/edge.toml`
        from: Option<Address>,
        /// The target of a symbolic link, as `ln -s` takes it: an absolute path of the image, or one that is relative to
        /// the folder of the link.
        /// Example: `/opt/app/bin/app`
        link: Option<Template> where link_target,
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

/// An entry of `files`: an address, or a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageFile {
    /// A file or folder from elsewhere.
    Copy(CopiedFile),
    /// A symbolic link, with its target.
    Link(Template),
}

/// A file or folder of an image from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedFile {
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

/// Targets of symbolic links: paths of the image.
fn link_target(value: &impl Texts, cx: &mut Context) {
    form::path(value, cx);
    for template in value.texts() {
        let start = template.literal_start();
        if template.as_literal() == Some("") {
            let found = Diagnostic::error(template.span, "the link does not say where it leads");
            cx.report(found.with_help("write a path of the image, such as `/opt/app/bin/app`"));
        } else if start.contains(":/") && address::kind_of(start, cx).is_some() {
            let message = format!("`{}` is an address, but a link leads to a path of the image", brief(start));
            cx.report(
                Diagnostic::error(template.span, message).with_help(
                    "copy the file with an entry of its own in `files`, and write its path in the image here",
                ),
            );
        }
    }
}

/// Keys of copies, which links do not have.
const OF_COPIES: [&str; 5] = ["from", "mode", "owner", "include", "exclude"];

impl ImageFile {
    /// The copy, if it is one.
    #[must_use]
    pub fn copied(&self) -> Option<&CopiedFile> {
        match self {
            Self::Copy(file) => Some(file),
            Self::Link(_) => None,
        }
    }
}

impl Decode for ImageFile {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if !matches!(node.kind, Kind::Map(_)) {
            let from = Address::decode(node, cx)?;
            let (include, exclude) = (Vec::new(), Vec::new());
            return Some(Self::Copy(CopiedFile { from, mode: None, owner: None, include, exclude }));
        }
        let mut fields = Fields::open(node, "a file of an image", cx)?;
        let keys = FileKeys::read(&mut fields, cx);
        let link = fields.find("link").map(|entry| entry.key.span);
        let other = OF_COPIES.iter().find_map(|key| fields.find(key)).map(|entry| entry.key.clone());
        let is_strange = fields.finish(cx);
        if let (Some(link), Some(other)) = (link, other) {
            let (message, help) = match other.value.as_str() {
                "from" => ("a file has either `from` or `link`, not both".to_owned(), "keep one of the two".to_owned()),
                other => (
                    format!("a link has no `{other}`: that of the file it leads to applies"),
                    format!("delete `{other}`, or set it where that file is copied"),
                ),
            };
            cx.report(Diagnostic::error(other.span, message).with_label(link, "the link").with_help(help));
            return None;
        }
        let FileKeys { from, link, mode, owner, include, exclude } = keys?;
        match (from, link) {
            (Some(from), _) => Some(Self::Copy(CopiedFile { from, mode, owner, include, exclude })),
            (None, Some(link)) => Some(Self::Link(link)),
            (None, None) => {
                // A key that could not be read is already reported.
                if fields_lack(node, &["from", "link"]) && !is_strange {
                    cx.report(
                        Diagnostic::error(node.span.at_start(), "`from` is missing in a file of an image")
                            .with_help("add `from: ./path`, or `link: /path` for a symbolic link"),
                    );
                }
                None
            }
        }
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
