//! What is asked about a Node.js project.

use slipway_diagnostic::{Span, Spanned};

use super::manager::ManagerName;

/// What is asked about a Node.js project.
#[derive(Debug, Clone)]
pub struct Query {
    /// The folder of the package that is built.
    pub source: String,
    /// The package manager, where the project does not decide on it.
    pub manager: Option<ManagerName>,
    /// The release of Node.js, where the project does not decide on it: a version, a code name or a range.
    pub release: Option<Spanned<String>>,
    /// Whether scripts of the package run. In a package without dependencies they use the tools of its workspace.
    pub runs_scripts: bool,
    /// The place of findings about the project.
    pub span: Span,
    /// The place of findings about its folder.
    pub source_span: Span,
}

impl Query {
    /// What facts depend on beside the files.
    pub(super) fn key(&self) -> String {
        let Self { source, manager, release, runs_scripts, .. } = self;
        format!("{source:?} {manager:?} {:?} {runs_scripts}", release.as_ref().map(|release| &release.value))
    }
}
