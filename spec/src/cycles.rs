//! What builds, stages and images need of each other: circles, which are wrong, and chains, which may be as long as the file.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::decode::{Context, Name};
use crate::model::{Build, Image, Origin, Stage, StageBase, StageStepKind};
use crate::{Diagnostic, Map, Span, Spanned, Spec};

/// Something that may need others.
type Item<'a> = (Name, &'a str);

/// What an item needs, and where it says so.
type Needs<'a> = Vec<(Item<'a>, Span)>;

/// Reports every circle once, at the place of the link that closes it.
pub(crate) fn check(stages: &Map<Stage>, images: &Map<Image>, builds: &Map<Arc<Build>>, cx: &mut Context) {
    let (graph, order) = graph(stages, images, builds);
    report(&graph, &order, cx);
}

/// Every item with what it needs, and the items in the order of the file.
fn graph<'a>(
    stages: &'a Map<Stage>,
    images: &'a Map<Image>,
    builds: &'a Map<Arc<Build>>,
) -> (HashMap<Item<'a>, Needs<'a>>, Vec<Item<'a>>) {
    let mut graph: HashMap<Item<'_>, Needs<'_>> = HashMap::new();
    let mut order: Vec<Item<'_>> = Vec::new();
    for (name, build) in builds.iter() {
        let needs = build.addresses().filter_map(|address| need(&address.origin)).collect();
        order.push((Name::Build, name));
        graph.insert((Name::Build, name), needs);
    }
    for (name, stage) in stages.iter() {
        order.push((Name::Stage, name));
        graph.insert((Name::Stage, name), stage_needs(stage));
    }
    for (name, image) in images.iter() {
        let mut needs: Needs<'_> = Vec::new();
        for image in std::iter::once(image).chain(image.variants.iter().map(|(_, variant)| variant)) {
            needs.extend(image.origins().filter_map(need));
            if let Some(build) = &image.build {
                needs.extend(build.build.addresses().filter_map(|address| need(&address.origin)));
            }
        }
        order.push((Name::Image, name));
        graph.insert((Name::Image, name), needs);
    }
    (graph, order)
}

/// What the builds, stages and images of a spec need of each other, for those who follow it: chains are cut into short ones, so that these can be followed by recursion.
#[derive(Debug)]
pub struct Chains<'a> {
    items: Vec<Item<'a>>,
    places: HashMap<Item<'a>, usize>,
    /// What each item needs, by its place.
    needs: Vec<Vec<usize>>,
    /// Whether chains are cut at an item.
    cuts: Vec<bool>,
}

impl<'a> Chains<'a> {
    /// The chains of a spec, in pieces of at most so many links; `None` where no chain is longer than that.
    #[must_use]
    pub fn of(spec: &'a Spec, longest: usize) -> Option<Self> {
        let (graph, items) = graph(&spec.stages, &spec.images, &spec.builds);
        let places: HashMap<_, _> = items.iter().enumerate().map(|(place, item)| (*item, place)).collect();
        let needs_of = |item| {
            let needs = graph.get(item).into_iter().flatten();
            needs.filter_map(|(need, _)| places.get(need).copied()).collect()
        };
        let needs: Vec<Vec<usize>> = items.iter().map(needs_of).collect();
        let cuts = vec![false; items.len()];
        let mut chains = Self { items, places, needs, cuts };
        let mut pieces = vec![0; chains.items.len()];
        let mut seen = BTreeSet::new();
        for start in 0..chains.items.len() {
            for place in chains.below(start, &mut seen) {
                let heights = chains.needs_of(place).iter().filter_map(|need| pieces.get(*need));
                let height = heights.max().map_or(0, |height| height + 1);
                pieces.get_mut(place).into_iter().for_each(|piece| *piece = height);
            }
        }
        pieces.iter_mut().for_each(|piece| *piece /= longest.max(1));
        // A chain that reaches from one piece into another is cut there.
        for (place, piece) in pieces.iter().enumerate() {
            let others: Vec<_> =
                chains.needs_of(place).iter().copied().filter(|need| pieces.get(*need) != Some(piece)).collect();
            for need in others {
                chains.cuts.get_mut(need).into_iter().for_each(|cut| *cut = true);
            }
        }
        chains.cuts.contains(&true).then_some(chains)
    }

    /// The items below one at which chains are cut, each behind those that it needs. What was seen before is left out, and so is what is below it.
    pub fn cuts_below(&self, kind: Name, name: &str, seen: &mut BTreeSet<usize>) -> Vec<(Name, &'a str)> {
        let Some(start) = self.places.get(&(kind, name)) else { return Vec::new() };
        let below = self.below(*start, seen).into_iter();
        let cuts = below.filter(|place| place != start && self.cuts.get(*place) == Some(&true));
        cuts.filter_map(|place| self.items.get(place).copied()).collect()
    }

    fn needs_of(&self, place: usize) -> &[usize] {
        self.needs.get(place).map(Vec::as_slice).unwrap_or_default()
    }

    /// An item behind all that it needs. Without recursion: a chain may be as long as the file.
    fn below(&self, start: usize, seen: &mut BTreeSet<usize>) -> Vec<usize> {
        let mut found = Vec::new();
        let mut path = if seen.insert(start) { vec![(start, 0)] } else { Vec::new() };
        while let Some((place, next)) = path.last_mut() {
            if let Some(need) = self.needs_of(*place).get(*next) {
                *next += 1;
                if seen.insert(*need) {
                    path.push((*need, 0));
                }
            } else {
                found.push(*place);
                path.pop();
            }
        }
        found
    }
}

/// Walks without recursion: a chain may be as long as the file.
fn report(graph: &HashMap<Item<'_>, Needs<'_>>, order: &[Item<'_>], cx: &mut Context) {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        Open,
        Done,
    }
    let mut states: HashMap<Item<'_>, State> = HashMap::new();
    for start in order {
        if states.contains_key(start) {
            continue;
        }
        states.insert(*start, State::Open);
        let mut path: Vec<(Item<'_>, usize)> = vec![(*start, 0)];
        while let Some((item, next)) = path.last_mut() {
            let Some((need, span)) = graph.get(item).and_then(|needs| needs.get(*next)) else {
                states.insert(*item, State::Done);
                path.pop();
                continue;
            };
            *next += 1;
            match states.get(need) {
                Some(State::Done) => {}
                Some(State::Open) => {
                    let round = path.iter().skip_while(|(item, _)| item != need);
                    let mut names: Vec<String> = round.clone().take(8).map(|(item, _)| describe(*item)).collect();
                    names.push(describe(*need));
                    let found =
                        Diagnostic::error(*span, format!("these need each other in a circle: {}", names.join(" → ")))
                            .with_help("let one of them do without the others");
                    let links = round.filter_map(|(item, next)| graph.get(item)?.get(next.checked_sub(1)?));
                    let links = links.map(|(_, link)| *link).filter(|link| link != span).take(8);
                    cx.report(links.fold(found, |found, link| found.with_label(link, "a link of it")));
                }
                None => {
                    states.insert(*need, State::Open);
                    path.push((*need, 0));
                }
            }
        }
    }
}

fn describe((kind, name): Item<'_>) -> String {
    format!("{} `{name}`", kind.noun())
}

fn need(origin: &Origin) -> Option<(Item<'_>, Span)> {
    match origin {
        Origin::Named(kind, Spanned { value, span }) => Some(((*kind, value.as_str()), *span)),
        Origin::Context => None,
    }
}

fn stage_needs(stage: &Stage) -> Needs<'_> {
    let Stage::Steps(stage) = stage else {
        return Vec::new();
    };
    let mut needs: Needs<'_> = Vec::new();
    if let StageBase::Stage(name) = &stage.from {
        needs.push(((Name::Stage, &name.value), name.span));
    }
    needs.extend(stage.steps.iter().filter_map(|step| match &step.kind {
        StageStepKind::Copy(copy) => need(&copy.from.origin),
        StageStepKind::Run(_) | StageStepKind::File(_) => None,
    }));
    needs
}
