//! Images for development: sources and unpacked dependencies in the image of the toolchain, where Cargo compiles and
//! runs the program whenever its container starts.

use std::collections::BTreeSet;

use slipway_project::rust::{Program, Workspace};
use slipway_spec::Diagnostic;
use slipway_spec::model::RustOptions;

use super::compile::{Cargo, Choice};
use super::folders::{DEPENDENCIES, SOURCES};
use super::sources::everything;
use crate::output::{BuildOutput, Develop, Reloading, Runnable, Watched, WatchedFolder};
use crate::paths::place_in;
use crate::presets::common::Toolchain;
use crate::presets::programs::{self, Compiled};
use crate::presets::{Context, set};
use crate::runtime::Runtimes;
use crate::{BaseImage, LayerCopy, LayerItem};

/// Cargo's results in an image: programs may write there on every base.
const TARGET: &str = "/tmp/target";

/// Plans the output for an image for development.
///
/// # Errors
/// A text of the spec is wrong.
pub(super) fn plan(
    cx: &mut Context<'_, '_>,
    options: &RustOptions,
    cargo: &Cargo<'_>,
    (choice, compiled): (&Choice, &[Compiled]),
    (bench, image): (&Toolchain, BaseImage),
    folder: &str,
) -> Result<BuildOutput, Diagnostic> {
    let workspace = cargo.workspace;
    let sources = everything(cx, workspace, folder, true)?;
    let mut layers = Vec::new();
    let mut env = cargo.own_env.to_vec();
    if let Some(items) = cargo.unpacked(cx, bench) {
        layers.push(cx.layer(format!("COPY {DEPENDENCIES}"), "cargo fetch --locked", items));
        set(&mut env, "CARGO_HOME", DEPENDENCIES);
    }
    let copy = LayerCopy::whole(sources, "/", SOURCES);
    layers.push(cx.layer(format!("COPY {SOURCES}"), "sources", vec![LayerItem::Copy(copy)]));
    for (name, value) in [("CARGO_TARGET_DIR", TARGET), ("CARGO_NET_OFFLINE", "true"), ("RUSTC_WRAPPER", "")] {
        set(&mut env, name, value);
    }
    let names = programs::names(cx, options.destination.as_ref(), compiled)?;
    let runnable = |(names, program): ([String; 2], &Program)| Runnable {
        names,
        entrypoint: words(workspace, &program.package, &program.name, &choice.features),
    };
    let all: Vec<_> = names.into_iter().zip(choice.programs.iter()).map(runnable).collect();
    let folders: BTreeSet<_> = choice.programs.iter().flat_map(|program| workspace.closure(&program.package)).collect();
    let folders = folders.iter().map(String::as_str).chain([folder]);
    // Cargo's configuration is among the sources.
    let is_manifest = |path: &String| path.ends_with("Cargo.toml") || path.ends_with("Cargo.lock");
    Ok(BuildOutput {
        entrypoint: all.first().map(|program| program.entrypoint.clone()).unwrap_or_default(),
        env,
        workdir: Some(place_in(SOURCES, folder)),
        source: Some(place_in(SOURCES, folder)),
        develop: Some(Develop {
            image,
            root: bench.root,
            writable: vec![SOURCES.to_owned()],
            command: Reloading::Compiles(all),
            watched: Watched {
                restarts: true,
                folders: WatchedFolder::outermost(folders, |folder| Some(place_in(SOURCES, folder))),
                manifests: workspace.manifests(folder).into_iter().filter(is_manifest).collect(),
                // The image determines the toolchain: rustup would look for the one in these files.
                ignored: ["target/", "rust-toolchain.toml", "rust-toolchain"].map(str::to_owned).to_vec(),
            },
        }),
        ..BuildOutput::new(sources, layers, Runtimes::default())
    })
}

/// The words that compile and run a program, before its arguments.
fn words(workspace: &Workspace, package: &str, program: &str, features: &[String]) -> Vec<String> {
    let mut words = vec!["cargo"];
    let config = format!("{DEPENDENCIES}/config.toml");
    if workspace.mirrored {
        // As in the steps of images that ship: its registry would replace the dependencies that are here.
        words.extend(["--config", &config]);
    }
    words.extend(["run", "--offline", "--package", package, "--bin", program]);
    words.extend(features.iter().flat_map(|feature| ["--features", feature]));
    words.push("--");
    words.into_iter().map(str::to_owned).collect()
}
