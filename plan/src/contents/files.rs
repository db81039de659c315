//! `files` of an image: the sources and destinations of each entry.

use std::collections::HashSet;

use slipway_spec::Span;

use super::{Claim, Shape, ancestors};
use crate::PlanError;
use crate::any_project::AnyProject;
use crate::step::StepPath;

/// An entry of `files`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Brought {
    /// The destination; a trailing `/` means that it is a folder.
    pub(crate) target: String,
    /// The path in the image, if known.
    pub(crate) path: String,
    /// Whether it is a file or a folder; only looked up if something else has this path.
    pub(crate) shape: Shape,
    /// The source.
    pub(crate) from: StepPath,
    /// The path in the main context, if the source is there.
    pub(crate) in_context: Option<String>,
    /// Permission bits.
    pub(crate) mode: Option<u32>,
    /// User and group.
    pub(crate) owner: Option<String>,
    /// Their location in the spec.
    pub(crate) owner_span: Span,
    /// Patterns of files to include from a folder; everything if empty.
    pub(crate) include: Vec<String>,
    /// Patterns of files to exclude from a folder.
    pub(crate) exclude: Vec<String>,
    /// The destination in the spec.
    pub(crate) span: Span,
    /// The address in the spec.
    pub(crate) from_span: Span,
}

impl Brought {
    /// The path of a file that is copied into the destination folder.
    fn inside(&self) -> String {
        let name = self.from.path.rsplit('/').next().unwrap_or_default();
        format!("{}/{name}", self.path.trim_end_matches('/'))
    }

    /// Looks up whether it is a file or a folder.
    pub(crate) async fn look(&mut self, project: &AnyProject<'_>) -> Result<(), PlanError> {
        let Some(path) = self.in_context.as_deref().filter(|_| self.shape == Shape::Unknown) else { return Ok(()) };
        if project.list(path).await?.is_some() {
            self.shape = Shape::Folder;
        } else if project.exists(path).await? {
            self.shape = Shape::File;
            if self.target.ends_with('/') {
                self.path = self.inside();
            }
        }
        Ok(())
    }
}

/// Looks up the kind of entries whose path something else also has, or is in; for others it does not matter.
///
/// # Errors
/// The context cannot be read.
pub(crate) async fn look_where_it_matters(
    project: &AnyProject<'_>,
    brought: &mut [Brought],
    others: &[Claim],
) -> Result<(), PlanError> {
    let mut once = HashSet::new();
    let mut contested: HashSet<String> = HashSet::new();
    let paths: Vec<String> = brought
        .iter()
        .map(|file| if file.target.ends_with('/') { file.inside() } else { file.path.clone() })
        .chain(others.iter().map(|claim| claim.path.clone()))
        .collect();
    for path in &paths {
        if !once.insert(path.clone()) {
            contested.insert(path.clone());
        }
        contested.extend(ancestors(path).take(MAX_DEPTH).map(str::to_owned));
    }
    for file in brought {
        let inside = file.target.ends_with('/').then(|| file.inside());
        if contested.contains(&file.path) && inside.is_none() || inside.is_some_and(|path| contested.contains(&path)) {
            file.look(project).await?;
        }
    }
    Ok(())
}

/// The maximum number of levels to search for a folder above a path.
const MAX_DEPTH: usize = 64;
