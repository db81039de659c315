//! The steps of all plans that are created together: each exists once, whichever targets need it.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use slipway_spec::visible::title;
use slipway_spec::{Diagnostic, Span};

use crate::{CopyItem, Layer, LayerItem, MountKind, Run, Step, StepId, StepKind, Steps};

/// The maximum size of the text in all steps. Engines accept messages of 16 MiB, and plans of many targets share most
/// of their text.
const MAX_WEIGHT: usize = 64 << 20;
/// Below this size, unneeded steps are not searched.
const SPARED: usize = 4 << 20;
/// The weight of a step, and of each part of it, in addition to its text.
const EACH: usize = 64;

/// Steps, numbered in the order in which they were planned.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    steps: Vec<Option<Arc<Step>>>,
    /// Numbers by a hash of the fields that usually differ.
    known: HashMap<u64, Vec<StepId>>,
    weight: usize,
    /// The weight that was kept last.
    kept: usize,
    /// The first step that did not fit.
    refused: Option<Span>,
    /// The steps that were already shown.
    shown: Vec<bool>,
}

impl Arena {
    /// Adds a step, unless it exists.
    ///
    /// The names of all steps pass through here. Progress displays and histories show them, whatever the names of files
    /// in the project.
    pub(crate) fn add(&mut self, mut step: Step) -> StepId {
        shorten(&mut step.name);
        if let StepKind::Select { items } = &mut step.kind {
            items.iter_mut().for_each(CopyItem::take_whole);
        }
        if let StepKind::Write { layer, .. } = &mut step.kind {
            shorten(&mut layer.name);
        }
        if let StepKind::Assemble { layers, .. } = &mut step.kind {
            layers.iter_mut().for_each(|layer| shorten(&mut layer.name));
        }
        let mut hasher = DefaultHasher::new();
        (&step.owner, &step.name, step.span).hash(&mut hasher);
        let same = self.known.entry(hasher.finish()).or_default();
        let equal = |id: &&StepId| self.steps.get(id.0).and_then(Option::as_ref).is_some_and(|known| **known == step);
        if let Some(known) = same.iter().find(equal) {
            return *known;
        }
        self.weight = self.weight.saturating_add(weight(&step));
        if self.weight > MAX_WEIGHT {
            self.refused.get_or_insert(step.span);
            return StepId(0);
        }
        let id = StepId(self.steps.len());
        same.push(id);
        self.steps.push(Some(Arc::new(step)));
        id
    }

    /// A step.
    pub(crate) fn get(&self, id: StepId) -> Option<&Step> {
        self.steps.get(id.0)?.as_deref()
    }

    /// Whether everything fitted.
    ///
    /// # Errors
    /// It did not; the message names the first part that did not fit.
    pub(crate) fn check(&self) -> Result<(), Diagnostic> {
        let Some(span) = self.refused else { return Ok(()) };
        let message =
            format!("with this one, the steps of this build contain more than {} MiB of text", MAX_WEIGHT >> 20);
        Err(Diagnostic::error(span, message).with_help(
            "a variable counts in every step that sees it: write long text to a file with a `file` step, and set \
             variables only where they are needed",
        ))
    }

    /// Some steps and the steps that they need.
    pub(crate) fn needed(&self, ends: impl IntoIterator<Item = StepId>) -> Steps {
        let mut needed = vec![false; self.steps.len()];
        let mut left: Vec<StepId> = ends.into_iter().collect();
        while let Some(id) = left.pop() {
            if let (Some(seen), Some(Some(step))) = (needed.get_mut(id.0), self.steps.get(id.0))
                && !std::mem::replace(seen, true)
            {
                left.extend(step.kind.inputs().into_iter().map(|(input, _)| input));
            }
        }
        let steps = self.steps.iter().zip(needed).enumerate().filter(|(_, (_, needed))| *needed);
        steps.filter_map(|(number, (step, _))| Some((StepId(number), Arc::clone(step.as_ref()?)))).collect()
    }

    /// Some steps and the steps that they need, up to a distance.
    pub(crate) fn near(&self, ends: impl IntoIterator<Item = StepId>, most: usize) -> Steps {
        let mut near = BTreeMap::new();
        let mut left: Vec<StepId> = ends.into_iter().collect();
        for _ in 0..=most {
            let mut next = Vec::new();
            for id in left {
                let Some(Some(step)) = self.steps.get(id.0) else { continue };
                if near.insert(id, Arc::clone(step)).is_none() {
                    next.extend(step.kind.inputs().into_iter().map(|(input, _)| input));
                }
            }
            left = next;
        }
        near.into_iter().collect()
    }

    /// Some steps and the steps that they need, without those that were already shown.
    pub(crate) fn news(&mut self, ends: impl IntoIterator<Item = StepId>) -> Vec<Arc<Step>> {
        self.shown.resize(self.steps.len(), false);
        let mut news = Vec::new();
        let mut left: Vec<StepId> = ends.into_iter().collect();
        while let Some(id) = left.pop() {
            if let (Some(shown), Some(Some(step))) = (self.shown.get_mut(id.0), self.steps.get(id.0))
                && !std::mem::replace(shown, true)
            {
                left.extend(step.kind.inputs().into_iter().map(|(input, _)| input));
                news.push(Arc::clone(step));
            }
        }
        news
    }

    /// Whether the weight has grown enough since the last search to search again.
    pub(crate) fn is_due(&self) -> bool {
        self.weight > 2 * self.kept + SPARED
    }

    /// Keeps some steps and the steps that they need, and drops the others. Numbers do not change.
    pub(crate) fn keep(&mut self, ends: impl IntoIterator<Item = StepId>) {
        let kept = self.needed(ends);
        self.steps.iter_mut().for_each(|step| *step = None);
        self.weight = 0;
        for (id, step) in kept.shared() {
            self.weight = self.weight.saturating_add(weight(step));
            if let Some(place) = self.steps.get_mut(id.0) {
                *place = Some(Arc::clone(step));
            }
        }
        self.kept = self.weight;
        let steps = &self.steps;
        self.known.retain(|_, same| {
            same.retain(|id| matches!(steps.get(id.0), Some(Some(_))));
            !same.is_empty()
        });
    }
}

/// Makes a name safe to show.
fn shorten(name: &mut String) {
    if let Cow::Owned(shown) = title(name) {
        *name = shown;
    }
}

/// The approximate size of a step in bytes.
fn weight(step: &Step) -> usize {
    let texts = |texts: &[String]| texts.iter().map(|text| text.len() + EACH).sum::<usize>();
    let kind = match &step.kind {
        StepKind::Base { .. } | StepKind::Context | StepKind::Source(_) => 0,
        StepKind::Dockerfile(stage) => stage.args.iter().map(|(name, value)| EACH + name.len() + value.len()).sum(),
        StepKind::Select { items } => {
            let item = |item: &CopyItem| {
                EACH + item.source.len() + item.target.len() + texts(&item.include) + texts(&item.exclude)
            };
            items.iter().map(item).sum()
        }
        StepKind::Run(run) => run_weight(run, texts),
        StepKind::Write { layer, .. } => layer_weight(layer, texts),
        StepKind::Assemble { layers, .. } => layers.iter().map(|layer| layer_weight(layer, texts)).sum(),
    };
    EACH + step.owner.len() + step.name.len() + kind
}

fn run_weight(run: &Run, texts: impl Fn(&[String]) -> usize) -> usize {
    let env: usize = run.env.iter().map(|(name, value)| EACH + name.len() + value.len()).sum();
    let mounts = run.mounts.iter().map(|mount| {
        let text = match &mount.kind {
            MountKind::Script { text } => text.len(),
            MountKind::ReadOnly { path, .. } | MountKind::Discarded { path, .. } => path.len(),
            MountKind::Cache { id, .. } | MountKind::Secret { id, .. } | MountKind::Ssh { id, .. } => id.len(),
            MountKind::Dependencies { .. } | MountKind::Parts { .. } | MountKind::Tmpfs => 0,
        };
        EACH + mount.target.len() + text
    });
    texts(&run.args) + run.workdir.len() + env + mounts.sum::<usize>()
}

fn layer_weight(layer: &Layer, texts: impl Fn(&[String]) -> usize) -> usize {
    let item = |item: &LayerItem| match item {
        LayerItem::Folder { path, .. } => path.len(),
        LayerItem::Link { path, target } => path.len() + target.len(),
        LayerItem::Text { path, content, .. } => path.len() + content.len(),
        LayerItem::Copy(copy) => copy.source.len() + copy.target.len() + texts(&copy.include) + texts(&copy.exclude),
    };
    EACH + layer.name.len() + layer.history.len() + layer.items.iter().map(|each| EACH + item(each)).sum::<usize>()
}
