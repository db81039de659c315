//! Where things stand in the steps of a Java build, and in its images.

/// Where the context's files stand in a step.
pub(super) const SOURCES: &str = "/src";
/// Where dependencies stand in a step: Maven's local repository, or Gradle's home.
pub(super) const DEPENDENCIES: &str = "/deps";
/// Where a step leaves the program and its libraries.
pub(super) const OUTPUT: &str = "/out";
/// Where the program stands in images.
pub(super) const APP: &str = "/app";
