//! Folders in the steps of a Go build, and in its images.

use crate::paths::place_in;

/// The context's files in a step; a module in `svc` is in `/src/svc`.
pub(super) const SOURCES: &str = "/src";
/// Unpacked modules in a step: the path of Go's own images.
pub(super) const MODULES: &str = "/go/pkg/mod";
/// The archives of modules in a step, as a module proxy.
pub(super) const ARCHIVES: &str = "/var/cache/go-archives";
/// What all projects downloaded, as a module proxy.
pub(super) const DOWNLOADS: &str = "/var/cache/go-mod";
/// Go's compile cache in a step.
pub(super) const COMPILE_CACHE: &str = "/var/cache/go-build";
/// The compiled standard library in a step.
pub(super) const STANDARD_LIBRARY: &str = "/var/cache/go-standard-library";
/// Compiled dependencies in a step.
pub(super) const DEPENDENCIES: &str = "/var/cache/go-dependencies";
/// The output folder with the program.
pub(super) const OUTPUT: &str = "/out";

/// The path of a context folder in a step.
pub(super) fn workdir(folder: &str) -> String {
    place_in(SOURCES, folder)
}
