//! Folders in the steps of a Python build, and in its images.

/// The program's files, in images and in checks.
pub(super) const APP: &str = "/app";
/// The virtual environment. Programs in it name this path, so it is the same in steps and images.
pub(super) const VENV: &str = "/app/.venv";
/// The repository's files in a step.
pub(super) const SOURCES: &str = "/src";
/// The installer in a step, if the image has none.
pub(super) const TOOL: &str = "/opt/slipway-tool";
/// The build requirements of packages of the repository.
pub(super) const BUILD_TOOLS: &str = "/opt/slipway-build-tools";
/// The installer's download cache in a step.
pub(super) const DOWNLOADS: &str = "/var/cache/slipway-python";
/// What a check gets of the project itself as a package.
pub(super) const OWN: &str = "/opt/slipway-own";
