//! The names that references can resolve to.
//!
//! They are collected from the keys of the file before their values are decoded, so that references to an invalid build
//! still resolve.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::yaml::{Entry, Kind, Node};

/// What a name refers to.
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
    /// The top-level key, and the noun in messages.
    const ALL: &[(Self, &'static str, &'static str)] = &[
        (Self::Build, "builds", "build"),
        (Self::Stage, "stages", "stage"),
        (Self::Image, "images", "image"),
        (Self::Context, "contexts", "context"),
        (Self::Secret, "secrets", "secret"),
    ];

    /// The noun in messages.
    #[must_use]
    pub fn noun(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, _, noun)| noun)
    }

    pub(super) fn key(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, key, _)| key)
    }
}

/// Every name in a file that can be referred to.
#[derive(Debug, Default)]
pub struct Names {
    pub(super) written: BTreeMap<Name, Written>,
    pub(super) args: BTreeSet<String>,
    pub(super) args_are_broken: bool,
}

/// The names of one kind.
#[derive(Debug, Default)]
pub(super) struct Written {
    in_order: Vec<String>,
    set: HashSet<String>,
    /// Whether the section that defines such names is not a map: then references to them are not reported.
    is_broken: bool,
}

/// Arguments that the engine sets, and no file declares.
pub const PLATFORM_ARGS: [&str; 8] = [
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
];

impl Names {
    /// Collects the names from the top level of a file.
    pub(crate) fn gather(root: &[Entry]) -> Self {
        let of = |key: &str| {
            let value = root.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value);
            let in_order: Vec<String> =
                value.map(Node::entries).unwrap_or_default().iter().map(|entry| entry.key.value.clone()).collect();
            let is_broken = value.is_some_and(|value| !matches!(value.kind, Kind::Map(_)));
            Written { set: in_order.iter().cloned().collect(), in_order, is_broken }
        };
        let written = Name::ALL.iter().map(|(kind, key, _)| (*kind, of(key))).collect();
        let args = of("args");
        let mut args_by_name: BTreeSet<String> = args.set.into_iter().collect();
        args_by_name.extend(PLATFORM_ARGS.iter().map(|name| (*name).to_owned()));
        Self { written, args: args_by_name, args_are_broken: args.is_broken }
    }

    /// Whether this kind has this name.
    #[must_use]
    pub fn has(&self, kind: Name, name: &str) -> bool {
        self.written.get(&kind).is_some_and(|written| written.set.contains(name))
    }

    /// Whether the names of this kind could not be read, so references to them cannot be checked.
    pub(crate) fn is_broken(&self, kind: Name) -> bool {
        self.written.get(&kind).is_some_and(|written| written.is_broken)
    }

    /// Whether an argument of this name is defined.
    pub(crate) fn has_arg(&self, name: &str) -> bool {
        self.args.contains(name)
    }

    /// All names of a kind, in the order of the file.
    pub fn of(&self, kind: Name) -> impl Iterator<Item = &str> + Clone {
        self.written.get(&kind).into_iter().flat_map(|written| written.in_order.iter().map(String::as_str))
    }
}
