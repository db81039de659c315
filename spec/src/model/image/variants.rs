//! Variants of an image: its keys, with changes, for another purpose.

use super::find;
use super::{BuildUse, Image, Preset, sources};
use crate::decode::{Context, is_none, text};
use crate::merge::{IMAGE_WEIGHT, Shape, overlay};
use crate::model::{ImageConfig, PurposeKind, purpose};
use crate::yaml::{Entry, Kind, Node};
use crate::{Diagnostic, Map, Spanned, Template};

/// The command of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippedCommand {
    /// Its entrypoint.
    pub entrypoint: Option<Vec<Template>>,
    /// Its arguments.
    pub cmd: Option<Vec<Template>>,
}

impl Image {
    pub(in crate::model) fn read(name: &Spanned<String>, node: &Node, cx: &mut Context) -> Option<Self> {
        let image = Self::read_one(Some(name), node, cx);
        if let Some(develop) = find(node, "develop").filter(|entry| text(&entry.value) == Some("true")) {
            cx.report(
                Diagnostic::error(develop.key.span, "only a variant is for development")
                    .with_help("move it to a variant, as in `variants: { dev: {} }`"),
            );
        }
        let variants = find(node, "variants")
            .filter(|entry| !is_none(&entry.value))
            .map(|entry| Self::read_variants(name, node, entry, cx))
            .unwrap_or_default();
        let image = image?;
        let variants = variants.map(|variant| variant.started_as(&image));
        Some(Self { variants, ..image })
    }

    /// A variant of this image: one for development without an entrypoint of its own starts the image's program.
    fn started_as(mut self, image: &Self) -> Self {
        if let Some(purpose) = self.purpose.filter(|purpose| purpose.kind == PurposeKind::Develop) {
            if self.keys.config.entrypoint.is_none() {
                let ImageConfig { entrypoint, cmd, .. } = &image.keys.config;
                self.shipped = Some(ShippedCommand { entrypoint: entrypoint.clone(), cmd: cmd.clone() });
            }
            // Programs without a handler do not stop as the first process, and these are stopped after each change.
            self.keys.init.get_or_insert(Spanned::new(true, purpose.span));
        }
        self
    }

    fn read_variants(name: &Spanned<String>, node: &Node, entry: &Entry, cx: &mut Context) -> Map<Self> {
        let Kind::Map(variants) = &entry.value.kind else {
            cx.wrong_type(&entry.value, "a map from names to keys that differ");
            return Map::default();
        };
        let below = without_variants(node);
        let mut read = Vec::new();
        for Entry { key, value } in variants.iter() {
            if value.is_null() {
                cx.no_value(key);
            } else if let Some(nested) = find(value, "variants") {
                cx.report(
                    Diagnostic::error(nested.key.span, "a variant cannot have variants").with_help("delete the key"),
                );
            } else if let Some(extends) = find(value, "extends") {
                cx.report(
                    Diagnostic::error(extends.key.span, "a variant always extends its own image")
                        .with_help("delete the key"),
                );
            } else if matches!(value.kind, Kind::Map(_)) {
                let can_develop = preset(value, cx).or_else(|| preset(&below, cx)).is_some_and(Preset::develops);
                let below = purpose::inherited(&key.value, value, below.clone(), can_develop);
                let merged = overlay(below, value, Shape::Image);
                if !cx.spend(merged.weight() + IMAGE_WEIGHT, key.span) {
                    break;
                }
                if let Some(mut image) = cx.inside(value, |cx| Self::read_one(None, &merged, cx)) {
                    image.purpose = image.keys.purpose(Some(key), can_develop);
                    refuse_development((name, &key.value), &image, cx);
                    read.push((key.clone(), image));
                }
            } else if is_none(value) {
                cx.nothing_to_take_back(value.span);
            } else {
                cx.wrong_type(value, "a variant (a map)");
            }
        }
        read.into_iter().collect()
    }
}

/// Reports a variant that cannot be for development, although a key asks for it.
fn refuse_development((image, name): (&Spanned<String>, &str), variant: &Image, cx: &mut Context) {
    let Some(key) = variant.keys.develop.as_ref().filter(|key| key.value) else { return };
    let why = match variant.build.as_ref().map(|used| used.build.preset.value) {
        Some(preset) if preset.develops() => return,
        Some(preset) => format!("the {} preset has no images for development", preset.name()),
        None => "the image has no build".to_owned(),
    };
    cx.report(
        Diagnostic::error(key.span, format!("`{}/{name}` cannot be for development: {why}", image.brief()))
            .with_help(format!("delete `develop`, or add `variants: {{ {name}: none }}` to an image that inherits it")),
    );
}

/// The preset that the keys of an image select.
fn preset(node: &Node, cx: &Context) -> Option<Preset> {
    let mut keys = node.entries().iter().filter(|entry| sources().any(|source| entry.key.value == source));
    keys.find_map(|entry| BuildUse::preset(entry, cx))
}

fn without_variants(node: &Node) -> Node {
    let own = node.entries().iter().filter(|entry| entry.key.value != "variants").cloned().collect();
    Node { alias: node.alias, ..Node::map(own, node.span) }
}
