//! Addresses: `./path` is the main context, `name:/path` the output of a build, a stage, an image or a context.

use serde_json::{Value, json};

use super::form;
use crate::decode::{Context, Decode, Name, Schemas, text};
use crate::diagnostic::brief;
use crate::yaml::Node;
use crate::{Diagnostic, Position, Span, Spanned, Template};

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

/// What to do about an address that leads nowhere.
fn unknown(written: &str, name: &str, cx: &Context) -> String {
    if written.contains("://") {
        return format!(
            "declare it: `contexts: {{ NAME: {{ http: \"{}\" }} }}`, and write `NAME:/path`",
            brief(written)
        );
    }
    if cx.names.has(Name::Secret, name) {
        return "it is a secret, which no image holds; steps see it by their `secrets`".to_owned();
    }
    let all: Vec<&str> = ORDER.iter().flat_map(|kind| cx.names.of(*kind)).collect();
    Diagnostic::suggestion(name, all, "there are")
        .unwrap_or_else(|| "write `./path` for a file of the context".to_owned())
}

impl Decode for Address {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let Some(written) = text(node) else {
            cx.wrong_type(node, "an address, such as `./path` or `name:/path`");
            return None;
        };
        if written == "." || written.starts_with("./") {
            let path = Template::decode(node, cx)?;
            return form::check_inside(&path, cx).then_some(Self { origin: Origin::Context, path });
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
            // What should hold the name cannot be read, which is said there.
            if !ORDER.iter().any(|kind| cx.names.is_broken(*kind)) {
                let message = format!(
                    "nothing is called `{}`; an address names a build, a stage, an image or a context",
                    brief(name)
                );
                let found = Diagnostic::error(node.span, message);
                let help = if cx.is_full() { None } else { Some(unknown(written, name, cx)) };
                cx.report(found.with_help_if(help));
            }
            return None;
        };
        let start = node.text_start();
        let after_name = |start: Position| {
            let width = u32::try_from(name.chars().count()).unwrap_or(u32::MAX);
            Position { column: start.column.saturating_add(width), ..start }
        };
        let place = start.map_or(node.span, |start| Span { start, end: after_name(start), ..node.span });
        let path_start = start.map(|start| Position { column: after_name(start).column.saturating_add(1), ..start });
        let path = cx.template(path, node.span, path_start)?;
        Some(Self { origin: Origin::Named(kind, Spanned::new(name.to_owned(), place)), path })
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
