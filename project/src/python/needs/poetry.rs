//! The contents of a Poetry environment.

use slipway_diagnostic::Diagnostic;

use super::super::poetry_lock::PoetryLock;
use super::super::project::PythonProject;
use super::super::query::Query;
use super::facts::{Folders, Needs, inside};
use crate::paths::in_folder;

pub(super) fn read(
    query: &Query,
    project: &PythonProject,
    with_dev: bool,
    lock: &PoetryLock,
) -> Result<(Needs, Folders), Diagnostic> {
    let folder = &project.folder;
    let path = in_folder(folder, "poetry.lock");
    let groups = query.group_names();
    let closure = lock.closure(&project.pyproject, &query.extra_names(), (!with_dev).then_some(groups.as_slice()));
    let mut include = ["pyproject.toml", "poetry.lock", "poetry.toml"].map(|name| in_folder(folder, name)).to_vec();
    for file in &closure.files {
        include.push(inside(query, &path, folder, file)?);
    }
    let mut folders = Folders::new();
    for (name, place) in closure.folders {
        folders.insert(name, inside(query, &path, folder, &place)?);
    }
    let (has_files, from_git) = (!closure.files.is_empty(), lock.names_git());
    Ok((Needs { include, from_git, has_files, locked: Some(closure.locked), ..Needs::default() }, folders))
}
