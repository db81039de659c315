//! Manifests and lockfiles in TOML.

use slipway_diagnostic::{Diagnostic, Span};

/// Parses a file.
///
/// # Errors
/// The file is invalid TOML.
pub fn parse(bytes: &[u8], path: &str, span: Span) -> Result<toml::Table, Diagnostic> {
    let text = String::from_utf8_lossy(bytes);
    text.trim_start_matches('\u{feff}').parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |place| text.get(..place.start).unwrap_or_default().lines().count().max(1));
        Diagnostic::error(
            span,
            format!("`{path}` is not valid TOML: {} in line {line}", error.message().replace('\n', ", ")),
        )
        .with_help("correct this line")
    })
}

/// The value at a path of keys.
#[must_use]
pub fn at<'t>(table: &'t toml::Table, path: &[&str]) -> Option<&'t toml::Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| value.get(key))
}
