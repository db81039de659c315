//! Findings as text: one renderer per file, and one table of them.
//!
//! The crate depends only on findings and the texts they refer to; it does not read files or print. All renderers keep
//! the order of findings and are deterministic, so that their output can be compared and stored.

mod excerpt;
mod github;
mod json;
mod options;
mod plain;
mod sarif;
mod summary;
mod terminal;

use slipway_spec::{Diagnostic, Sources};

pub use options::Options;
pub use summary::summary;

/// Output formats for findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people: excerpts of the files with marked locations.
    Terminal,
    /// One line per finding: `file:line:column: error: message; help`.
    Plain,
    /// A list of JSON objects.
    Json,
    /// SARIF 2.1.0, for code scanning services.
    Sarif,
    /// Workflow commands of GitHub Actions, which become annotations of changed lines.
    Github,
}

/// The type of a renderer.
type Renderer = fn(&[Diagnostic], &Sources, &Options<'_>) -> String;

/// Every format: its name, and its renderer.
const FORMATS: &[(&str, Format, Renderer)] = &[
    ("terminal", Format::Terminal, terminal::render),
    ("plain", Format::Plain, plain::render),
    ("json", Format::Json, json::render),
    ("sarif", Format::Sarif, sarif::render),
    ("github", Format::Github, github::render),
];

impl Format {
    /// All formats by name, in the order to list them.
    pub fn all() -> impl ExactSizeIterator<Item = (&'static str, Self)> {
        FORMATS.iter().map(|(word, format, _)| (*word, *format))
    }

    /// Its name, as in `--format`.
    #[must_use]
    pub fn name(self) -> &'static str {
        FORMATS.iter().find(|(_, format, _)| *format == self).map_or("", |(word, ..)| word)
    }

    /// The format with a name.
    #[must_use]
    pub fn find(word: &str) -> Option<Self> {
        FORMATS.iter().find(|(name, ..)| *name == word).map(|(_, format, _)| *format)
    }
}

/// Renders findings in a format. The text ends with a line break unless it is empty.
#[must_use]
pub fn render(format: Format, findings: &[Diagnostic], sources: &Sources, options: &Options<'_>) -> String {
    let renderer = FORMATS.iter().find(|(_, named, _)| *named == format).map(|(.., renderer)| renderer);
    renderer.map(|renderer| renderer(findings, sources, options)).unwrap_or_default()
}
