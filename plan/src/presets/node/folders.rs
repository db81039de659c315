//! Folders in the steps of a Node.js build.

/// The context's files in a step; a package in `web` is in `/app/web`.
pub(super) const APP: &str = "/app";
/// A package manager that Node.js does not include, in a step.
pub(super) const MANAGER: &str = "/opt/manager";
/// The output folder of a step.
pub(super) const OUTPUT: &str = "/out";
/// The output of code generators in a step, before it is laid over the sources.
pub(super) const GENERATED: &str = "/run/generated";
/// Folders in the output of the step that runs the scripts, if it leaves more than the paths of the package: those paths,
/// packages of its workspace that the program requires, and paths beside the package.
pub(super) const PACKAGE: &str = "/package";
pub(super) const WORKSPACE: &str = "/workspace";
pub(super) const BESIDE: &str = "/beside";
