//! Findings as text: one renderer a file, and one table of them.
//!
//! The crate knows findings and the texts they point into; it reads no files and prints nothing. All renderers keep the
//! order of the findings they are given and give the same text for the same findings, so that their output can be
//! compared and kept.

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

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people: excerpts of the files with the places marked.
    Terminal,
    /// One line a finding: `file:line:column: error: message; help`.
    Plain,
    /// A list of JSON objects.
    Json,
    /// SARIF 2.1.0, which code scanning services read.
    Sarif,
    /// Workflow commands of GitHub Actions, which become annotations of the changed lines.
    Github,
}

/// What a renderer is.
type Renderer = fn(&[Diagnostic], &Sources, &Options<'_>) -> String;

/// Every format: its word, and who writes it.
const FORMATS: &[(&str, Format, Renderer)] = &[
    ("terminal", Format::Terminal, terminal::render),
    ("plain", Format::Plain, plain::render),
    ("json", Format::Json, json::render),
    ("sarif", Format::Sarif, sarif::render),
    ("github", Format::Github, github::render),
];

impl Format {
    /// All of them by their words, in the order to list them.
    pub fn all() -> impl ExactSizeIterator<Item = (&'static str, Self)> {
        FORMATS.iter().map(|(word, format, _)| (*word, *format))
    }

    /// Its word, as in `--format`.
    #[must_use]
    pub fn name(self) -> &'static str {
        FORMATS.iter().find(|(_, format, _)| *format == self).map_or("", |(word, ..)| word)
    }

    /// The format of a word.
    #[must_use]
    pub fn find(word: &str) -> Option<Self> {
        FORMATS.iter().find(|(name, ..)| *name == word).map(|(_, format, _)| *format)
    }
}

/// Writes findings in a format. The text ends with a line break unless it is empty.
#[must_use]
pub fn render(format: Format, findings: &[Diagnostic], sources: &Sources, options: &Options<'_>) -> String {
    let renderer = FORMATS.iter().find(|(_, named, _)| *named == format).map(|(.., renderer)| renderer);
    renderer.map(|renderer| renderer(findings, sources, options)).unwrap_or_default()
}
