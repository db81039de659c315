//! Where things are in the steps of a Rust build, and in its images.

/// Where the context's files are in a step.
pub(super) const SOURCES: &str = "/src";
/// Where dependencies are in a step, and Cargo's configuration for them.
pub(super) const DEPENDENCIES: &str = "/deps";
