//! Dependencies between builds, stages and images: cycles, which are errors, and chains, which may be as long as the
//! file.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::decode::{Context, Name};
use crate::model::{BaseRef, Build, Image, Origin, Stage, StageStepKind, is_well_known};
use crate::{Diagnostic, Map, Span, Spanned, Spec};

/// A node of the dependency graph.
type Item<'a> = (Name, &'a str);

/// The dependencies of an item, and where the spec states them.
type Needs<'a> = Vec<(Item<'a>, Span)>;

/// Reports every cycle once, at the reference that closes it.
pub(crate) fn check(stages: &Map<Stage>, images: &Map<Image>, builds: &Map<Arc<Build>>, cx: &mut Context) {
    let (graph, order) = graph(stages, images, builds, true);
    report(&graph, &order, cx);
}

/// Every item with its dependencies, with or without its variants, in the order of the file.
fn graph<'a>(
    stages: &'a Map<Stage>,
    images: &'a Map<Image>,
    builds: &'a Map<Arc<Build>>,
    with_variants: bool,
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
        let mut needs = image_needs(image);
        for (_, variant) in image.variants.iter().filter(|_| with_variants) {
            needs.extend(image_needs(variant));
        }
        order.push((Name::Image, name));
        graph.insert((Name::Image, name), needs);
    }
    (graph, order)
}

/// The dependencies between builds, stages, images and contexts of a spec. Dependencies are planned before the items
/// that need them.
#[derive(Debug)]
pub struct Order<'a> {
    items: Vec<Item<'a>>,
    places: HashMap<Item<'a>, usize>,
    /// The dependencies of each item, by its index.
    needs: Vec<Vec<usize>>,
}

impl<'a> Order<'a> {
    /// The planning order of a spec without cycles. What is replaced needs nothing.
    #[must_use]
    pub fn of(spec: &'a Spec, is_replaced: impl Fn(&str) -> bool) -> Self {
        let (graph, mut items) = graph(&spec.stages, &spec.images, &spec.builds, false);
        items.extend(spec.contexts.iter().map(|(name, _)| (Name::Context, name.value.as_str())));
        let places: HashMap<_, _> = items.iter().enumerate().map(|(place, item)| (*item, place)).collect();
        let needs_of = |item: &Item<'_>| {
            let needs = graph.get(item).filter(|_| !is_replaced(item.1)).into_iter().flatten();
            needs.filter_map(|(need, _)| places.get(need).copied()).collect()
        };
        let needs = items.iter().map(needs_of).collect();
        Self { items, places, needs }
    }

    /// All transitive dependencies of an item, each after its own dependencies. Variants of an image are omitted. Items
    /// that were visited before are omitted with their dependencies, so visiting all items of a chain takes linear
    /// time.
    pub fn before(&self, kind: Name, name: &str, seen: &mut BTreeSet<usize>) -> Vec<(Name, &'a str)> {
        let Some(start) = self.places.get(&(kind, name)) else { return Vec::new() };
        self.behind(self.needs_of(*start), seen)
    }

    /// The same for an image without a name of its own, such as a variant.
    pub fn before_image(&self, image: &Image, seen: &mut BTreeSet<usize>) -> Vec<(Name, &'a str)> {
        let needs = image_needs(image).into_iter().filter_map(|(need, _)| self.places.get(&need).copied());
        self.behind(&needs.collect::<Vec<_>>(), seen)
    }

    fn needs_of(&self, place: usize) -> &[usize] {
        self.needs.get(place).map(Vec::as_slice).unwrap_or_default()
    }

    /// Items in topological order, dependencies first. Without recursion: a chain may be as long as the file.
    fn behind(&self, starts: &[usize], seen: &mut BTreeSet<usize>) -> Vec<(Name, &'a str)> {
        let mut found = Vec::new();
        for start in starts {
            let mut path = if seen.insert(*start) { vec![(*start, 0)] } else { Vec::new() };
            while let Some((place, next)) = path.last_mut() {
                if let Some(need) = self.needs_of(*place).get(*next) {
                    *next += 1;
                    if seen.insert(*need) {
                        path.push((*need, 0));
                    }
                } else {
                    found.extend(self.items.get(*place));
                    path.pop();
                }
            }
        }
        found
    }
}

fn image_needs(image: &Image) -> Needs<'_> {
    let of_build = image.build.iter().flat_map(|used| used.build.addresses());
    let files = image.origins().chain(of_build.map(|address| &address.origin)).filter_map(need);
    image.keys.runtime.as_ref().and_then(base_need).into_iter().chain(files).collect()
}

fn base_need(base: &BaseRef) -> Option<(Item<'_>, Span)> {
    base.part().map(|(kind, name)| ((kind, name.value.as_str()), name.span))
}

/// Visits the graph without recursion: a chain may be as long as the file.
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
                    let is_well_known = item == need && is_well_known(need.1);
                    let round = path.iter().skip_while(|(item, _)| item != need);
                    let mut names: Vec<String> = round.clone().take(8).map(|(item, _)| describe(*item)).collect();
                    names.push(describe(*need));
                    let found = Diagnostic::error(*span, format!("dependency cycle: {}", names.join(" → "))).with_help(
                        match is_well_known {
                            true => format!(
                                "remove this reference, or name an image in a registry, as in `docker.io/library/{}`",
                                need.1
                            ),
                            false => "remove one of these references".to_owned(),
                        },
                    );
                    let links = round.filter_map(|(item, next)| graph.get(item)?.get(next.checked_sub(1)?));
                    let links = links.map(|(_, link)| *link).filter(|link| link != span).take(8);
                    cx.report(links.fold(found, |found, link| found.with_label(link, "part of the cycle")));
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
    let stage = match stage {
        Stage::Steps(stage) => stage,
        Stage::Dockerfile(stage) => return stage.context.iter().filter_map(|context| need(&context.origin)).collect(),
    };
    let mut needs: Needs<'_> = base_need(&stage.from).into_iter().collect();
    needs.extend(stage.steps.iter().filter_map(|step| match &step.kind {
        StageStepKind::Copy(copy) => need(&copy.from.origin),
        StageStepKind::Run(_) | StageStepKind::File(_) => None,
    }));
    needs
}
