//! Where things stand in the steps of a Rust build, and in its images.

/// Where the context's files stand in a step.
pub(super) const SOURCES: &str = "/src";
/// Where dependencies stand in a step, and Cargo's configuration for them.
pub(super) const DEPENDENCIES: &str = "/deps";
