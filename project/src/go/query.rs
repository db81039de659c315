//! A query about a Go project.

use slipway_diagnostic::{Span, Spanned};

use super::constraint::Target;

/// A query about a Go project.
#[derive(Debug, Clone)]
pub struct Query {
    /// The folder of the project.
    pub source: String,
    /// The folder of the main package, or of the first of several, and where the spec names it.
    pub main: Spanned<String>,
    /// The folders of other main packages, whose programs are built in the same step.
    pub others: Vec<Spanned<String>>,
    /// Whether to use a `go.work` above the module.
    pub with_workspace: bool,
    /// Paths that are overridden by files from elsewhere.
    pub laid_over: Vec<String>,
    /// The target of the program. Facts are the same for every target; this decides whether there is a program at all.
    pub target: Target,
    /// The location for findings about the project.
    pub span: Span,
}

impl Query {
    /// What facts depend on besides the files.
    pub(super) fn key(&self) -> String {
        let Self { source, with_workspace, laid_over, .. } = self;
        let mains: Vec<_> = self.mains().map(|main| &main.value).collect();
        format!("{source:?} {mains:?} {with_workspace} {laid_over:?}")
    }

    /// The folders of all main packages.
    pub fn mains(&self) -> impl Iterator<Item = &Spanned<String>> {
        std::iter::once(&self.main).chain(&self.others)
    }
}
