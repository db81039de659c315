//! Languages: each builds an output from a source folder. To add one, add a folder here and a line in the table.

mod application;
mod checks;
mod common;
mod context;
mod go;
mod java;
mod language;
mod node;
mod private;
mod programs;
mod python;
mod run_steps;
mod rust;
mod short_form;
mod static_files;
mod toolchain_image;

pub(crate) use context::{BuildPackages, Context};
use language::{Language, anywhere};
pub(crate) use node::{ENV_FILE_LEFT_OUT, INSTALL_SCRIPT_BLOCKED, PACKAGE_NOT_BUILT, START_SCRIPT};
pub(crate) use python::UNKNOWN_VERSION;
pub(crate) use short_form::in_short_form;
use slipway_project::excluded_files;
use slipway_spec::model::{Build, PresetOptions};
use slipway_spec::{Template, join_path};

use crate::PlanError;
use crate::env::{base_env, set, set_all};
use crate::output::{BuildOutput, Idle, OutputLayer, Start};
use crate::paths::{context_path, in_folder, is_within, shown, whole};
use crate::runtime::Runtimes;

/// Declares the languages: the presets of a spec, and the types that plan them.
macro_rules! languages {
    ($( $preset:ident => $language:ty, )*) => {
        /// Plans a build.
        pub(crate) async fn build(cx: &mut Context<'_, '_>) -> Result<BuildOutput, PlanError> {
            match &cx.build.options { $(
                PresetOptions::$preset(options) => {
                    let asked = <$language>::ask(cx, options)?;
                    // Readers have large futures, and plans of images nest.
                    let found = Box::pin(<$language>::find(cx, options, asked)).await?;
                    <$language>::plan(cx, options, found)
                }
            )* }
        }

        /// Patterns of files that the tools of a build's language create in a checkout with this source folder.
        pub(crate) fn context_excludes(build: &Build, folder: &str) -> Vec<String> {
            match &build.options { $( PresetOptions::$preset(_) => <$language>::context_excludes(folder), )* }
        }

        /// The base of a build's images, if it is known before the project is read.
        pub(crate) fn early_runtimes(build: &Build) -> Option<Runtimes> {
            match &build.options { $( PresetOptions::$preset(options) => <$language>::early_runtimes(options), )* }
        }

        /// Files in the source folder that a build requires, if they are the same for every project.
        #[must_use]
        pub fn manifests(build: &Build) -> &'static [&'static str] {
            match &build.options { $( PresetOptions::$preset(options) => <$language>::manifests(options), )* }
        }

        /// The toolchain's release that a build names, and the files that name it otherwise.
        #[must_use]
        pub fn toolchain(build: &Build) -> Option<(&Template, &'static str)> {
            match &build.options { $( PresetOptions::$preset(options) => <$language>::toolchain(options), )* }
        }
    };
}

languages! {
    Go => go::Go,
    Node => node::Node,
    Python => python::Python,
    Rust => rust::Rust,
    Java => java::Java,
    Static => static_files::Static,
}

/// Whether the output of a build is its unchanged source files, so that all of them count.
pub(crate) fn ships_its_source(build: &Build) -> bool {
    matches!(build.options, PresetOptions::Static(_)) && build.origin.is_none()
}
