//! Values of option [`requestid`](super::opts::REQUEST_ID): queries about a spec that are answered without a build.
//!
//! Defined in BuildKit `frontend/subrequests`.

/// Lists the subrequests that the frontend supports. Since v0.8. Version 1.0.0.
pub const DESCRIBE: &str = "frontend.subrequests.describe";
/// Arguments, secrets, SSH agents and caches of a target. Since v0.11. Version 1.0.0.
pub const OUTLINE: &str = "frontend.outline";
/// All targets. Since v0.11. Version 1.0.0.
pub const TARGETS: &str = "frontend.targets";
/// Findings of the linter. Since v0.14. Version 1.0.0.
pub const LINT: &str = "frontend.lint";
/// The graph as JSON. Since v0.26. Version 0.1.0.
pub const CONVERT_LLB: &str = "frontend.convertllb";

/// Version of [`DESCRIBE`], [`OUTLINE`], [`TARGETS`] and [`LINT`].
pub const VERSION_1: &str = "1.0.0";
/// Version of [`CONVERT_LLB`].
pub const CONVERT_LLB_VERSION: &str = "0.1.0";
