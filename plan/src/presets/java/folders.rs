//! Where things are in the steps of a Java build.

/// Where the context's files are in a step.
pub(super) const SOURCES: &str = "/src";
/// Where dependencies are in a step: Maven's local repository, or Gradle's home.
pub(super) const DEPENDENCIES: &str = "/deps";
/// Where a step leaves the program and its libraries.
pub(super) const OUTPUT: &str = "/out";
