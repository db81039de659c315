//! A query about a Rust project.

use slipway_diagnostic::{Span, Spanned};

/// A query about a Rust project.
#[derive(Debug, Clone)]
pub struct Query {
    /// The folder of the package or workspace.
    pub source: String,
    /// The names of the programs; none for the only one of each package.
    pub bins: Vec<Spanned<String>>,
    /// The names of the packages that have the programs; none for the one at the source folder.
    pub packages: Vec<Spanned<String>>,
    /// Features that are enabled in addition to the default ones.
    pub features: Vec<String>,
    /// The location for findings about the project.
    pub span: Span,
}

impl Query {
    /// What the programs depend on besides the files.
    pub(super) fn key(&self) -> String {
        let values = |list: &[Spanned<String>]| list.iter().map(|name| name.value.clone()).collect::<Vec<_>>();
        format!("{:?} {:?} {:?} {:?}", self.source, values(&self.bins), values(&self.packages), self.features)
    }
}
