//! What is asked about a Python project.

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

/// What is asked about a Python project.
#[derive(Debug, Clone)]
pub struct Query {
    /// The folder of the project.
    pub folder: String,
    /// The tool that installs the dependencies, where it is named.
    pub tool: Option<ToolName>,
    /// The requirements file, relative to the folder, where it is named.
    pub requirements: Option<Spanned<String>>,
    /// The version of Python, where it is named.
    pub python: Option<Spanned<String>>,
    /// Extras of the project to install.
    pub extras: Vec<Spanned<String>>,
    /// Dependency groups to install beside the main dependencies.
    pub groups: Vec<Spanned<String>>,
    /// Variables that the installer gets.
    pub env: Vec<(String, String)>,
    /// Options that the installer gets.
    pub options: Vec<String>,
    /// The file that asks, which belongs to no program.
    pub own_file: String,
    /// Where the repository's files are when the installer runs, as an absolute path.
    pub checkout: String,
    /// The place of findings about the project.
    pub span: Span,
}

impl Query {
    /// What facts depend on beside the files.
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
