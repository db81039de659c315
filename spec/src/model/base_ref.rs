//! What an image or a stage starts from: an image of a registry, or a stage, an image or a context of the file.
//!
//! A plain word that is such a name always means that part of the file, except for the short names of `runtime`, which
//! are words of the language.

use serde_json::Value;

use super::form::Texts;
use super::image_name::{SHORT_NAMES, part_of_file};
use crate::decode::{Context, Decode, Name, Schemas};
use crate::yaml::Node;
use crate::{Span, Spanned, Template};

/// The base of an image or a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BaseRef {
    /// An image reference, `scratch`, or a short name of `runtime`.
    Image(Template),
    /// A part of the file: a stage, an image or a context.
    Named(Name, Spanned<String>),
}

impl BaseRef {
    /// Its location.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Image(template) => template.span,
            Self::Named(_, name) => name.span,
        }
    }

    /// The image reference or short name, if it is one.
    #[must_use]
    pub fn image(&self) -> Option<&Template> {
        match self {
            Self::Image(template) => Some(template),
            Self::Named(..) => None,
        }
    }

    /// The part of the file, if it is one.
    #[must_use]
    pub fn part(&self) -> Option<(Name, &Spanned<String>)> {
        match self {
            Self::Image(_) => None,
            Self::Named(kind, name) => Some((*kind, name)),
        }
    }

    /// The base of a stage.
    pub(super) fn of_stage(written: Template, cx: &Context) -> Self {
        Self::new(written, &["scratch"], cx)
    }

    /// A word of the language never refers to the file.
    fn new(written: Template, words: &[&str], cx: &Context) -> Self {
        let named = written.as_literal().filter(|word| !words.contains(word)).and_then(|word| {
            let kind = part_of_file(word, cx)?;
            Some(Self::Named(kind, Spanned::new(word.to_owned(), written.span)))
        });
        named.unwrap_or(Self::Image(written))
    }
}

/// The base of an image.
impl Decode for BaseRef {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let written = Template::decode(node, cx)?;
        Some(Self::new(written, &SHORT_NAMES, cx))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        Template::schema(schemas)
    }
}

/// Names of the file need no form.
impl Texts for BaseRef {
    fn texts(&self) -> impl Iterator<Item = &Template> {
        self.image().into_iter()
    }
}
