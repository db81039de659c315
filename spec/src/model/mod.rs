//! The nouns of the language, one file each, and the whole file that holds them.

mod arg;
mod build;
mod config;
mod go;
mod image;

pub use arg::Arg;
pub use build::{Build, Preset, PresetOptions, Source};
pub use config::{ImageConfig, Port, Protocol};
pub use go::GoOptions;
pub use image::{BuildRef, Image};

use crate::decode::{Context, Decode, Fields};
use crate::diagnostic::Diagnostic;
use crate::yaml::{Kind, Node};
use crate::{Map, Span, Spanned};

/// A whole Slipway file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// Arguments that `--build-arg` may set.
    pub args: Map<Arg>,
    /// What is made.
    pub builds: Map<Build>,
    /// What ships.
    pub images: Map<Image>,
    /// Where `images:` stands, for what concerns all of them.
    pub images_span: Span,
    /// The target when the command line names none.
    pub default: Option<Spanned<String>>,
}

impl Spec {
    /// The build behind an image, with what the image says of it laid over; and the name of the build, for an image that names one.
    #[must_use]
    pub fn build_of<'a>(&'a self, image: &'a Image) -> Option<(Option<&'a str>, Build)> {
        match &image.build {
            BuildRef::Inline(build) => Some((None, build.clone())),
            BuildRef::Named { from, options } => {
                let build = self.builds.get(from)?;
                let build = match options {
                    Some(options) => build.with_options(options),
                    None => build.clone(),
                };
                Some((Some(from.value.as_str()), build))
            }
        }
    }
}

/// Reads the top level of a file and checks that its names lead somewhere.
pub(crate) fn decode_spec(root: &Node, cx: &mut Context) -> Option<Spec> {
    if !matches!(root.kind, Kind::Map(_)) {
        cx.report(
            Diagnostic::error(
                Span { start: root.span.start, end: root.span.start },
                format!("a Slipway file is a map, but this one holds {}", root.describe()),
            )
            .with_help("start with `images:`, for example `images: { api: { go: ./cmd/api } }`"),
        );
        return None;
    }
    let mut fields = Fields::open(root, "a Slipway file", cx)?;
    let version: Option<Spanned<String>> = fields.optional("version", cx);
    if let Some(version) = version
        && version.value != "1"
    {
        cx.report(
            Diagnostic::error(
                version.span,
                format!("this frontend reads version 1 of the language, not {}", version.value),
            )
            .with_help("write `version: 1`, or name a newer frontend in the `# syntax=` line"),
        );
    }
    let args: Map<Arg> = fields.or_default("args", cx);
    for (name, _) in args.iter() {
        if !crate::template::is_name(name) {
            cx.report(
                Diagnostic::error(name.span, format!("`{}` is not a name for an argument", name.value))
                    .with_help("use letters, digits and underscores, as in `APP_VERSION`"),
            );
        }
    }
    let builds: Map<Build> = fields.or_default("builds", cx);
    let written = match fields.entry("builds").map(|entry| &entry.value.kind) {
        Some(Kind::Map(entries)) => entries.iter().map(|entry| entry.key.value.as_str()).collect(),
        _ => Vec::new(),
    };
    let known = image::Builds { read: &builds, written };
    let images = read_images(&mut fields, &known, cx);
    let images_span = fields.entry("images").map_or(Span::START, |entry| entry.key.span);
    let default: Option<Spanned<String>> = fields.optional("default", cx);
    fields.not_yet(&["contexts", "secrets", "stages", "checks", "include"], cx);
    let span = fields.span;
    fields.finish(cx);
    check_names(&builds, cx);
    check_names(&images, cx);
    if let Some(default) = &default
        && images.get(default).is_none()
    {
        cx.report(
            Diagnostic::error(default.span, format!("there is no image `{}`", default.value))
                .with_help_if(Diagnostic::suggestion(default, images.names(), "the images are")),
        );
    }
    // After any other finding this would be noise: what failed to be read is what would ship.
    if images.is_empty() && builds.is_empty() && cx.is_clean() {
        cx.report(
            Diagnostic::error(Span { start: span.start, end: span.start }, "this file ships nothing")
                .with_help("add `images:`, for example `images: { api: { go: ./cmd/api } }`"),
        );
    }
    Some(Spec { args, builds, images, images_span, default })
}

fn read_images(fields: &mut Fields<'_>, builds: &image::Builds<'_>, cx: &mut Context) -> Map<Image> {
    let defaults = fields.entry("defaults").map(|entry| &entry.value);
    if let Some(defaults) = defaults
        && !matches!(defaults.kind, Kind::Map(_))
    {
        cx.wrong_type(defaults, "a map of what all images have");
    }
    let Some(entry) = fields.entry("images") else {
        return Map::default();
    };
    let Kind::Map(entries) = &entry.value.kind else {
        cx.wrong_type(&entry.value, "a map from image names to images");
        return Map::default();
    };
    crate::merge::inherit(entries, defaults, &image::alternatives(), cx)
        .iter()
        .filter_map(|entry| Image::decode(&entry.key, &entry.value, builds, cx).map(|image| (entry.key.clone(), image)))
        .collect()
}

/// Names become targets, file names and parts of cache ids, so they stay simple.
fn check_names<T>(map: &Map<T>, cx: &mut Context) {
    for (name, _) in map.iter() {
        let simple = name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
        if !simple {
            cx.report(
                Diagnostic::error(name.span, format!("`{}` cannot be a name", name.value))
                    .with_help("use letters, digits, `-`, `_` and `.`, and start with a letter or a digit"),
            );
        }
    }
}

/// Reads one of a fixed set of words.
pub(crate) fn decode_word<T: Copy>(
    node: &Node,
    noun: &str,
    words: &[(&'static str, T)],
    cx: &mut Context,
) -> Option<T> {
    let word = String::decode(node, cx)?;
    let found = words.iter().find(|(name, _)| *name == word);
    if found.is_none() {
        cx.report(Diagnostic::error(node.span, format!("`{word}` is no {noun}")).with_help_if(Diagnostic::suggestion(
            &word,
            words.iter().map(|(name, _)| *name),
            "choose one of",
        )));
    }
    found.map(|(_, value)| *value)
}
