//! Paths that the spec names, noted while plans are made, and what was found about each.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use slipway_spec::{Diagnostic, Span};

use crate::StepId;

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

/// A path without the `/` that it starts with.
pub(super) fn inside(path: &str) -> &str {
    path.trim_matches('/')
}
