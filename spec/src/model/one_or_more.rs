//! A text, or a list of texts.

use serde_json::{Value, json};

use super::form::Texts;
use crate::decode::{Context, Decode, Schemas, schema};
use crate::yaml::{Kind, Node};
use crate::{Diagnostic, Template};

/// A text or a list of texts, such as the programs of a build; empty if the key is absent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OneOrMore(pub Vec<Template>);

impl Decode for OneOrMore {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let Kind::Sequence(items) = &node.kind else {
            return Template::decode(node, cx).map(|template| Self(vec![template]));
        };
        if items.is_empty() {
            let found = Diagnostic::error(node.span, "this list is empty");
            cx.report(found.with_help("name at least one, or delete the key"));
            return None;
        }
        Vec::decode(node, cx).map(Self)
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn schema(schemas: &mut Schemas) -> Value {
        let text = Template::schema(schemas);
        schema::any_of([text.clone(), json!({ "type": "array", "items": text, "minItems": 1 })])
    }
}

impl Texts for OneOrMore {
    fn texts(&self) -> impl Iterator<Item = &Template> {
        self.0.iter()
    }
}
