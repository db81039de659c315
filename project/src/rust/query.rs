//! What is asked about a Rust project.

use slipway_diagnostic::{Span, Spanned};

/// What is asked about a Rust project.
#[derive(Debug, Clone)]
pub struct Query {
    /// The folder of the package or workspace.
    pub source: String,
    /// The name of the program.
    pub bin: Option<Spanned<String>>,
    /// The name of the package that has the program.
    pub package: Option<Spanned<String>>,
    /// Features that are turned on beside the default ones.
    pub features: Vec<String>,
    /// The place of findings about the project.
    pub span: Span,
}

impl Query {
    /// What the program depends on beside the files.
    pub(super) fn key(&self) -> String {
        let value = |option: &Option<Spanned<String>>| option.as_ref().map(|option| option.value.clone());
        format!("{:?} {:?} {:?} {:?}", self.source, value(&self.bin), value(&self.package), self.features)
    }

    /// The place that names the program.
    pub(super) fn program_span(&self) -> Span {
        self.bin.as_ref().or(self.package.as_ref()).map_or(self.span, |option| option.span)
    }
}
