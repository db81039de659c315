//! What is asked about a Go project.

use slipway_diagnostic::Span;

use super::constraint::Target;

/// What is asked about a Go project.
#[derive(Debug, Clone)]
pub struct Query {
    /// The folder of the project.
    pub source: String,
    /// The folder of the main package.
    pub main: String,
    /// Whether a `go.work` around the module counts.
    pub with_workspace: bool,
    /// Paths that files from elsewhere are laid over.
    pub laid_over: Vec<String>,
    /// What the program is for. Facts are the same for every target; this decides whether there is a program at all.
    pub target: Target,
    /// The place of findings about the project.
    pub span: Span,
    /// The place of findings about the main package.
    pub main_span: Span,
}

impl Query {
    /// What facts depend on beside the files.
    pub(super) fn key(&self) -> String {
        let Self { source, main, with_workspace, laid_over, .. } = self;
        format!("{source:?} {main:?} {with_workspace} {laid_over:?}")
    }
}
