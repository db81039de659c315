//! What the command line asks, whatever the spec says.

use std::collections::BTreeMap;

use crate::Platform;

/// What the command line asks of a build, whatever the target.
#[derive(Debug, Clone)]
pub struct Request {
    /// `--build-arg`, by name.
    pub build_args: BTreeMap<String, String>,
    /// `--label`, by key.
    pub labels: BTreeMap<String, String>,
    /// Name of the spec's file, as it would stand at the root of the context.
    pub spec_name: String,
    /// The platform that steps run on.
    pub build_platform: Platform,
    /// Whether several platforms are built, so that names of steps say which they are for.
    pub multi_platform: bool,
}
