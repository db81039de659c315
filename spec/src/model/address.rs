//! Addresses: `./path` is the main context, `name:/path` the output of a build, a stage, an image or a context.

use serde_json::{Value, json};

use crate::decode::{Context, Decode, Name, Schemas, text};
use crate::yaml::Node;
use crate::{Diagnostic, Spanned, Template};

/// Where files come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// What holds them.
    pub origin: Origin,
    /// Their path in it: relative for the main context, absolute for anything else.
    pub path: Template,
}

/// What an address starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The main context.
    Context,
    /// Something of the file that has a name, and what it is; never [`Name::Secret`].
    Named(Name, Spanned<String>),
}

/// The kinds of things that an address may name. A name that several have leads to the first of these.
const ORDER: [Name; 4] = [Name::Build, Name::Stage, Name::Image, Name::Context];

impl Decode for Address {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let Some(written) = text(node) else {
            cx.wrong_type(node, "an address, such as `./path` or `name:/path`");
            return None;
        };
        if written == "." || written.starts_with("./") {
            return Some(Self { origin: Origin::Context, path: Template::decode(node, cx)? });
        }
        let Some((name, path)) =
            written.split_once(':').filter(|(name, path)| path.starts_with('/') && !name.contains('/'))
        else {
            let help = match written {
                path if path.starts_with("../") => {
                    "the context is the folder that is built; name one of its files as `./path`".to_owned()
                }
                path if path.starts_with('/') => format!(
                    "write `.{path}` for a file of the context, or `name:{path}` for one of a build, stage, image or context"
                ),
                path => format!(
                    "write `./{path}` for a file of the context, or `name:/path` for one of a build, stage, image or context"
                ),
            };
            cx.report(Diagnostic::error(node.span, format!("`{written}` is not an address")).with_help(help));
            return None;
        };
        let Some(kind) = ORDER.into_iter().find(|kind| cx.names.has(*kind, name)) else {
            let all: Vec<String> = ORDER.iter().flat_map(|kind| cx.names.of(*kind)).map(str::to_owned).collect();
            let help = Diagnostic::suggestion(name, all.iter().map(String::as_str), "there are");
            cx.report(
                Diagnostic::error(
                    node.span,
                    format!("nothing is called `{name}`; an address names a build, a stage, an image or a context"),
                )
                .with_help(help.unwrap_or_else(|| "write `./path` for a file of the context".to_owned())),
            );
            return None;
        };
        let path = match Template::parse(path, node.span) {
            Ok(path) => path,
            Err(found) => {
                cx.report(found);
                return None;
            }
        };
        Some(Self { origin: Origin::Named(kind, Spanned::new(name.to_owned(), node.span)), path })
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schemas.named("Address", |_| {
            json!({
                "description": "Where files come from: `./path` is the main context, `name:/path` the output of a build, a stage, an image or a context.",
                "type": "string",
                "pattern": r"^(\.|\./.*|[A-Za-z0-9][A-Za-z0-9._-]*:/.*)$",
                "patternErrorMessage": "an address is `./path` for a file of the context, or `name:/path` for one of a build, stage, image or context",
            })
        })
    }
}
