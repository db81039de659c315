//! The options of the command line, independent of the spec.

use std::collections::BTreeMap;

use crate::Platform;

/// The options of the command line, independent of the target.
#[derive(Debug, Clone)]
pub struct Request {
    /// `--build-arg`, by name.
    pub build_args: BTreeMap<String, String>,
    /// `--label`, by key.
    pub labels: BTreeMap<String, String>,
    /// Name of the spec's file, relative to the root of the context.
    pub spec_name: String,
    /// The platform of the steps.
    pub build_platform: Platform,
    /// Whether several platforms are built, so that step names contain the platform.
    pub multi_platform: bool,
}
