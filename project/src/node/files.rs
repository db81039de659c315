//! The names of the project files that decide how it is built.

use std::collections::BTreeMap;

use slipway_diagnostic::{Diagnostic, Span};

use super::package::Package;
use crate::excluded_files;

/// The manifest of a package.
pub const MANIFEST: &str = "package.json";
/// Files of version managers.
pub(crate) const VERSION_FILES: &[&str] = &[".nvmrc", ".node-version"];
/// Settings of Yarn 2 and later.
pub(crate) const BERRY_SETTINGS: &str = ".yarnrc.yml";

/// Files next to a workspace's lockfile that no build of its packages reads, in addition to those that no build reads
/// anywhere.
const OF_THE_WORKSPACE: &[&str] = &["*.md", "LICENSE*", "license*", "Makefile", "justfile", "Justfile", ".prettier*"];

/// Files by their path in the context.
pub(crate) type FileTexts = BTreeMap<String, Vec<u8>>;

/// Parses a manifest.
pub(crate) fn parse(path: &str, bytes: &[u8], span: Span) -> Result<Package, Diagnostic> {
    Package::parse(bytes).map_err(|error| {
        Diagnostic::error(span, format!("`{path}` cannot be read: {error}")).with_help("npm could not read it either")
    })
}

/// Whether a build may read a file next to the lockfile of its workspace.
pub(crate) fn is_for_builds(path: &str) -> bool {
    let name = last_part(path);
    !excluded_files::is_foreign_to_javascript(name)
        && !OF_THE_WORKSPACE.iter().any(|pattern| excluded_files::matches(pattern, name))
}

/// Whether linters and formatters may read it although builds do not.
pub(crate) fn is_for_checks(path: &str) -> bool {
    let name = last_part(path);
    excluded_files::is_read_by_checks(name) || name.starts_with(".prettier")
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
