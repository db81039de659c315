//! Metadata of an op: names, groups, cache behavior, source locations. None of it is part of the op's digest, except
//! worker constraints.

use std::{borrow::Cow, sync::Arc};

use buildkit_proto::keys::attrs;

use crate::source_map::Location;

/// A group of ops that progress shows as one line.
///
/// A group with only weak members is hidden until one of them fails. It counts as cached if all of its members are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgressGroup {
    /// Identifies the group within a build.
    pub id: Arc<str>,
    /// The text in the progress display.
    pub name: Arc<str>,
    /// The weight of this member.
    pub membership: Membership,
}

/// The weight of an op in its [`ProgressGroup`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Membership {
    /// Shows the group.
    #[default]
    Full,
    /// Belongs to the group, but does not show it alone.
    Weak,
}

/// Whether exported caches contain the result of an op.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportCache {
    /// Every exported cache, whatever its mode.
    Always,
    /// No exported cache.
    Never,
}

/// Metadata of one op. Create it once to share it between ops, or use the same methods on the ops directly.
///
/// ```
/// use buildkit_llb::prelude::*;
///
/// let step = Annotations::new().name("[build 2/3] make").ignore_cache();
/// let op = Local::new("context").annotate(&step).into_output();
/// # assert!(!op.is_scratch());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotations {
    pub(crate) ignore_cache: bool,
    pub(crate) description: Description,
    pub(crate) export_cache: Option<ExportCache>,
    pub(crate) progress_group: Option<ProgressGroup>,
    pub(crate) constraints: Vec<String>,
    pub(crate) locations: Vec<Location>,
}

/// Texts by key, sorted. There is nearly always one, and a list needs a tenth of the memory of a tree.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Description(Vec<(Cow<'static, str>, String)>);

impl Description {
    pub(crate) fn insert(&mut self, key: Cow<'static, str>, value: String) {
        match self.0.binary_search_by(|(have, _)| have.cmp(&key)) {
            Ok(place) => {
                if let Some((_, have)) = self.0.get_mut(place) {
                    *have = value;
                }
            }
            Err(place) => {
                // There is one per op and many ops: a list of one must not reserve space for four.
                self.0.reserve_exact(1);
                self.0.insert(place, (key, value));
            }
        }
    }

    pub(crate) fn extend(&mut self, other: &Self) {
        for (key, value) in &other.0 {
            self.insert(key.clone(), value.clone());
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.iter().find(|(have, _)| *have == key).map(|(_, value)| value)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for Description {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(entries: I) -> Self {
        let mut description = Self::default();
        for (key, value) in entries {
            description.insert(key.into(), value);
        }
        description
    }
}

impl Annotations {
    /// No metadata.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

/// The methods that all ops share.
pub trait Annotate: Sized {
    #[doc(hidden)]
    fn annotations(&mut self) -> &mut Annotations;

    /// The name in the progress display, instead of one derived from the op.
    #[must_use]
    fn name(self, name: impl Into<String>) -> Self {
        self.description(attrs::DESCRIPTION_CUSTOM_NAME, name)
    }

    /// Any text under your own key, for tools that read the graph.
    #[must_use]
    fn description(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.annotations().description.insert(key.into(), value.into());
        self
    }

    /// Adds the op to a group.
    #[must_use]
    fn progress_group(mut self, group: ProgressGroup) -> Self {
        self.annotations().progress_group = Some(group);
        self
    }

    /// Builds the op even if its result is cached. For an exec, this also empties every cache mount it uses.
    #[must_use]
    fn ignore_cache(mut self) -> Self {
        self.annotations().ignore_cache = true;
        self
    }

    /// Forces or forbids the result in exported caches.
    #[must_use]
    fn export_cache(mut self, export: ExportCache) -> Self {
        self.annotations().export_cache = Some(export);
        self
    }

    /// A location in a user's file, which errors of the op are attributed to. May be called several times.
    #[must_use]
    fn location(mut self, location: Location) -> Self {
        let locations = &mut self.annotations().locations;
        locations.reserve_exact(1);
        locations.push(location);
        self
    }

    /// Which workers may build the op, as containerd filters. Part of the digest.
    #[must_use]
    fn constraints<S: Into<String>>(mut self, filters: impl IntoIterator<Item = S>) -> Self {
        self.annotations().constraints.extend(filters.into_iter().map(Into::into));
        self
    }

    /// Adds all annotations of another set, which override existing ones.
    #[must_use]
    fn annotate(mut self, more: &Annotations) -> Self {
        let own = self.annotations();
        own.ignore_cache |= more.ignore_cache;
        own.description.extend(&more.description);
        own.export_cache = more.export_cache.or(own.export_cache);
        if more.progress_group.is_some() {
            own.progress_group.clone_from(&more.progress_group);
        }
        own.constraints.extend_from_slice(&more.constraints);
        own.locations.extend_from_slice(&more.locations);
        self
    }
}

impl Annotate for Annotations {
    fn annotations(&mut self) -> &mut Annotations {
        self
    }
}

/// Implements [`Annotate`] for a builder with a field `annotations`.
macro_rules! annotated {
    ($($builder:ty),*) => {
        $(impl crate::annotate::Annotate for $builder {
            fn annotations(&mut self) -> &mut crate::annotate::Annotations {
                &mut self.annotations
            }
        })*
    };
}
pub(crate) use annotated;
