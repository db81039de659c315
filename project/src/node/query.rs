//! A query about a Node.js project.

use slipway_diagnostic::{Span, Spanned};

use super::manager::ManagerName;

/// A query about a Node.js project.
#[derive(Debug, Clone)]
pub struct Query {
    /// The folder of the package to build.
    pub source: String,
    /// The package manager, if the project does not determine it.
    pub manager: Option<ManagerName>,
    /// The Node.js release, if the project does not determine it: a version, a code name or a range.
    pub release: Option<Spanned<String>>,
    /// Whether scripts of the package run. A package without dependencies then uses the tools of its workspace.
    pub runs_scripts: bool,
    /// The location for findings about the project.
    pub span: Span,
    /// The location for findings about its folder.
    pub source_span: Span,
}

impl Query {
    /// What facts depend on besides the files.
    pub(super) fn key(&self) -> String {
        let Self { source, manager, release, runs_scripts, .. } = self;
        format!("{source:?} {manager:?} {:?} {runs_scripts}", release.as_ref().map(|release| &release.value))
    }
}
