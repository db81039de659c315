//! Options of each preset: one file per language.

mod go;
mod java;
mod node;
mod node_script;
mod python;
mod rust;

pub use go::GoOptions;
pub use java::{JavaOptions, JavaTool};
pub use node::{Generator, NodeManager, NodeOptions};
pub use node_script::{NodeScript, NodeScriptKeys};
pub use python::{PythonOptions, PythonTool};
pub use rust::RustOptions;

use crate::Template;
use crate::decode::{Context, Fields, Property, Schemas};
use crate::model::form;

/// Declares the presets: their names, and the records of their options.
macro_rules! presets {
    ($( $(#[doc = $doc:literal])* $variant:ident = $word:literal: $options:ident, )*) => {
        words! {
            /// The languages that Slipway supports.
            pub enum Preset as "preset" { $( $(#[doc = $doc])* $variant = $word, )* }
        }

        /// The options of a preset, one variant per preset.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum PresetOptions { $( $(#[doc = $doc])* $variant($options), )* }

        impl PresetOptions {
            /// Reads the options of a preset from the map that also holds other keys.
            pub(crate) fn read(preset: Preset, fields: &mut Fields<'_>, cx: &mut Context) -> Option<Self> {
                match preset { $( Preset::$variant => $options::read(fields, cx).map(Self::$variant), )* }
            }

            /// The keys of a preset's options.
            pub(crate) fn properties(preset: Preset, schemas: &mut Schemas) -> Vec<Property> {
                match preset { $( Preset::$variant => $options::properties(schemas), )* }
            }

            /// The name of the schema of a preset's build inside an image.
            pub(crate) fn schema_name(preset: Preset) -> &'static str {
                match preset { $( Preset::$variant => concat!(stringify!($variant), "Build"), )* }
            }

            /// The preset.
            #[must_use]
            pub fn preset(&self) -> Preset {
                match self { $( Self::$variant(_) => Preset::$variant, )* }
            }
        }
    };
}

presets! {
    /// Go modules.
    Go = "go": GoOptions,
    /// Node.js, with npm, pnpm, yarn or bun.
    Node = "node": NodeOptions,
    /// Python, with uv, poetry or pip.
    Python = "python": PythonOptions,
    /// Cargo packages and workspaces.
    Rust = "rust": RustOptions,
    /// Maven and Gradle projects.
    Java = "java": JavaOptions,
    /// Static files, copied unchanged.
    Static = "static": StaticOptions,
}

impl Preset {
    /// What the short form in an image sets: `go: ./cmd/api` the main package, `node: ./web` the source folder.
    #[must_use]
    pub fn short_form(self) -> ShortForm {
        match self {
            Self::Go => ShortForm::Main,
            _ => ShortForm::Source,
        }
    }

    /// Whether its images can be for development: with the toolchain and the sources.
    #[must_use]
    pub fn develops(self) -> bool {
        matches!(self, Self::Go | Self::Node | Self::Python | Self::Rust | Self::Java)
    }
}

/// What the short form of a preset in an image sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShortForm {
    /// The main package.
    Main,
    /// The source folder.
    Source,
}

record! {
    /// Options of the static preset, in addition to those of every build.
    pub struct StaticOptions as "a static build" (Default) {
        /// The destination folder in the image.
        /// Default: `/srv/www`
        /// Example: `/usr/share/nginx/html`
        destination: Option<Template> where form::absolute,
    }
}
