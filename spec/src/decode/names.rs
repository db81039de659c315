//! What names lead somewhere.
//!
//! They are gathered from the keys of the file before their values are read, so that a build that is itself wrong is still there for those that name it.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::Context;
use crate::model::Build;
use crate::yaml::{Entry, Kind, Node};
use crate::{Diagnostic, Spanned};

/// What a name may lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// A key of `builds`.
    Build,
    /// A key of `stages`.
    Stage,
    /// A key of `images`.
    Image,
    /// A key of `contexts`.
    Context,
    /// A key of `secrets`.
    Secret,
}

impl Name {
    /// The top-level key, and what messages call one of them.
    const ALL: &[(Self, &'static str, &'static str)] = &[
        (Self::Build, "builds", "build"),
        (Self::Stage, "stages", "stage"),
        (Self::Image, "images", "image"),
        (Self::Context, "contexts", "context"),
        (Self::Secret, "secrets", "secret"),
    ];

    /// What messages call it.
    #[must_use]
    pub fn noun(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, _, noun)| noun)
    }

    fn key(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, key, _)| key)
    }
}

/// Every name of a file that others may use.
#[derive(Debug, Default)]
pub struct Names {
    written: BTreeMap<Name, (Vec<String>, HashSet<String>)>,
    /// Builds as they are written, which images lay their own options over, and as they were read.
    pub(crate) builds: BTreeMap<String, (Node, Option<Arc<Build>>)>,
}

impl Names {
    /// Gathers them from the top level of a file.
    pub(crate) fn gather(root: &[Entry]) -> Self {
        let mut written = BTreeMap::new();
        for (kind, key, _) in Name::ALL {
            let entry = root.iter().find(|entry| entry.key.value == *key);
            let names: Vec<String> = match entry.map(|entry| &entry.value.kind) {
                Some(Kind::Map(entries)) => entries.iter().map(|entry| entry.key.value.clone()).collect(),
                _ => Vec::new(),
            };
            let set = names.iter().cloned().collect();
            written.insert(*kind, (names, set));
        }
        Self { written, builds: BTreeMap::new() }
    }

    /// Whether there is one of this kind and name.
    #[must_use]
    pub fn has(&self, kind: Name, name: &str) -> bool {
        self.written.get(&kind).is_some_and(|(_, set)| set.contains(name))
    }

    /// All names of a kind, in the order of the file.
    pub fn of(&self, kind: Name) -> impl Iterator<Item = &str> + Clone {
        self.written.get(&kind).into_iter().flat_map(|(names, _)| names.iter().map(String::as_str))
    }
}

impl Context {
    /// Reports a name that leads nowhere; `true` when it leads somewhere.
    pub(crate) fn check_name(&mut self, kind: Name, name: &Spanned<String>) -> bool {
        let found = self.names.has(kind, name);
        if !found {
            let noun = kind.noun();
            let help = Diagnostic::suggestion(name, self.names.of(kind), &format!("the {noun}s are"))
                .unwrap_or_else(|| format!("add it under `{}`", kind.key()));
            self.report(Diagnostic::error(name.span, format!("there is no {noun} `{}`", name.value)).with_help(help));
        }
        found
    }
}
