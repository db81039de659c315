//! The builds of images.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::Build;
use crate::decode::{Context, Decode, Fields, Property, Schemas, schema, text};
use crate::merge::{Shape, overlay};
use crate::model::{OneOrMore, Preset, PresetOptions, ShortForm};
use crate::yaml::{Entry, Kind, Node, quoted};
use crate::{Diagnostic, Spanned, Template};

/// The build of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildUse {
    /// Its name under `builds`; `None` for a build that only this image has, as in `go: ./cmd/api`.
    pub name: Option<Spanned<String>>,
    /// The build, with the overrides of the image.
    pub build: Arc<Build>,
}

/// Reports a folder where a build is expected, as in Compose.
fn report_folder(node: &Node, folder: &str, cx: &mut Context) {
    let folder =
        if folder.starts_with('.') { folder.to_owned() } else { format!("./{}", folder.trim_start_matches('/')) };
    let found = Diagnostic::error(node.span, "`build` must name one of `builds`, but this is a folder");
    let help = format!(
        "replace `build` with a preset, such as `go: {0}` or `node: {0}`; to use a Dockerfile, add a stage",
        quoted(&folder)
    );
    cx.report(found.with_help(help));
}

/// Builds as written in the spec, which images override, and as decoded.
#[derive(Debug, Default)]
pub(in crate::model) struct ReadBuilds(pub(in crate::model) BTreeMap<String, (Node, Option<Arc<Build>>)>);

impl BuildUse {
    /// The preset that a key of an image selects; `None` if it does not, or if the build could not be read.
    pub(in crate::model) fn preset(Entry { key, value }: &Entry, cx: &Context) -> Option<Preset> {
        if key.value != "build" {
            return Preset::ALL.iter().find(|(word, _)| *word == key.value).map(|(_, preset)| *preset);
        }
        let name = if matches!(value.kind, Kind::Map(_)) { value.get("from").and_then(text) } else { text(value) };
        let (_, read) = cx.shelf.get::<ReadBuilds>()?.0.get(name?)?;
        read.as_ref().map(|build| build.preset.value)
    }

    /// Reads `build: NAME`, or `build: { from: NAME, … }`.
    pub(in crate::model) fn named(entry: &Entry, cx: &mut Context) -> Option<Self> {
        let node = &entry.value;
        let (name, over) = match &node.kind {
            Kind::Map(entries) => {
                let preset = entries.iter().find(|entry| entry.key.value == "preset");
                let Some(from) = entries.iter().find(|entry| entry.key.value == "from") else {
                    let folder = node.get("context").and_then(text);
                    if folder.is_some() || node.get("dockerfile").is_some() {
                        report_folder(node, folder.unwrap_or("."), cx);
                        return None;
                    }
                    let help = match preset.and_then(|entry| text(&entry.value)) {
                        Some(preset) => format!(
                            "to define a build for this image only, write `{preset}: {{ … }}` instead of `build`"
                        ),
                        None => "add `from: NAME`".to_owned(),
                    };
                    cx.report(Diagnostic::error(entry.key.span, "`build` does not name a build").with_help(help));
                    return None;
                };
                if let Some(preset) = preset {
                    cx.report(
                        Diagnostic::error(preset.key.span, "an image cannot change the preset of a build")
                            .with_label(from.value.span, "the build")
                            .with_help("delete the key, or define another build"),
                    );
                    return None;
                }
                let own: Vec<Entry> = entries.iter().filter(|entry| entry.key.value != "from").cloned().collect();
                (Spanned::<String>::decode(&from.value, cx)?, (!own.is_empty()).then_some(own))
            }
            Kind::Sequence(_) => {
                cx.wrong_type(node, "the name of a build, or a map with `from`");
                return None;
            }
            _ if node.is_null() => {
                cx.no_value(&entry.key);
                return None;
            }
            _ => (Spanned::<String>::decode(node, cx)?, None),
        };
        let is_folder = name.starts_with(['.', '/']) || name.contains('/');
        if is_folder && !cx.names.has(crate::decode::Name::Build, &name.value) {
            report_folder(node, &name.value, cx);
            return None;
        }
        if !cx.check_name(crate::decode::Name::Build, &name) {
            return None;
        }
        // The errors of a build that could not be read are reported there.
        let (below, read) = cx.shelf.get::<ReadBuilds>()?.0.get(&name.value)?;
        let build = match over {
            None => read.clone()?,
            Some(own) => {
                read.as_ref()?;
                let merged = overlay(below.clone(), &Node::map(own, node.span), Shape::Build);
                if !cx.spend(merged.weight(), node.span) {
                    return None;
                }
                Arc::new(Build::decode(&merged, cx)?)
            }
        };
        Some(Self { name: Some(name), build })
    }

    /// Reads `go: ./cmd/api`, or `go: { main: ./cmd/api, … }`.
    pub(in crate::model) fn inline(preset: Preset, entry: &Entry, cx: &mut Context) -> Option<Self> {
        let short_form = preset.short_form();
        let preset = Spanned::new(preset, entry.key.span);
        let build = if matches!(entry.value.kind, Kind::Map(_)) {
            let fields = Fields::open(&entry.value, "a build", cx)?.taking_back(&[]);
            Build::read(preset, fields, cx)?
        } else {
            let short = Template::decode(&entry.value, cx)?;
            let empty = Node::map(Vec::new(), entry.value.span);
            let mut build = Build::read(preset, Fields::open(&empty, "a build", cx)?, cx)?;
            build.short = entry.value.text();
            match (short_form, &mut build.options) {
                (ShortForm::Main, PresetOptions::Go(options)) => options.main = OneOrMore(vec![short]),
                _ => {
                    build.origin = Build::origin(build.preset.value, &entry.value, cx);
                    build.source.path = Some(short);
                }
            }
            build
        };
        Some(Self { name: None, build: Arc::new(build) })
    }

    /// The schema of `build`.
    pub(in crate::model) fn schema(schemas: &mut Schemas) -> Value {
        let long = schemas.named("BuildUse", |schemas| {
            let from = Property {
                key: "from",
                docs: &[" The name of the build.", " Example: `go`"],
                schema: schema::text(),
                required: true,
            };
            let properties = Build::every_property(from, schemas);
            schema::object(&[" A build of this file, with overrides."], properties)
        });
        schema::any_of([schema::text(), long])
    }
}
