//! Paths in the spec, recorded during planning, and the result of their lookup.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use slipway_spec::{Diagnostic, Span};

use crate::StepId;

/// The use of a path, which determines what to suggest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Use {
    /// `files` of an image.
    File,
    /// A `copy` step.
    Copy,
    /// The file of a package, or the key of a repository.
    Package,
    /// `inputs` of a build.
    Input,
    /// The folder of a static build.
    Static,
    /// The folder of any other build.
    Source,
    /// The folder of a context.
    Context,
    /// A Dockerfile, which ignore files do not exclude.
    Dockerfile,
}

/// A path in the spec.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct NamedPath {
    pub(crate) used: Use,
    /// The step that should contain it.
    pub(crate) step: StepId,
    /// The path in the step, from `/`.
    pub(crate) path: String,
    /// Its name in the spec; `None` for the main context.
    pub(crate) name: Option<String>,
    /// The path as in the spec, with its arguments replaced.
    pub(crate) written: String,
    pub(crate) span: Span,
}

/// The paths in the plans that are created together; each is looked up once.
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

    /// Paths that were not looked up yet.
    pub(crate) fn unseen(&self, numbers: &[usize]) -> Vec<(usize, NamedPath)> {
        let mut new: Vec<usize> = numbers.iter().copied().filter(|number| !self.looked_at.contains(number)).collect();
        new.sort_unstable();
        new.dedup();
        new.into_iter().filter_map(|number| Some((number, self.all.get(number)?.clone()))).collect()
    }

    /// Records the results of these paths.
    pub(crate) fn seen(&mut self, new: &[(usize, NamedPath)], found: BTreeMap<usize, Diagnostic>) {
        self.looked_at.extend(new.iter().map(|(number, _)| *number));
        let used = |number: usize| self.all.get(number).map(|named| named.used);
        self.found.extend(found.into_iter().filter_map(|(number, found)| Some((number, (used(number)?, found)))));
    }

    /// The use of a path that does not exist.
    pub(crate) fn lacks(&self, number: usize) -> Option<Use> {
        self.found.get(&number).map(|(used, _)| *used)
    }

    /// The errors about these paths.
    pub(crate) fn found(&self, numbers: &[usize]) -> Vec<(Use, Diagnostic)> {
        let wanted: BTreeSet<usize> = numbers.iter().copied().collect();
        let mut found: Vec<_> = wanted.iter().filter_map(|number| self.found.get(number).cloned()).collect();
        found.sort_by_key(|(_, found)| found.primary.span);
        found
    }
}

/// A path without the leading `/`.
pub(super) fn inside(path: &str) -> &str {
    path.trim_matches('/')
}
