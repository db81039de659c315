//! Where things stand in the steps of a Go build, and in its images.

use crate::paths::place_in;

/// Where the context's files stand in a step; a module in `svc` stands in `/src/svc`.
pub(super) const SOURCES: &str = "/src";
/// Where modules stand in a step: the place that Go's own images use.
pub(super) const MODULES: &str = "/go/pkg/mod";
/// Go's download cache in a step.
pub(super) const DOWNLOADS: &str = "/var/cache/go-mod";
/// Go's compile cache in a step.
pub(super) const COMPILE_CACHE: &str = "/var/cache/go-build";
/// Compiled dependencies in a step.
pub(super) const DEPENDENCIES: &str = "/var/cache/go-dependencies";
/// Where a step leaves its program.
pub(super) const OUTPUT: &str = "/out";

/// Where a folder of the context stands in a step.
pub(super) fn workdir(folder: &str) -> String {
    place_in(SOURCES, folder)
}
