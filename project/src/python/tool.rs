//! The tool that installs the dependencies of a project: pip, uv or Poetry, according to the query or the lockfiles.

use std::sync::Arc;

use slipway_diagnostic::{Diagnostic, Span};

use super::poetry_lock::PoetryLock;
use super::query::{Query, ToolName};
use super::uv_lock::UvWorkspace;
use crate::paths::in_folder;
use crate::toml_file::at;

/// The tool, and its input.
#[derive(Debug, Clone, PartialEq)]
pub enum Tool {
    /// pip, from requirements files whose paths are relative to the project's folder.
    Pip {
        /// The requirements at run time.
        main: String,
        /// The additional requirements for development.
        dev: Option<String>,
    },
    /// uv, from `uv.lock`.
    Uv {
        /// Its release.
        version: String,
        /// The folder of the lockfile: the project's own, or that of its workspace.
        root: String,
        /// The manifest next to the lockfile.
        manifest: toml::Table,
        /// The lockfile, which all members of the workspace share.
        workspace: Arc<UvWorkspace>,
    },
    /// Poetry, from `poetry.lock`.
    Poetry {
        /// Its release.
        version: String,
        /// The lockfile.
        lock: PoetryLock,
    },
}

impl Tool {
    /// Folders in the context of all local packages in the lockfile.
    pub(super) fn locked_folders(&self) -> Vec<String> {
        match self {
            Self::Uv { root, workspace, .. } => workspace.folders().map(|folder| in_folder(root, folder)).collect(),
            Self::Pip { .. } | Self::Poetry { .. } => Vec::new(),
        }
    }

    /// Its name as one word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pip { .. } => "pip",
            Self::Uv { .. } => "uv",
            Self::Poetry { .. } => "poetry",
        }
    }

    /// Its name and version.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Pip { main, .. } => format!("pip from `{main}`"),
            Self::Uv { version, .. } => format!("uv {version}"),
            Self::Poetry { version, .. } => format!("Poetry {version}"),
        }
    }
}

/// The lockfiles that exist.
pub(super) struct Found {
    pub(super) uv: bool,
    pub(super) poetry: bool,
    pub(super) pip: bool,
    /// A lockfile of an unsupported tool, and the command that converts it to requirements.
    pub(super) other: Option<(&'static str, &'static str)>,
    /// The lockfile of a workspace above, of which the project is not a member.
    pub(super) not_a_member_of: Option<String>,
}

/// The tool, and why.
pub(super) fn choose(
    query: &Query,
    found: &Found,
    requirements: &str,
    pyproject: Option<&toml::Table>,
) -> Result<(ToolName, &'static str), Diagnostic> {
    let Query { folder, span, .. } = query;
    let span = *span;
    let missing = |name: &str, help: &str| {
        Err(Diagnostic::error(span, format!("there is no `{}` in the context", in_folder(folder, name)))
            .with_help(help))
    };
    let tool = match (query.tool, &query.requirements) {
        (Some(tool @ (ToolName::Uv | ToolName::Poetry)), Some(requirements)) => {
            let word = if tool == ToolName::Uv { "uv" } else { "poetry" };
            return Err(Diagnostic::error(
                requirements.span,
                format!("`requirements` is for pip, but `tool` is {word}"),
            )
            .with_help("delete one of them"));
        }
        (Some(tool), _) => (tool, "according to `tool`"),
        (None, Some(_)) => (ToolName::Pip, "according to `requirements`"),
        (None, None) => match (found.uv, found.poetry, found.pip) {
            (true, true, _) => {
                return Err(Diagnostic::error(span, "there is both a `uv.lock` and a `poetry.lock` in the context")
                    .with_help("delete the one that is out of date, or write `tool: uv` or `tool: poetry`"));
            }
            (true, ..) => (ToolName::Uv, "because there is a `uv.lock`"),
            (_, true, _) => (ToolName::Poetry, "because there is a `poetry.lock`"),
            (.., true) => (ToolName::Pip, "because there is a `requirements.txt`"),
            (false, false, false) => {
                if let Some(lock) = &found.not_a_member_of {
                    return Err(not_a_member(folder, lock, span));
                }
                if let Some((lock, command)) = found.other {
                    let path = in_folder(folder, lock);
                    return Err(Diagnostic::error(
                        span,
                        format!("the python preset does not support the tool that writes `{path}`"),
                    )
                    .with_help(format!("write its packages to a `requirements.txt` and commit it: `{command}`")));
                }
                let help = match pyproject {
                    Some(file) if at(file, &["tool", "poetry"]).is_some() => {
                        "run `poetry lock` and commit `poetry.lock`"
                    }
                    Some(_) => "run `uv lock` and commit `uv.lock`",
                    None => {
                        "name the file with `requirements:`, or the project's folder with `source:`; a program \
                         without dependencies needs an empty `requirements.txt`"
                    }
                };
                let what = "there is no `uv.lock`, `poetry.lock` or `requirements.txt` in";
                let place = if folder.is_empty() { "the context".to_owned() } else { format!("`{folder}`") };
                return Err(Diagnostic::error(span, format!("{what} {place}")).with_help(help));
            }
        },
    };
    match tool.0 {
        ToolName::Uv if !found.uv => missing("uv.lock", "run `uv lock` and commit it"),
        ToolName::Poetry if !found.poetry => missing("poetry.lock", "run `poetry lock` and commit it"),
        ToolName::Uv | ToolName::Poetry if pyproject.is_none() => {
            missing("pyproject.toml", "commit it next to the lockfile; also check the ignore file")
        }
        ToolName::Pip if !found.pip => {
            let span = query.requirements.as_ref().map_or(span, |template| template.span);
            let path = in_folder(folder, requirements);
            Err(Diagnostic::error(span, format!("there is no `{path}` in the context"))
                .with_help("name the file relative to `source`; also check the ignore file"))
        }
        ToolName::Pip if !(query.extras.is_empty() && query.groups.is_empty()) => {
            let first = query.extras.first().or(query.groups.first());
            Err(Diagnostic::error(
                first.map_or(span, |first| first.span),
                "a requirements file has no extras or groups",
            )
            .with_help("name another file with `requirements:`, or use uv or Poetry"))
        }
        _ => Ok(tool),
    }
}

/// The note that a folder is not a member of the workspace whose lockfile is above it.
fn not_a_member(folder: &str, lock: &str, span: Span) -> Diagnostic {
    Diagnostic::error(span, format!("`{folder}` is not a member of the workspace that `{lock}` locks")).with_help(
        "add it to `tool.uv.workspace.members` next to the lockfile, and run `uv lock`; or lock it by itself",
    )
}
