//! The contents of one environment of a project: the files that its installer gets, and the packages of the repository
//! in it.

mod facts;
mod pip;
mod poetry;
mod uv;

use slipway_diagnostic::join_path;

pub use self::facts::Needs;
use super::local;
use super::project::PythonProject;
use super::query::Query;
use super::requirements;
use super::tool::Tool;
use crate::paths::{is_within, whole};
use crate::{Error, Repository};

/// Reads what a project requires at run time, and additionally for development.
pub(super) async fn read(
    repository: &Repository<'_>,
    query: &Query,
    project: &PythonProject,
    with_dev: bool,
) -> Result<Needs, Error> {
    let (mut needs, folders) = match &project.tool {
        Tool::Uv { root, manifest, workspace, .. } => {
            uv::read(repository, query, project, with_dev, (root, workspace, manifest)).await?
        }
        Tool::Poetry { lock, .. } => poetry::read(query, project, with_dev, lock)?,
        Tool::Pip { main, dev } => {
            let dev = dev.iter().filter(|_| with_dev);
            pip::read(repository, query, std::iter::once(main).chain(dev).cloned().collect()).await?
        }
    };
    needs.locals = local::read(repository, &folders, &project.tool.describe(), query.span).await?;
    let mut all: Vec<String> = needs.locals.iter().map(|local| local.folder.clone()).collect();
    all.extend(project.tool.locked_folders());
    all.sort();
    all.dedup();
    for local in &mut needs.locals {
        let others = all.iter().filter(|other| **other != local.folder && is_within(&local.folder, other));
        local.others = others.cloned().collect();
    }
    let mut named = requirements::named_by_env(&query.env);
    if let Tool::Pip { .. } = &project.tool {
        named.extend(requirements::named_by_options(&query.options));
    }
    needs.include.extend(named.iter().filter_map(|place| join_path(&project.folder, place)).map(|place| whole(&place)));
    Ok(needs)
}
