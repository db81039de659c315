//! A query about a Go project.

use slipway_diagnostic::Span;

use super::constraint::Target;

/// A query about a Go project.
#[derive(Debug, Clone)]
pub struct Query {
    /// The folder of the project.
    pub source: String,
    /// The folder of the main package.
    pub main: String,
    /// Whether to use a `go.work` above the module.
    pub with_workspace: bool,
    /// Paths that are overridden by files from elsewhere.
    pub laid_over: Vec<String>,
    /// The target of the program. Facts are the same for every target; this decides whether there is a program at all.
    pub target: Target,
    /// The location for findings about the project.
    pub span: Span,
    /// The location for findings about the main package.
    pub main_span: Span,
}

impl Query {
    /// What facts depend on besides the files.
    pub(super) fn key(&self) -> String {
        let Self { source, main, with_workspace, laid_over, .. } = self;
        format!("{source:?} {main:?} {with_workspace} {laid_over:?}")
    }
}
