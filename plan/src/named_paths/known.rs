//! Known files of a step before it runs.

use std::collections::BTreeSet;

use super::inside;
use crate::{ImageOrigin, LayerItem, StepId, StepKind, Steps};

/// The maximum depth of steps to follow.
pub(crate) const MAX_DEPTH: usize = 60;
/// The maximum number of copies to follow for one path.
const MAX_WORK: usize = 2_000;

/// Whether a path exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Known {
    /// It does not exist.
    Missing,
    /// Only the engine knows.
    Unknown,
    /// It exists.
    There,
}

/// The files of steps.
pub(super) struct Contents<'a, F> {
    steps: &'a Steps,
    /// Whether a path exists in the main context; without the leading `/`.
    in_context: F,
    /// The number of copies that were followed for the current path.
    work: usize,
}

/// A copy, or its equivalent.
struct Item<'a> {
    from: Option<(StepId, &'a str)>,
    target: &'a str,
    /// Whether patterns select only a part.
    narrowed: bool,
    /// Whether it is a link, whose target only the engine looks up.
    is_link: bool,
}

impl<'a, F: FnMut(&str) -> bool> Contents<'a, F> {
    pub(super) fn new(steps: &'a Steps, in_context: F) -> Self {
        Self { steps, in_context, work: 0 }
    }

    /// Looks up a path of a step.
    pub(super) fn look(&mut self, step: StepId, path: &str) -> Known {
        self.work = 0;
        self.follow(step, path, 0)
    }

    fn follow(&mut self, step: StepId, path: &str, depth: usize) -> Known {
        self.work += 1;
        let path = inside(path);
        if path.is_empty() {
            return Known::There;
        }
        let Some(step) = self.steps.get(step).filter(|_| depth <= MAX_DEPTH && self.work <= MAX_WORK) else {
            return Known::Unknown;
        };
        match &step.kind {
            StepKind::Context if (self.in_context)(path) => Known::There,
            StepKind::Context => Known::Missing,
            StepKind::Base { image, .. } if image.origin == ImageOrigin::Scratch => Known::Missing,
            StepKind::Base { .. } | StepKind::Source(_) | StepKind::Dockerfile { .. } | StepKind::Run(_) => {
                Known::Unknown
            }
            StepKind::Select { .. } | StepKind::Write { .. } | StepKind::Assemble { .. } => {
                let (below, items) = parts(&step.kind);
                self.work += items.len();
                if self.work > MAX_WORK {
                    return Known::Unknown;
                }
                let below = below.map_or(Known::Missing, |below| self.follow(below, path, depth + 1));
                items.iter().map(|item| self.in_item(item, path, depth)).fold(below, Known::max)
            }
        }
    }

    /// Whether a copy provides a path.
    fn in_item(&mut self, item: &Item<'_>, path: &str, depth: usize) -> Known {
        let target = inside(item.target);
        if item.is_link && below(path, target).is_some() {
            return Known::Unknown;
        }
        if below(target, path).is_some() {
            // The folders above the target are created, and the target itself if it is a folder.
            let is_target = target == path && !item.target.ends_with('/');
            let Some((from, source)) = item.from.filter(|_| is_target) else { return Known::There };
            return self.follow(from, source, depth + 1);
        }
        let (Some(rest), Some((from, source))) = (below(path, target), item.from) else { return Known::Missing };
        let mut found = self.follow(from, &format!("{}/{rest}", source.trim_end_matches('/')), depth + 1);
        // A file is copied into the folder under its own name.
        if found == Known::Missing && source.rsplit('/').next() == Some(rest) {
            found = self.follow(from, source, depth + 1);
        }
        if item.narrowed { found.min(Known::Unknown) } else { found }
    }

    /// Known names in a folder of a step.
    pub(super) fn names(&self, step: StepId, folder: &str) -> BTreeSet<String> {
        let folder = inside(folder);
        let mut names = BTreeSet::new();
        let mut at = Some(step);
        for _ in 0..MAX_DEPTH {
            let Some(step) = at.and_then(|step| self.steps.get(step)) else { break };
            let (root, items) = parts(&step.kind);
            let rests = items.iter().filter_map(|item| below(inside(item.target), folder));
            let first = rests.filter_map(|rest| rest.split('/').next());
            names.extend(first.filter(|name| !name.is_empty()).map(str::to_owned));
            at = root;
        }
        names
    }

    /// The folder of the main context whose files are in a folder of a step, if any.
    pub(super) fn origin(&self, step: StepId, folder: &str) -> Option<String> {
        let mut at = (step, inside(folder).to_owned());
        for _ in 0..MAX_DEPTH {
            let step = self.steps.get(at.0)?;
            if step.kind == StepKind::Context {
                return Some(at.1);
            }
            let (root, items) = parts(&step.kind);
            let covering = |item: &&Item<'_>| below(&at.1, inside(item.target)).is_some() && item.from.is_some();
            at = match (items.iter().rev().find(covering), root) {
                (Some(item), _) => {
                    let (from, source) = item.from?;
                    (from, inside(&format!("{source}/{}", below(&at.1, inside(item.target))?)).to_owned())
                }
                (None, Some(root)) => (root, at.1),
                (None, None) => return None,
            };
        }
        None
    }
}

/// A path relative to a folder above it; empty for the folder itself.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// The base and the copies of a step that only copies.
fn parts(kind: &StepKind) -> (Option<StepId>, Vec<Item<'_>>) {
    match kind {
        StepKind::Select { items } => {
            let items = items.iter().map(|item| Item {
                from: Some((item.from, &item.source)),
                target: &item.target,
                narrowed: !item.include.is_empty() || !item.exclude.is_empty(),
                is_link: false,
            });
            (None, items.collect())
        }
        StepKind::Write { root, layer } => (Some(*root), layer.items.iter().map(layer_item).collect()),
        StepKind::Assemble { base, layers } => {
            (Some(*base), layers.iter().flat_map(|part| &part.items).map(layer_item).collect())
        }
        StepKind::Base { .. }
        | StepKind::Context
        | StepKind::Source(_)
        | StepKind::Dockerfile { .. }
        | StepKind::Run(_) => (None, Vec::new()),
    }
}

fn layer_item(item: &LayerItem) -> Item<'_> {
    match item {
        LayerItem::Copy(copy) => Item {
            from: Some((copy.from, &copy.source)),
            target: &copy.target,
            narrowed: !copy.include.is_empty() || !copy.exclude.is_empty(),
            is_link: false,
        },
        LayerItem::Folder { path, .. } | LayerItem::Text { path, .. } => {
            Item { from: None, target: path, narrowed: false, is_link: false }
        }
        LayerItem::Link { path, .. } => Item { from: None, target: path, narrowed: false, is_link: true },
    }
}
