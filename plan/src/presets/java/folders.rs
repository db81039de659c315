//! Folders in the steps of a Java build.

/// The context's files in a step.
pub(super) const SOURCES: &str = "/src";
/// Dependencies in a step: Maven's local repository, or Gradle's home.
pub(super) const DEPENDENCIES: &str = "/deps";
/// The output folder with the program and its libraries.
pub(super) const OUTPUT: &str = "/out";
/// The jar of the program, in the folder of the application.
pub(super) const JAR: &str = "app.jar";
