//! A query about a Java project.

use slipway_diagnostic::{Span, Spanned};

use super::tool::Tool;

/// A query about a Java project.
#[derive(Debug, Clone)]
pub struct Query {
    /// The folder of the project.
    pub source: String,
    /// The folder of the module with the program, relative to `source`.
    pub module: Option<Spanned<String>>,
    /// Its build tool; otherwise, its files decide.
    pub tool: Option<Tool>,
    /// Whether the project's own wrapper provides the tool; otherwise, its files decide.
    pub wrapper: Option<bool>,
    /// The location for findings about the project.
    pub span: Span,
}

impl Query {
    /// The folder of the module, relative to `source`; empty for the project itself.
    pub(super) fn module(&self) -> &str {
        self.module.as_ref().map_or("", |module| module.value.as_str())
    }

    /// The location for findings about the module.
    pub(super) fn module_span(&self) -> Span {
        self.module.as_ref().map_or(self.span, |module| module.span)
    }
}
