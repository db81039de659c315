//! Languages: how each turns a source folder into something that ships. A new one is one file here and one line in
//! `build`.

mod checks;
mod code_files;
mod common;
mod context;
mod excluded_files;
mod go;
mod java;
mod node;
mod private;
mod python;
mod rust;
mod static_files;

pub(crate) use context::{Context, Input};
pub(crate) use node::{FILES_LEFT_BEHIND, INSTALL_SCRIPT_BLOCKED, PACKAGE_NOT_BUILT, PRISMA_ENGINE, START_SCRIPT};
pub(crate) use python::UNKNOWN_VERSION;
use slipway_spec::join_path;
use slipway_spec::model::{Build, PresetOptions};

use crate::contents::program_place;
use crate::env::{base_env, set, set_all};
use crate::output::{BuildOutput, Idle, OutputLayer, Start};
use crate::paths::{context_path, in_folder, is_within, self_and_above, shown, whole};
use crate::{LayerItem, PlanError};

/// Plans a build.
pub(crate) async fn build(cx: &Context<'_>) -> Result<BuildOutput, PlanError> {
    match &cx.build.options {
        PresetOptions::Go(options) => go::build(cx, options).await,
        PresetOptions::Node(options) => node::build(cx, options).await,
        PresetOptions::Static(options) => static_files::build(cx, options).await,
        PresetOptions::Python(options) => python::build(cx, options).await,
        PresetOptions::Rust(options) => rust::build(cx, options).await,
        PresetOptions::Java(options) => java::build(cx, options).await,
    }
}

/// Patterns of what the tools of a build's language leave in a checkout. Its source folder may be a part of a larger
/// project, whose root is above it.
pub(crate) fn context_excludes(build: &Build, folder: &str) -> Vec<String> {
    let anywhere = |names: &[&str]| names.iter().map(|name| format!("**/{name}")).collect();
    match &build.options {
        PresetOptions::Go(_) | PresetOptions::Static(_) => Vec::new(),
        PresetOptions::Node(_) => anywhere(&["node_modules"]),
        PresetOptions::Python(_) => {
            anywhere(&["__pycache__", ".venv", ".tox", ".mypy_cache", ".pytest_cache", ".ruff_cache"])
        }
        // A package may have a folder of this name among its sources, so only the places where these tools put theirs
        // are meant.
        PresetOptions::Rust(_) => self_and_above(folder).map(|folder| in_folder(folder, "target")).collect(),
        PresetOptions::Java(_) => {
            let of_modules = ["target", "*/target", "*/*/target"].map(|name| in_folder(folder, name));
            of_modules.into_iter().chain(anywhere(&[".gradle"])).collect()
        }
    }
}

/// Whether what a build makes are the very files of its source, so that every one of them counts.
pub(crate) fn ships_its_source(build: &Build) -> bool {
    matches!(build.options, PresetOptions::Static(_)) && build.origin.is_none()
}

/// The folder of an image that has the files of a build's source folder as they are; none where they are compiled, or
/// come from elsewhere.
pub(crate) fn source_in_image(build: &Build, made: &BuildOutput) -> Option<String> {
    match &build.options {
        PresetOptions::Node(_) | PresetOptions::Python(_) => made.workdir.clone(),
        PresetOptions::Static(_) if build.origin.is_none() => {
            made.layers.iter().flat_map(|layer| &layer.items).find_map(|item| match item {
                LayerItem::Copy(copy) => Some(copy.target.clone()),
                LayerItem::Folder { .. } | LayerItem::Text { .. } => None,
            })
        }
        PresetOptions::Static(_) | PresetOptions::Go(_) | PresetOptions::Rust(_) | PresetOptions::Java(_) => None,
    }
}
