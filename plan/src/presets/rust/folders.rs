//! Folders in the steps of a Rust build, and in its images.

/// The context's files in a step.
pub(super) const SOURCES: &str = "/src";
/// Dependencies in a step, and Cargo's configuration for them.
pub(super) const DEPENDENCIES: &str = "/deps";
/// The cache mount of unpacked dependencies in a step.
pub(super) const UNPACKED: &str = "/var/cache/crates";
