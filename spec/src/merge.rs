//! The merge rule of the language: maps merge deeply, lists and scalars replace, and `none` takes back.
//!
//! It works on nodes, before they are decoded, so that every value keeps its location after merging.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::decode::PRESETS;
use crate::decode::{Context, is_none, text};
use crate::yaml::{Entry, Kind, Node};
use crate::{Diagnostic, Span};
use slipway_diagnostic::closest;

/// The kind of a node, as far as merging depends on it: some keys exclude each other, so one replaces the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A whole file.
    Whole,
    /// A map from names to something.
    Named(&'static Shape),
    /// An entry of `images`, `defaults`, or a variant.
    Image,
    /// An entry of `builds`.
    Build,
    /// An entry of `contexts`.
    Context,
    /// An entry of `stages`.
    Stage,
    /// A check of a build.
    Check,
    /// `healthcheck`.
    Healthcheck,
    /// An entry of `files`.
    File,
    /// Anything else.
    Plain,
}

/// Whether a key of an image selects its build.
fn is_source(key: &str) -> bool {
    key == "build" || PRESETS.contains(&key)
}

impl Shape {
    /// The kind of the value of a key.
    pub(crate) fn of_key(self, key: &str) -> Self {
        match (self, key) {
            (Self::Named(inner), _) => *inner,
            (Self::Whole, "images") | (Self::Image, "variants") => Self::Named(&Self::Image),
            (Self::Whole, "secrets" | "checks") | (Self::Image, "folders" | "tests") | (Self::Build, "inputs") => {
                Self::Named(&Self::Plain)
            }
            (Self::Whole, "defaults") => Self::Image,
            (Self::Whole, "builds") => Self::Named(&Self::Build),
            (Self::Whole, "contexts") => Self::Named(&Self::Context),
            (Self::Whole, "stages") => Self::Named(&Self::Stage),
            (Self::Image, "files") => Self::Named(&Self::File),
            (Self::Build, "checks") => Self::Named(&Self::Check),
            (Self::Image, "healthcheck") => Self::Healthcheck,
            (Self::Image, key) if PRESETS.contains(&key) => Self::Build,
            _ => Self::Plain,
        }
    }

    /// Whether one key replaces another.
    fn excludes(self, key: &str, other: &str) -> bool {
        let all = |keys: &[&str]| keys.contains(&key) && keys.contains(&other);
        match self {
            Self::Image => is_source(key) && is_source(other),
            Self::Context => all(&["git", "http", "image", "path"]),
            Self::Stage => {
                let of_dockerfile = ["dockerfile", "target", "context", "args", "secrets"];
                let of_steps = ["from", "steps", "workdir", "env", "cache", "network"];
                (matches!(key, "from" | "steps") && of_dockerfile.contains(&other))
                    || (matches!(key, "dockerfile" | "target") && of_steps.contains(&other))
            }
            Self::Check => all(&["run", "script"]),
            Self::Healthcheck => all(&["http", "tcp", "grpc", "run"]),
            Self::File => key == "link" && other != "link" || key == "from" && other == "link",
            Self::Whole | Self::Named(_) | Self::Build | Self::Plain => false,
        }
    }

    /// Whether a key replaces any other.
    fn excludes_any(self, key: &str) -> bool {
        match self {
            Self::Image => is_source(key),
            Self::File => matches!(key, "from" | "link"),
            Self::Context | Self::Stage | Self::Check | Self::Healthcheck => [
                "git",
                "http",
                "image",
                "path",
                "dockerfile",
                "target",
                "from",
                "steps",
                "run",
                "script",
                "tcp",
                "grpc",
            ]
            .contains(&key),
            Self::Whole | Self::Named(_) | Self::Build | Self::Plain => false,
        }
    }
}

/// Merges one node over another.
pub(crate) fn overlay(base: Node, over: &Node, shape: Shape) -> Node {
    let above = match (&base.kind, &over.kind) {
        (Kind::Map(_), Kind::Map(above)) => above,
        _ => return over.clone(),
    };
    let Kind::Map(below) = base.kind else {
        return over.clone();
    };
    let by_key: HashMap<&str, &Entry> = above.iter().map(|entry| (entry.key.value.as_str(), entry)).collect();
    let excluding: Vec<&str> = by_key.keys().copied().filter(|key| shape.excludes_any(key)).collect();
    let mut merged = HashSet::new();
    let mut entries: Vec<Entry> = Vec::with_capacity(below.len() + above.len());
    for Entry { key, value } in Arc::unwrap_or_clone(below) {
        if let Some(other) = by_key.get(key.value.as_str()) {
            // Values of keys that are not names may be text, so `none` becomes their value, and decoding decides.
            if matches!(shape, Shape::Named(_)) && is_none(&other.value) {
                merged.insert(other.key.value.as_str());
                continue;
            }
            let value = overlay(value, &other.value, shape.of_key(&key.value));
            merged.insert(other.key.value.as_str());
            entries.push(Entry { key: other.key.clone(), value });
        } else if !excluding.iter().any(|other| shape.excludes(other, &key.value)) {
            entries.push(Entry { key, value });
        }
    }
    entries.extend(above.iter().filter(|entry| !merged.contains(entry.key.value.as_str())).cloned());
    Node { alias: over.alias, ..Node::map(entries, over.span) }
}

/// Merges every image over the one that it extends, and all of them over the defaults.
pub(crate) fn inherit(images: &[Entry], defaults: Option<&Node>, cx: &mut Context) -> Vec<Entry> {
    let by_name = images.iter().map(|entry| (entry.key.value.as_str(), entry)).collect();
    let mut heirs = Heirs { by_name, defaults, done: BTreeMap::new() };
    images
        .iter()
        .map(|entry| {
            let value = heirs.resolve(entry, cx);
            Entry { key: entry.key.clone(), value }
        })
        .collect()
}

/// The weight of an image in addition to its values: it becomes a struct with a field for every key.
pub(crate) const IMAGE_WEIGHT: usize = 20;

struct Heirs<'a> {
    by_name: BTreeMap<&'a str, &'a Entry>,
    defaults: Option<&'a Node>,
    done: BTreeMap<&'a str, Node>,
}

impl<'a> Heirs<'a> {
    /// An image with everything that it inherits. Without recursion: chains may be as long as the file.
    fn resolve(&mut self, entry: &'a Entry, cx: &mut Context) -> Node {
        if cx.is_exhausted() {
            return entry.value.clone();
        }
        let mut chain: Vec<(&'a Entry, Option<Span>)> = Vec::new();
        let mut names = HashSet::new();
        let mut link = Some(entry);
        while let Some(heir) = link.filter(|heir| !self.done.contains_key(heir.key.value.as_str())) {
            names.insert(heir.key.value.as_str());
            let parent = self.parent(heir, &chain, &names, cx);
            chain.push((heir, parent.map(|(_, place)| place)));
            link = parent.map(|(parent, _)| parent);
        }
        let mut below = match link {
            Some(parent) => self.done.get(parent.key.value.as_str()).cloned(),
            None => self.defaults.cloned(),
        };
        for (heir, _) in chain.into_iter().rev() {
            let node = match below.take() {
                Some(below) => overlay(below, &heir.value, Shape::Image),
                None => heir.value.clone(),
            };
            if !cx.spend(node.weight() + IMAGE_WEIGHT, heir.key.span) {
                return entry.value.clone();
            }
            self.done.insert(&heir.key.value, node.clone());
            below = Some(node);
        }
        below.unwrap_or_else(|| entry.value.clone())
    }

    /// The image that an image extends, and where it says so.
    ///
    /// `chain` contains the images that inherit from it, each with the location of its `extends`; `names` contains
    /// their names and its own.
    fn parent(
        &self,
        heir: &'a Entry,
        chain: &[(&'a Entry, Option<Span>)],
        names: &HashSet<&str>,
        cx: &mut Context,
    ) -> Option<(&'a Entry, Span)> {
        let extends = heir.value.entries().iter().find(|entry| entry.key.value == "extends")?;
        let place = extends.value.span;
        // A value that is not text is reported when the image is decoded.
        let wanted = text(&extends.value)?;
        let name = heir.key.value.as_str();
        let Some(parent) = self.by_name.get(wanted).copied() else {
            let others = self.by_name.keys().copied().filter(|other| *other != name);
            cx.report(
                Diagnostic::error(place, format!("there is no image `{wanted}` to extend"))
                    .with_help("add it under `images`; to use one of `builds`, set `build`")
                    .with_help_if(Diagnostic::suggestion(wanted, others.clone(), "the images are"))
                    .with_closest(place, closest(wanted, others)),
            );
            return None;
        };
        if !names.contains(wanted) {
            return Some((parent, place));
        }
        let round: Vec<_> = chain.iter().skip_while(|(link, _)| link.key.value != wanted).collect();
        let mut links_by_name: Vec<_> = round.iter().map(|(link, _)| link.key.value.as_str()).take(8).collect();
        links_by_name.extend([name, wanted]);
        let found =
            Diagnostic::error(place, format!("images extend each other in a cycle: {}", links_by_name.join(" → ")))
                .with_help("remove one of these `extends`");
        let links = round.iter().filter_map(|(_, place)| *place).take(8);
        cx.report(links.fold(found, |found, link| found.with_label(link, "part of the cycle")));
        None
    }
}
