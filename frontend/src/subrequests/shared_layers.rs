//! Which layers of several images are the same: those that the same steps make.
//!
//! The engine merges layers that do not know of each other, so a layer is the same wherever it lies. Layers on `scratch`
//! stand on each other.

use std::collections::HashMap;

use serde_json::{Value, json};
use slipway_plan::{ImageOrigin, Layer, LayerCopy, LayerItem, RunOutput, StepKind};

use super::steps::Graph;
use super::table;

/// How many images a row of the table names.
const NAMED: usize = 6;

/// The layers of all images of a graph.
pub(super) struct Layers<'g> {
    layers: Vec<Known<'g>>,
    /// The images, as people see them.
    images: Vec<String>,
}

/// A layer, and the images that have it, by number.
struct Known<'g> {
    name: &'g str,
    images: Vec<usize>,
}

impl<'g> Layers<'g> {
    /// The layers of the images of a graph, from the lowest one of the first image on.
    pub(super) fn of(graph: &'g Graph<'g>) -> Self {
        let ends: Vec<_> = graph.ends.iter().filter(|end| end.plan.contents.is_some()).collect();
        let first = ends.first().map(|end| &end.plan.platform);
        let has_platforms = ends.iter().any(|end| Some(&end.plan.platform) != first);
        let mut found = Self { layers: Vec::new(), images: Vec::new() };
        // A layer by the one that it depends on, and by what it does.
        let mut places: HashMap<(Option<usize>, String), usize> = HashMap::new();
        for (number, end) in ends.into_iter().enumerate() {
            found.images.push(match has_platforms {
                true => format!("{} for {}", end.plan.target, end.plan.platform),
                false => end.plan.target.clone(),
            });
            let mut last = None;
            for group in stack(graph, end.result) {
                let base = last;
                for Part { name, does, on } in group {
                    let below = match on {
                        On::Nothing => None,
                        On::Base => base,
                        On::Layer => last,
                    };
                    let place = *places.entry((below, does)).or_insert_with(|| {
                        found.layers.push(Known { name, images: Vec::new() });
                        found.layers.len() - 1
                    });
                    last = Some(place);
                    let known = found.layers.get_mut(place);
                    if let Some(known) = known.filter(|known| known.images.last() != Some(&number)) {
                        known.images.push(number);
                    }
                }
            }
        }
        found
    }

    /// Every layer, with its images.
    pub(super) fn json(&self) -> Value {
        let names = |layer: &Known<'_>| self.names(layer).collect::<Value>();
        self.layers.iter().map(|layer| json!({ "name": layer.name, "images": names(layer) })).collect()
    }

    /// A table of the layers that several images have; nothing for a single image.
    pub(super) fn text(&self) -> Option<String> {
        if self.images.len() < 2 {
            return None;
        }
        let mut rows = vec![["SHARED LAYER", "IMAGES"].map(str::to_owned).to_vec()];
        for layer in self.layers.iter().filter(|layer| layer.images.len() > 1) {
            let mut names: Vec<_> = self.names(layer).take(NAMED).map(str::to_owned).collect();
            if let more @ 1.. = layer.images.len().saturating_sub(NAMED) {
                names.push(format!("and {more} more"));
            }
            rows.push(vec![layer.name.to_owned(), names.join(", ")]);
        }
        Some(if rows.len() > 1 { table(&rows) } else { "No layer is in several images.\n".to_owned() })
    }

    fn names<'l>(&'l self, layer: &'l Known<'_>) -> impl Iterator<Item = &'l str> {
        layer.images.iter().filter_map(|number| self.images.get(*number)).map(String::as_str)
    }
}

/// A layer of an image.
struct Part<'g> {
    name: &'g str,
    /// What identifies it, apart from what it depends on.
    does: String,
    on: On,
}

/// What a layer depends on, beside the steps that its files come from.
enum On {
    /// On nothing.
    Nothing,
    /// On the base, in which names of users are looked up.
    Base,
    /// On the layer below.
    Layer,
}

/// The layers of the result of a step, the lowest first: those of each step.
fn stack<'g>(graph: &'g Graph<'g>, result: usize) -> Vec<Vec<Part<'g>>> {
    // Images stand on images, so there may be many.
    let mut steps = vec![result];
    while let Some(below) = steps.last().and_then(|step| below(graph, *step)) {
        steps.push(below);
    }
    let (mut layers, mut is_on_scratch) = (Vec::new(), false);
    for number in steps.into_iter().rev() {
        let Some(node) = graph.nodes.get(number) else { continue };
        let StepKind::Assemble { layers: parts, .. } = &node.step.kind else {
            is_on_scratch =
                matches!(&node.step.kind, StepKind::Base { image, .. } if image.origin == ImageOrigin::Scratch);
            // The number also stands for everything below.
            let part = Part { name: &node.step.name, does: number.to_string(), on: On::Nothing };
            layers.extend((!is_on_scratch).then(|| vec![part]));
            continue;
        };
        let described = node.json.get("layers").and_then(Value::as_array).into_iter().flatten();
        let group = parts.iter().zip(described).map(|(part, described)| Part {
            name: &part.name,
            does: described.get("items").map(Value::to_string).unwrap_or_default(),
            on: match is_on_scratch {
                true => On::Layer,
                false if names_users(part) => On::Base,
                false => On::Nothing,
            },
        });
        layers.push(group.collect());
        is_on_scratch &= parts.is_empty();
    }
    layers
}

/// The step whose result a step adds layers to.
fn below(graph: &Graph<'_>, step: usize) -> Option<usize> {
    let node = graph.nodes.get(step)?;
    let wanted = match &node.step.kind {
        StepKind::Assemble { .. } => "base",
        StepKind::Write { .. } => "root",
        StepKind::Run(run) if run.output == RunOutput::Root => "root",
        _ => return None,
    };
    node.needs.iter().find(|(_, what)| **what == wanted).map(|(number, _)| *number)
}

fn names_users(layer: &Layer) -> bool {
    let owners = layer.items.iter().filter_map(|item| match item {
        LayerItem::Folder { owner, .. } | LayerItem::Text { owner, .. } | LayerItem::Copy(LayerCopy { owner, .. }) => {
            owner.as_deref()
        }
        LayerItem::Link { .. } => None,
    });
    owners.flat_map(str::chars).any(|sign| !sign.is_ascii_digit() && sign != ':')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use super::super::tests::answer;

    const SPEC: &str = "\
builds: { go: { preset: go } }
images:
  api: { build: { from: go, main: ./cmd/api }, files: { /migrations: ./db/migrations } }
  other: { build: { from: go, main: ./cmd/worker }, runtime: debian:12, files: { /migrations: ./db/migrations } }
  child: { extends: api, env: { A: b } }
  grandchild: { runtime: api, files: { /a: ./a } }
  bare: { build: { from: go, main: ./cmd/api }, runtime: scratch, files: { /migrations: ./db/migrations } }
  named: { runtime: 'debian:12', files: { /migrations/: { from: ./db/migrations, owner: www-data } } }
  alike: { runtime: 'debian:11', files: { /migrations/: { from: ./db/migrations, owner: www-data } } }
";

    #[test]
    fn layers_are_shared_whatever_they_lie_on() {
        let (_, all) = answer("plan", SPEC, None).unwrap();
        let (_, table) = all.text.split_once("SHARED LAYER").unwrap();
        insta::assert_snapshot!(format!("SHARED LAYER{table}"));
        insta::assert_snapshot!(format!("{:#}", all.json["layers"]));
        let (_, one) = answer("plan", SPEC, Some("api")).unwrap();
        assert!(!one.text.contains("LAYER") && one.json["layers"].as_array().unwrap().len() > 1, "{}", one.text);
        let apart =
            "images: { a: { runtime: static, files: { /a: ./a } }, b: { runtime: scratch, files: { /b: ./assets } } }";
        let (_, apart) = answer("plan", apart, None).unwrap();
        assert!(apart.text.ends_with("\nNo layer is in several images.\n"), "{}", apart.text);
    }
}
