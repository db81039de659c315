//! The basis of the end-to-end tests: a running engine, projects in temporary folders, and builds with countable
//! progress.
//!
//! The engine is the one that `scripts/engine env` describes; `make e2e` starts it and sets the variables. A test
//! without an engine fails; it is never skipped.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // Everything here is test code.

mod alone;
mod bake;
mod build;
mod compose;
mod container;
mod empty;
mod folder;
mod image;
mod monorepo;
mod private;
mod project;
mod running;
#[cfg(test)]
mod scripts;
mod servers;
mod watch;

pub use alone::{Alone, alone};
pub use bake::Bake;
pub use build::{Build, Outcome, Vertex, ask, ask_elsewhere};
pub use compose::Compose;
pub use container::{Container, run};
pub use empty::EmptyEngine;
pub use folder::Folder;
pub use image::{Loaded, OciArchive, OciFile, OciImage, contains_unpacked};
pub use monorepo::Monorepo;
pub use private::{PrivateHost, go_sum, npm_package, zip};
pub use project::Project;
pub use running::{Late, Running, output, output_with};
pub use servers::{Registry, Repository, serve, serve_folder, serve_objects, serve_registry};

use std::process::{Command, Stdio};

/// The image named in the examples' first lines; builds find the one under test in its place.
pub const SYNTAX: &str = "ghcr.io/acme/slipway:1";

/// A variable that `make e2e` sets.
///
/// # Panics
/// It is not set: the tests were started without an engine.
#[must_use]
pub fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set; run the end-to-end tests with `make e2e`"))
}

/// The `--build-context` arguments that put the frontend under test, and stand-ins for base images where needed, in the
/// place of the public names.
#[must_use]
pub fn contexts() -> Vec<String> {
    let mut arguments =
        vec!["--build-context".to_owned(), format!("{SYNTAX}=docker-image://{}", variable("SLIPWAY_FRONTEND"))];
    arguments.extend(std::env::var("SLIPWAY_CONTEXTS").unwrap_or_default().lines().map(str::to_owned));
    arguments
}

/// The image that takes the place of a public one on this engine, or else the public one.
#[must_use]
pub fn stand_in(image: &str) -> String {
    let prefix = format!("{image}=docker-image://");
    contexts().iter().find_map(|word| word.strip_prefix(&prefix).map(str::to_owned)).unwrap_or_else(|| image.to_owned())
}

/// Runs `docker` and returns what it prints.
///
/// # Panics
/// The command fails, or takes too long.
pub fn docker<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> String {
    let mut command = Command::new("docker");
    command.args(arguments).stdin(Stdio::null());
    let output = output(&mut command);
    assert!(
        output.status.success(),
        "{command:?} failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("docker prints text")
}

/// A file that is removed when it goes out of scope.
///
/// # Panics
/// There is no room for it.
#[must_use]
pub fn temporary_file() -> tempfile::NamedTempFile {
    tempfile::NamedTempFile::new().expect("a temporary file can be made")
}

/// A name that no other test uses, for tags and containers.
#[must_use]
pub fn unique(prefix: &str) -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("slipway-test-{prefix}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
