//! Images: what ships.

use super::{Build, ImageConfig, Preset, PresetOptions};
use crate::decode::{Context, Fields, text};
use crate::yaml::{Entry, Kind, Node};
use crate::{Diagnostic, Map, Spanned, Template};

/// Where an image's program comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuildRef {
    /// A build of the file, with options of its own laid over.
    Named {
        /// The build's name.
        from: Spanned<String>,
        /// What this image says differently.
        options: Option<PresetOptions>,
    },
    /// A build that only this image has, as in `go: ./cmd/api`.
    Inline(Build),
}

/// Keys that say where a program comes from, of which an image has one.
pub(super) fn alternatives() -> Vec<&'static str> {
    std::iter::once("build").chain(Preset::ALL.iter().map(|(name, _)| *name)).collect()
}

/// The builds of the file: those that could be read, and the names of all.
pub(super) struct Builds<'a> {
    pub(super) read: &'a Map<Build>,
    pub(super) written: Vec<&'a str>,
}

/// An image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Where its program comes from.
    pub build: BuildRef,
    /// What it stands on: a short name such as `static`, or an image reference; the preset's own choice when absent.
    pub runtime: Option<Template>,
    /// How it runs.
    pub config: ImageConfig,
    /// The platforms it is built for when the command line names none.
    pub platforms: Vec<Template>,
}

impl Image {
    pub(super) fn decode(name: &Spanned<String>, node: &Node, builds: &Builds<'_>, cx: &mut Context) -> Option<Self> {
        let mut fields = Fields::open(node, "an image", cx)?;
        // Carried out before images are read; named here so that it is known.
        fields.entry("extends");
        let mut sources = Vec::new();
        if let Some(entry) = fields.entry("build") {
            sources.push((entry.key.span, named(entry, builds, cx)));
        }
        for (key, preset) in Preset::ALL {
            if let Some(entry) = fields.entry(key) {
                let preset = Spanned::new(*preset, entry.key.span);
                sources.push((entry.key.span, inline(preset, entry, cx)));
            }
        }
        fields.not_yet(Preset::LATER, cx);
        let config = ImageConfig::read(&mut fields, cx);
        let runtime = fields.optional("runtime", cx);
        let platforms = fields.or_default("platforms", cx);
        fields.not_yet(
            &[
                "files",
                "packages",
                "healthcheck",
                "init",
                "compress",
                "metadata",
                "tests",
                "budget",
                "scan",
                "variants",
                "dependencies",
            ],
            cx,
        );
        let has_unavailable_source =
            Preset::LATER.iter().chain(&["extends", "files"]).any(|key| fields.find(key).is_some());
        fields.finish(cx);

        let mut sources = sources.into_iter();
        let Some((first, build)) = sources.next() else {
            if !has_unavailable_source {
                cx.report(
                    Diagnostic::error(name.span, format!("the image `{}` has nothing to ship", name.value))
                        .with_help("add `build: NAME`, or a preset such as `go: ./cmd/api`"),
                );
            }
            return None;
        };
        if let Some((second, _)) = sources.next() {
            cx.report(
                Diagnostic::error(second, "an image has one build")
                    .with_label(first, "the other one")
                    .with_help("keep one of the two"),
            );
        }
        Some(Self { build: build?, runtime, config, platforms })
    }
}

/// `build: NAME`, or `build: { from: NAME, … }`.
fn named(entry: &Entry, builds: &Builds<'_>, cx: &mut Context) -> Option<BuildRef> {
    let node = &entry.value;
    if let Some(name) = text(node) {
        let from = Spanned::new(name.to_owned(), node.span);
        find(&from, builds, cx)?;
        return Some(BuildRef::Named { from, options: None });
    }
    if !matches!(node.kind, Kind::Map(_)) {
        cx.wrong_type(node, "the name of a build, or a map with `from`");
        return None;
    }
    let mut fields = Fields::open(node, "`build`", cx)?;
    let Some(from) = fields.optional::<Spanned<String>>("from", cx) else {
        cx.report(
            Diagnostic::error(entry.key.span, "`build` does not say which build it means")
                .with_help("add `from: NAME`"),
        );
        return None;
    };
    let build = find(&from, builds, cx)?;
    let options = PresetOptions::read(build.preset.value, &mut fields, cx);
    fields.finish(cx);
    Some(BuildRef::Named { from, options: Some(options) })
}

fn find<'a>(name: &Spanned<String>, builds: &'a Builds<'_>, cx: &mut Context) -> Option<&'a Build> {
    let build = builds.read.get(name);
    if build.is_none() && !builds.written.contains(&name.as_str()) {
        cx.report(
            Diagnostic::error(name.span, format!("there is no build `{}`", name.value)).with_help(
                Diagnostic::suggestion(name, builds.written.iter().copied(), "the builds are")
                    .unwrap_or_else(|| format!("add it: `builds: {{ {}: {{ preset: go }} }}`", name.value)),
            ),
        );
    }
    build
}

/// `go: ./cmd/api`, or `go: { main: ./cmd/api, … }`.
fn inline(preset: Spanned<Preset>, entry: &Entry, cx: &mut Context) -> Option<BuildRef> {
    let node = &entry.value;
    if matches!(node.kind, Kind::Map(_)) {
        let fields = Fields::open(node, "a build", cx)?;
        return Some(BuildRef::Inline(Build::read(preset, fields, cx)));
    }
    let main: Template = crate::decode::Decode::decode(node, cx)?;
    let options = match preset.value {
        Preset::Go => PresetOptions::Go(super::GoOptions { main: Some(main), ..Default::default() }),
    };
    Some(BuildRef::Inline(Build { preset, source: Default::default(), env: Map::default(), options }))
}
