//! Where things stand in the steps of a Python build, and in its images.

/// Where the program's files stand, in images and in checks.
pub(super) const APP: &str = "/app";
/// Where the virtual environment stands: programs in it name this path, so it is the same in steps and images.
pub(super) const VENV: &str = "/app/.venv";
/// Where the repository's files stand in a step.
pub(super) const SOURCES: &str = "/src";
/// Where the installer stands in a step, if the image has none.
pub(super) const TOOL: &str = "/opt/slipway-tool";
/// Where that stands which packages of the repository are built with.
pub(super) const BUILD_TOOLS: &str = "/opt/slipway-build-tools";
/// The installer's download cache in a step.
pub(super) const DOWNLOADS: &str = "/var/cache/slipway-python";
/// Where a check has what is known of the project itself as a package.
pub(super) const OWN: &str = "/opt/slipway-own";
