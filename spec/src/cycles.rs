//! Circles: builds, stages and images that need each other's files.

use std::collections::HashMap;
use std::sync::Arc;

use crate::decode::{Context, Name};
use crate::model::{Build, Image, Origin, Stage, StageBase, StageStepKind};
use crate::{Diagnostic, Map, Span, Spanned};

/// Something that may need others.
type Item<'a> = (Name, &'a str);

/// What an item needs, and where it says so.
type Needs<'a> = Vec<(Item<'a>, Span)>;

/// Reports every circle once, at the place of the link that closes it.
pub(crate) fn check(stages: &Map<Stage>, images: &Map<Image>, builds: &Map<Arc<Build>>, cx: &mut Context) {
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
    report(&graph, &order, cx);
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
