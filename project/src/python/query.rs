//! A query about a Python project.

use slipway_diagnostic::{Span, Spanned};

/// The name of a tool that installs dependencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolName {
    /// pip.
    Pip,
    /// uv.
    Uv,
    /// Poetry.
    Poetry,
}

/// A query about a Python project.
#[derive(Debug, Clone)]
pub struct Query {
    /// The folder of the project.
    pub folder: String,
    /// The requested tool for installing dependencies.
    pub tool: Option<ToolName>,
    /// The requested requirements file, relative to the folder.
    pub requirements: Option<Spanned<String>>,
    /// The requested Python version.
    pub python: Option<Spanned<String>>,
    /// Extras of the project to install.
    pub extras: Vec<Spanned<String>>,
    /// Dependency groups to install in addition to the main dependencies.
    pub groups: Vec<Spanned<String>>,
    /// Variables for the installer.
    pub env: Vec<(String, String)>,
    /// Options for the installer.
    pub options: Vec<String>,
    /// The file with the query, which is not part of any program.
    pub own_file: String,
    /// The absolute path of the repository's files when the installer runs.
    pub checkout: String,
    /// The location for findings about the project.
    pub span: Span,
}

impl Query {
    /// What facts depend on besides the files.
    pub(super) fn key(&self) -> String {
        let Self { folder, tool, requirements, python, extras, groups, env, options, own_file, checkout, .. } = self;
        let text = |word: &Option<Spanned<String>>| word.as_ref().map(|word| word.value.clone());
        let (requirements, python) = (text(requirements), text(python));
        let (extras, groups) = (values(extras), values(groups));
        format!(
            "{folder:?} {tool:?} {requirements:?} {python:?} {extras:?} {groups:?} {env:?} {options:?} {own_file:?} {checkout:?}"
        )
    }

    /// The names of the extras.
    pub(super) fn extra_names(&self) -> Vec<&str> {
        values(&self.extras)
    }

    /// The names of the groups.
    pub(super) fn group_names(&self) -> Vec<&str> {
        values(&self.groups)
    }
}

fn values(words: &[Spanned<String>]) -> Vec<&str> {
    words.iter().map(|word| word.value.as_str()).collect()
}
