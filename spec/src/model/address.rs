//! Addresses: `./path` is in the main context, `name:/path` in the output of a build, a stage, an image or a context.

use serde_json::{Value, json};

use super::form;
use crate::decode::{Context, Decode, Name, Schemas, is_none, text};
use crate::yaml::{Entry, Node, quoted};
use crate::{Diagnostic, Position, Span, Spanned, Template};
use slipway_diagnostic::{brief, closest};

/// Where files come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The context or output that contains them.
    pub origin: Origin,
    /// The path in it: relative for the main context, absolute for anything else.
    pub path: Template,
}

/// What an address is relative to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The main context.
    Context,
    /// A named output or context of the spec, and its kind; never [`Name::Secret`].
    Named(Name, Spanned<String>),
}

/// The kinds of names that an address may refer to. An ambiguous name refers to the first of these.
const ORDER: [Name; 4] = [Name::Build, Name::Stage, Name::Image, Name::Context];

/// What to do about an address whose name is unknown.
fn unknown(written: &str, name: &str, cx: &Context) -> String {
    if written.contains("://") {
        return format!(
            "declare it: `contexts: {{ NAME: {{ http: \"{}\" }} }}`, and write `NAME:/path`",
            brief(written)
        );
    }
    if cx.names.has(Name::Secret, name) {
        return "it is a secret, which images cannot contain; list it in `secrets` of the step that needs it"
            .to_owned();
    }
    if super::image_name::WELL_KNOWN.contains(&name) {
        return format!(
            "to use an image from a registry, declare it: `contexts: {{ {0}: {{ image: \"{0}:TAG\" }} }}`; to use a \
             file of the context, write `./path`",
            brief(name)
        );
    }
    let all: Vec<&str> = ORDER.iter().flat_map(|kind| cx.names.of(*kind)).collect();
    Diagnostic::suggestion(name, all, "there are")
        .unwrap_or_else(|| "write `./path` for a file of the context".to_owned())
}

/// `name:/path` for similar text: `name:path`, or a known name alone.
fn meant(written: &str, cx: &Context) -> Option<String> {
    let (name, path) = written.split_once(':').unwrap_or((written, ""));
    let is_known = ORDER.iter().any(|kind| cx.names.has(*kind, name));
    (is_known && !path.contains(':')).then(|| format!("{name}:/{}", path.trim_start_matches("./")))
}

/// The kind of name that an address starts with.
pub(in crate::model) fn kind_of(address: &str, cx: &Context) -> Option<Name> {
    let (name, _) = address.split_once(':')?;
    ORDER.into_iter().find(|kind| cx.names.has(*kind, name))
}

/// Reports an entry with source and destination swapped, as `COPY` and Compose order them. A destination in an image is
/// absolute; one in a source is a path without a known name.
pub(super) fn report_reversed(entry: &Entry, is_of_image: bool, cx: &mut Context) -> bool {
    let Some(value) = text(&entry.value) else {
        return false;
    };
    let key = entry.key.as_str();
    let of_file = kind_of(key, cx).is_some() && key.contains(":/");
    let goes_into_image =
        is_of_image && value.starts_with('/') && !key.starts_with(['/', '$']) && !key.starts_with("../");
    let goes_into_source = of_file && !value.contains(':');
    if !goes_into_image && !goes_into_source {
        return false;
    }
    let from = match key {
        key if of_file => format!("\"{key}\""),
        key if key == "." || key.starts_with("./") => quoted(key),
        key if key.contains(':') => return false,
        key => quoted(&format!("./{key}")),
    };
    let text = format!("{}: {from}", quoted(value));
    let found = Diagnostic::error(
        entry.key.span,
        "source and destination are swapped: the destination belongs before the \
         colon",
    );
    let found = found.with_help(format!("write `{text}`"));
    let is_here = entry.value.alias.is_none();
    let place = entry.key.span.to(entry.value.span);
    cx.report_key(entry, if is_here { found.with_fix(place, text) } else { found });
    true
}

impl Decode for Address {
    fn decode_entry(entry: &Entry, cx: &mut Context) -> Option<Self> {
        if is_none(&entry.value) {
            cx.nothing_to_take_back(entry.value.span);
            return None;
        }
        let is_reversed = report_reversed(entry, false, cx);
        if is_reversed { None } else { cx.inside(&entry.value, |cx| Self::decode(&entry.value, cx)) }
    }

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
            if let Some(text) = meant(written, cx) {
                let found = Diagnostic::error(node.span, format!("`{}` is not an address", brief(written)));
                let help = format!(
                    "write `{text}` to refer to the {} of that name",
                    kind_of(&text, cx).map_or("thing", Name::noun)
                );
                cx.report(found.with_help(help).with_fix(node.span, format!("\"{text}\"")));
                return None;
            }
            let help = match written {
                path if path.starts_with("../") => {
                    "the context is the folder that is built; name one of its files, as in `./path`".to_owned()
                }
                path if path.starts_with('/') => format!(
                    "write `.{path}` for a file of the context, or `name:{path}` for one of a build, stage, image or context"
                ),
                path => format!(
                    "write `./{path}` for a file of the context, or `name:/path` for one of a build, stage, image or context"
                ),
            };
            let found = Diagnostic::error(node.span, format!("`{}` is not an address", brief(written))).with_help(help);
            let path = written.trim_start_matches('/');
            let is_path = !path.is_empty() && !path.contains([':', '\\', '$']) && !form::leads_out(path);
            let place = node.span;
            cx.report(if is_path { found.with_fix(place, quoted(&format!("./{path}"))) } else { found });
            return None;
        };
        let Some(kind) = ORDER.into_iter().find(|kind| cx.names.has(*kind, name)) else {
            // The section that should define the name could not be read, which is reported there.
            if !ORDER.iter().any(|kind| cx.names.is_broken(*kind)) {
                let message = format!("there is no build, stage, image or context `{}`", brief(name));
                let found = Diagnostic::error(node.span, message);
                // Beyond this number, findings are only counted.
                if cx.is_full() {
                    cx.report(found);
                    return None;
                }
                let help = unknown(written, name, cx);
                let close = closest(name, ORDER.iter().flat_map(|kind| cx.names.of(*kind)));
                let fix = close.map(|close| quoted(&format!("{close}:{path}")));
                let found = found.with_help(help);
                cx.report(match fix {
                    Some(text) if !written.contains("://") => found.with_fix(node.span, text),
                    _ => found,
                });
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
                "description": "Where files come from: `./path` is in the main context, `name:/path` in the output of \
                 a build, a stage, an image or a context.",
                "type": "string",
                "pattern": r"^(\.|\./.*|[A-Za-z0-9][A-Za-z0-9._-]*:/.*)$",
                "patternErrorMessage": "write `./path` for a file of the context, or `name:/path` for one of a build, \
                 stage, image or context",
            })
        })
    }
}
