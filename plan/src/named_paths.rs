//! Paths in the spec: reports those that do not exist, before anything runs.
//!
//! During planning, each path is only recorded. At the end, all paths of a target are checked at once. A path in the
//! main context is looked up in the project. A path in an output is followed through the steps, back to the context or
//! to a step with unknown output; the engine then decides.

mod known;
mod path;
mod suggest;

use std::collections::{BTreeMap, BTreeSet};

use slipway_spec::Diagnostic;

use crate::any_project::AnyProject;
use crate::{PlanError, Steps};

pub(crate) use known::MAX_DEPTH;
use known::{Contents, Known};
use path::inside;
pub(crate) use path::{NamedPath, NamedPaths, Use};

/// The maximum number of paths to find similar names for.
const MAX_NEAR: usize = 100;

/// Finds paths that do not exist.
///
/// # Errors
/// The project cannot be read.
pub(crate) async fn missing(
    project: &AnyProject<'_>,
    steps: &Steps,
    named: &[(usize, NamedPath)],
) -> Result<BTreeMap<usize, Diagnostic>, PlanError> {
    let mut missing = Vec::new();
    let (dockerfiles, named): (Vec<_>, Vec<_>) = named.iter().partition(|(_, named)| named.used == Use::Dockerfile);
    let asked = dockerfiles.iter().map(|(_, named)| project.has_dockerfile(inside(&named.path)));
    let there = futures_util::future::try_join_all(asked).await?;
    missing.extend(dockerfiles.into_iter().zip(there).filter(|(_, there)| !there).map(|(named, _)| named));
    let absent = absent(project, steps, &named).await?;
    let mut contents = Contents::new(steps, |path| !absent.contains(path));
    let is_pattern = |named: &NamedPath| named.name.is_some() && named.path.contains(['*', '?']);
    missing.extend(named.into_iter().filter(|(_, named)| match contents.look(named.step, &named.path) {
        Known::Missing => true,
        Known::Unknown => is_pattern(named),
        Known::There => false,
    }));
    // A missing folder is reported once, not for each path in it.
    let folders: Vec<&str> = missing
        .iter()
        .map(|(_, named)| named)
        .filter(|named| named.name.is_none() && matches!(named.used, Use::Context | Use::Static | Use::Source))
        .map(|named| inside(&named.path))
        .collect();
    let mut found = BTreeMap::new();
    for (number, named) in missing.iter().filter(|(_, named)| !is_below(named, &folders, steps)) {
        let said = if found.len() < MAX_NEAR {
            suggest::report(project, &contents, named).await?
        } else {
            Diagnostic::error(named.span, format!("there is no `{}`", named.written))
        };
        found.insert(*number, said);
    }
    Ok(found)
}

/// The paths of the context that decide whether the recorded paths exist, and are missing.
async fn absent(
    project: &AnyProject<'_>,
    steps: &Steps,
    named: &[&(usize, NamedPath)],
) -> Result<BTreeSet<String>, PlanError> {
    let mut asked = BTreeSet::new();
    let mut everything = Contents::new(steps, |path| {
        asked.insert(path.to_owned());
        false
    });
    named.iter().for_each(|(_, named)| {
        everything.look(named.step, &named.path);
    });
    let asked: Vec<String> = asked.into_iter().collect();
    if asked.is_empty() {
        return Ok(BTreeSet::new());
    }
    let there = project.exists_all(&asked).await?;
    Ok(asked.into_iter().zip(there).filter(|(_, there)| !there).map(|(path, _)| path).collect())
}

/// Whether something would be in one of these folders of the context.
fn is_below(named: &NamedPath, folders: &[&str], steps: &Steps) -> bool {
    if named.name.is_none() || folders.is_empty() {
        return false;
    }
    let mut told = false;
    let mut contents = Contents::new(steps, |path| {
        let is_in =
            |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        told = told || folders.iter().any(|folder| is_in(folder));
        false
    });
    contents.look(named.step, &named.path);
    told
}
