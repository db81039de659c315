//! The files that a Gradle build is told by.

/// The names of the script of a project, and of the settings of a build.
pub(super) const SCRIPTS: [&str; 2] = ["build.gradle", "build.gradle.kts"];

pub(super) const SETTINGS: [&str; 2] = ["settings.gradle", "settings.gradle.kts"];
