//! Paths that the spec names: whether there is something at them, told before anything runs.
//!
//! While a plan is made, each path is only noted. At the end all that a target asked for is looked at at once. A path of the main context is a question to the project. One inside
//! something that the spec makes is followed through the steps, back to the context or to a step of which nobody knows what it makes; there the engine has the last word.

mod known;
mod suggest;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use slipway_spec::{Diagnostic, Span};

use crate::planner::Planner;
use crate::{PlanError, Project, StepId, Steps};

pub(crate) use known::MAX_DEPTH;
use known::{Contents, Known};

/// For so many paths it is said what is near.
const MAX_NEAR: usize = 100;

/// What a path is named for: it decides what to write in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Use {
    /// `files` of an image.
    File,
    /// A `copy` step.
    Copy,
    /// `inputs` of a build.
    Input,
    /// The folder of a static build.
    Static,
    /// The folder of any other build.
    Source,
    /// The folder of a context.
    Context,
    /// A Dockerfile, which ignore files do not hide.
    Dockerfile,
}

/// A path that the spec names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct NamedPath {
    pub(crate) used: Use,
    /// The step that should have it.
    pub(crate) step: StepId,
    /// Its path there, from `/`.
    pub(crate) path: String,
    /// What the spec calls the step; none for the main context.
    pub(crate) name: Option<String>,
    /// The path as the spec has it, with its arguments filled in.
    pub(crate) written: String,
    pub(crate) span: Span,
}

/// The paths that are named in the plans that are made together, each of which is looked at once.
#[derive(Debug, Default)]
pub(crate) struct NamedPaths {
    all: Vec<NamedPath>,
    numbers: HashMap<NamedPath, usize>,
    looked_at: HashSet<usize>,
    found: BTreeMap<usize, (Use, Diagnostic)>,
}

impl NamedPaths {
    /// The number of a path.
    pub(crate) fn add(&mut self, named: NamedPath) -> usize {
        *self.numbers.entry(named).or_insert_with_key(|named| {
            self.all.push(named.clone());
            self.all.len() - 1
        })
    }

    /// Those that nobody has looked at.
    pub(crate) fn unseen(&self, numbers: &[usize]) -> Vec<(usize, NamedPath)> {
        let mut new: Vec<usize> = numbers.iter().copied().filter(|number| !self.looked_at.contains(number)).collect();
        new.sort_unstable();
        new.dedup();
        new.into_iter().filter_map(|number| Some((number, self.all.get(number)?.clone()))).collect()
    }

    /// Remembers what was found when these were looked at.
    pub(crate) fn seen(&mut self, new: &[(usize, NamedPath)], found: BTreeMap<usize, Diagnostic>) {
        self.looked_at.extend(new.iter().map(|(number, _)| *number));
        let used = |number: usize| self.all.get(number).map(|named| named.used);
        self.found.extend(found.into_iter().filter_map(|(number, found)| Some((number, (used(number)?, found)))));
    }

    /// What a path was named for, if there is nothing at it.
    pub(crate) fn lacks(&self, number: usize) -> Option<Use> {
        self.found.get(&number).map(|(used, _)| *used)
    }

    /// What was found about these.
    pub(crate) fn found(&self, numbers: &[usize]) -> Vec<(Use, Diagnostic)> {
        let wanted: BTreeSet<usize> = numbers.iter().copied().collect();
        let mut found: Vec<_> = wanted.iter().filter_map(|number| self.found.get(number).cloned()).collect();
        found.sort_by_key(|(_, found)| found.primary.span);
        found
    }
}

/// Finds named paths at which there is nothing.
///
/// # Errors
/// The project cannot be asked.
pub(crate) async fn missing<P: Project>(
    planner: &Planner<'_, P>,
    steps: &Steps,
    named: &[(usize, NamedPath)],
) -> Result<BTreeMap<usize, Diagnostic>, PlanError> {
    let mut missing = Vec::new();
    let (dockerfiles, named): (Vec<_>, Vec<_>) = named.iter().partition(|(_, named)| named.used == Use::Dockerfile);
    let asked = dockerfiles.iter().map(|(_, named)| planner.project.has_dockerfile(inside(&named.path)));
    let there = futures_util::future::try_join_all(asked).await?;
    missing.extend(dockerfiles.into_iter().zip(there).filter(|(_, there)| !there).map(|(named, _)| named));
    let absent = absent(planner, steps, &named).await?;
    let contents = Contents::new(steps, |path| !absent.contains(path));
    let is_pattern = |named: &NamedPath| named.name.is_some() && named.path.contains(['*', '?']);
    missing.extend(named.into_iter().filter(|(_, named)| match contents.look(named.step, &named.path) {
        Known::Missing => true,
        Known::Unknown => is_pattern(named),
        Known::There => false,
    }));
    // A folder that is not there is said once, and not for each path in it.
    let folders: Vec<&str> = missing
        .iter()
        .map(|(_, named)| named)
        .filter(|named| named.name.is_none() && matches!(named.used, Use::Context | Use::Static | Use::Source))
        .map(|named| inside(&named.path))
        .collect();
    let mut found = BTreeMap::new();
    for (number, named) in missing.iter().filter(|(_, named)| !is_below(named, &folders, steps)) {
        let said = if found.len() < MAX_NEAR {
            suggest::report(planner, &contents, named).await?
        } else {
            Diagnostic::error(named.span, format!("there is no `{}`", named.written))
        };
        found.insert(*number, said);
    }
    Ok(found)
}

/// The paths of the context that decide whether there is something at the named ones, and are not there.
async fn absent<P: Project>(
    planner: &Planner<'_, P>,
    steps: &Steps,
    named: &[&(usize, NamedPath)],
) -> Result<BTreeSet<String>, PlanError> {
    let asked = RefCell::new(BTreeSet::new());
    let everything = Contents::new(steps, |path| {
        asked.borrow_mut().insert(path.to_owned());
        false
    });
    named.iter().for_each(|(_, named)| {
        everything.look(named.step, &named.path);
    });
    let asked: Vec<String> = asked.borrow().iter().cloned().collect();
    if asked.is_empty() {
        return Ok(BTreeSet::new());
    }
    let there = planner.project.exists_all(&asked).await?;
    Ok(asked.into_iter().zip(there).filter(|(_, there)| !there).map(|(path, _)| path).collect())
}

/// Whether something would be in one of these folders of the context.
fn is_below(named: &NamedPath, folders: &[&str], steps: &Steps) -> bool {
    if named.name.is_none() || folders.is_empty() {
        return false;
    }
    let told = Cell::new(false);
    let contents = Contents::new(steps, |path| {
        let is_in =
            |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        told.set(told.get() || folders.iter().any(|folder| is_in(folder)));
        false
    });
    contents.look(named.step, &named.path);
    told.get()
}

/// A path without the `/` that it starts with.
fn inside(path: &str) -> &str {
    path.trim_matches('/')
}
