//! Folders in the steps of a Python build that are the same for every build.

/// The installer in a step, if the image does not include one.
pub(super) const TOOL: &str = "/opt/slipway-tool";
/// The build requirements of packages of the repository.
pub(super) const BUILD_TOOLS: &str = "/opt/slipway-build-tools";
/// The installer's download cache in a step.
pub(super) const DOWNLOADS: &str = "/var/cache/slipway-python";
/// What a check gets of the project itself as a package.
pub(super) const OWN: &str = "/opt/slipway-own";
