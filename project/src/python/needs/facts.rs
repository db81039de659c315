//! The contents of a project's environment.

use std::collections::{BTreeMap, BTreeSet};

use slipway_diagnostic::{Diagnostic, join_path};

use super::super::local::Local;
use super::super::project::PythonProject;
use super::super::query::Query;
use super::super::wheels::Locked;

/// The contents of an environment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// Files and folders of the context that the installer gets.
    pub include: Vec<String>,
    /// Patterns of files in them that it does not get.
    pub exclude: Vec<String>,
    /// Packages of the repository that the installer builds itself.
    pub built_by_installer: Vec<Local>,
    /// Whether the requirements name the project itself, which is installed separately.
    pub itself: bool,
    /// Files with a different text than in the context, by their paths there.
    pub texts: Vec<(String, String)>,
    /// Requirements files, relative to the project's folder, for pip.
    pub files: Vec<String>,
    /// Dependency groups of the workspace's root that are installed in addition, and the folder of the root.
    pub root_groups: Option<(Vec<String>, String)>,
    /// Packages of the repository that are built separately, by name.
    pub locals: Vec<Local>,
    /// Packages in requirements files, by normalized name.
    pub named: BTreeSet<String>,
    /// Whether some packages are files of the repository with unknown names.
    pub has_files: bool,
    /// Whether some packages come from git repositories.
    pub from_git: bool,
    /// Packages from elsewhere, if a lockfile lists them.
    pub locked: Option<Vec<Locked>>,
    /// Notes about unusual cases, in words.
    pub notes: Vec<String>,
}

/// Packages of the repository by name, with their folders in the context.
pub(super) type Folders = BTreeMap<String, String>;

impl Needs {
    /// Folders of packages inside the project's folder that are not part of its program: they are installed, or belong
    /// to another program.
    #[must_use]
    pub fn members(&self, project: &PythonProject) -> Vec<String> {
        let mut folders: Vec<_> = self.locals.iter().map(|local| local.folder.clone()).collect();
        folders.extend(project.tool.locked_folders());
        let above = if project.folder.is_empty() { String::new() } else { format!("{}/", project.folder) };
        folders.retain(|folder| *folder != project.folder && folder.starts_with(&above));
        folders.sort();
        folders.dedup();
        folders
    }
}

fn outside(query: &Query, lock: &str, path: &str) -> Diagnostic {
    Diagnostic::error(query.span, format!("`{lock}` names `{path}`, which is outside the context"))
        .with_help("build from a folder that contains both, and set `source:` to the project's folder")
}

/// A path in a lockfile as a path in the context.
pub(super) fn inside(query: &Query, lock: &str, root: &str, path: &str) -> Result<String, Diagnostic> {
    join_path(root, path).ok_or_else(|| outside(query, lock, path))
}
