//! Builds: what is made, by a preset that knows its language.

use super::{GoOptions, decode_word};
use crate::decode::{Context, Decode, Fields, text};
use crate::yaml::{Kind, Node};
use crate::{Diagnostic, Map, Spanned, Template};

/// The languages that Slipway knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Preset {
    /// Go modules.
    Go,
}

impl Preset {
    /// Every preset by its name in a file.
    pub const ALL: &[(&'static str, Self)] = &[("go", Self::Go)];
    /// Presets that the language names and this release does not have.
    pub(super) const LATER: &[&'static str] = &["node", "python", "rust", "java", "static"];

    /// Its name in a file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Go => "go",
        }
    }

    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if let Some(later) = text(node).and_then(|word| Self::LATER.iter().find(|l| **l == word)) {
            cx.report(
                Diagnostic::error(
                    node.span,
                    format!(
                        "the preset `{later}` is part of the language, but this release of Slipway does not have it yet"
                    ),
                )
                .with_help("use `go`, or a newer release"),
            );
            return None;
        }
        decode_word(node, "preset", Self::ALL, cx)
    }
}

/// What a preset can be told, one variant a preset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PresetOptions {
    /// Options of [`Preset::Go`].
    Go(GoOptions),
}

impl PresetOptions {
    /// Reads the options of a preset from the map that also holds other keys.
    pub(super) fn read(preset: Preset, fields: &mut Fields<'_>, cx: &mut Context) -> Self {
        match preset {
            Preset::Go => Self::Go(GoOptions::read(fields, cx)),
        }
    }

    fn overridden_by(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Go(base), Self::Go(over)) => Self::Go(base.overridden_by(over)),
        }
    }
}

/// Where a build's files are, and which of them it wants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// Its folder, relative to the context; the context itself when absent.
    pub path: Option<Template>,
    /// Patterns of the files it wants; all when empty.
    pub include: Vec<Template>,
    /// Patterns of files it does not want.
    pub exclude: Vec<Template>,
}

impl Decode for Source {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if !matches!(node.kind, Kind::Map(_)) {
            return Some(Self { path: Some(Template::decode(node, cx)?), ..Self::default() });
        }
        let mut fields = Fields::open(node, "`source`", cx)?;
        let source = Self {
            path: fields.optional("path", cx),
            include: fields.or_default("include", cx),
            exclude: fields.or_default("exclude", cx),
        };
        fields.finish(cx);
        Some(source)
    }
}

/// Something that is made: a preset, its source, and what it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The language, and where it is named: messages about the project's own files point there.
    pub preset: Spanned<Preset>,
    /// Where its files are.
    pub source: Source,
    /// Environment of its steps.
    pub env: Map<Template>,
    /// What the preset is told.
    pub options: PresetOptions,
}

impl Build {
    /// This build with some options replaced.
    pub(super) fn with_options(&self, options: &PresetOptions) -> Self {
        Self { options: self.options.overridden_by(options), ..self.clone() }
    }

    /// Reads the keys that follow the preset's name.
    pub(super) fn read(preset: Spanned<Preset>, mut fields: Fields<'_>, cx: &mut Context) -> Self {
        let build = Self {
            source: fields.or_default("source", cx),
            env: fields.or_default("env", cx),
            options: PresetOptions::read(preset.value, &mut fields, cx),
            preset,
        };
        fields.not_yet(&["inputs", "packages", "install", "private", "generate", "checks", "output"], cx);
        fields.finish(cx);
        build
    }
}

impl Decode for Build {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let mut fields = Fields::open(node, "a build", cx)?;
        let Some(entry) = fields.entry("preset") else {
            cx.report(
                Diagnostic::error(fields.span, "this build names no preset")
                    .with_help("add the language, for example `preset: go`"),
            );
            return None;
        };
        let preset = Spanned::new(Preset::decode(&entry.value, cx)?, entry.value.span);
        Some(Self::read(preset, fields, cx))
    }
}
