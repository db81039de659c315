//! A query about a Rust project.

use slipway_diagnostic::{Span, Spanned};

/// A query about a Rust project.
#[derive(Debug, Clone)]
pub struct Query {
    /// The folder of the package or workspace.
    pub source: String,
    /// The requested name of the program.
    pub bin: Option<Spanned<String>>,
    /// The requested name of its package.
    pub package: Option<Spanned<String>>,
    /// Features that are enabled in addition to the default ones.
    pub features: Vec<String>,
    /// The location for findings about the project.
    pub span: Span,
}

impl Query {
    /// What the program depends on besides the files.
    pub(super) fn key(&self) -> String {
        let value = |option: &Option<Spanned<String>>| option.as_ref().map(|option| option.value.clone());
        format!("{:?} {:?} {:?} {:?}", self.source, value(&self.bin), value(&self.package), self.features)
    }

    /// The location for findings about the program.
    pub(super) fn program_span(&self) -> Span {
        self.bin.as_ref().or(self.package.as_ref()).map_or(self.span, |option| option.span)
    }
}
