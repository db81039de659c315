//! `--call=slipway.graph`: the steps of a build as a picture. Mermaid is the usual form, which forges and editors draw; Graphviz and SVG are the others.

mod layout;
mod svg;

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::steps::{Graph, Node};
use super::{Answer, Method, Needs, Question};
use crate::failure::Failure;

pub(super) const METHOD: Method = Method {
    name: "frontend.slipway.graph",
    version: "1.0.0",
    description: "Draw the steps of a build: Mermaid, or graph.dot and graph.svg",
    takes_target: true,
    needs: Needs::Plans,
    formats: &["mermaid", "dot", "svg"],
    answer,
};

fn answer(question: &Question<'_>) -> Result<Answer, Failure> {
    let graph = Graph::of(question.analysis()?.plans()?);
    let picture = Picture::of(&graph);
    let text = match question.format {
        Some("dot") => dot(&picture),
        Some("svg") => svg::draw(&picture),
        _ => mermaid(&picture),
    };
    let nodes =
        picture.nodes.iter().map(|node| json!({ "id": node.id, "label": node.label, "kind": node.kind.name() }));
    let edges = picture
        .edges
        .iter()
        .map(|edge| json!({ "from": id(&picture, edge.from), "to": id(&picture, edge.to), "kind": edge.kind }));
    let json = json!({ "nodes": nodes.collect::<Value>(), "edges": edges.collect::<Value>() });
    Ok(Answer { json, text, status: None })
}

/// What is drawn.
struct Picture {
    nodes: Vec<Shape>,
    edges: Vec<Edge>,
}

struct Shape {
    id: String,
    label: String,
    kind: Kind,
}

/// What a shape stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Files or an image from elsewhere.
    Source,
    /// Files of other steps.
    Files,
    /// A program that runs.
    Run,
    /// A target's file system.
    Image,
    /// A target.
    Target,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Source, Self::Files, Self::Run, Self::Image, Self::Target];

    fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Files => "files",
            Self::Run => "run",
            Self::Image => "image",
            Self::Target => "target",
        }
    }

    fn fill(self) -> &'static str {
        match self {
            Self::Source => "#e8eef7",
            Self::Files => "#f5f5f0",
            Self::Run => "#fdf1d8",
            Self::Image => "#e3f3e6",
            Self::Target => "#d5e8d8",
        }
    }
}

/// From a shape to one that needs it, by their places.
struct Edge {
    from: usize,
    to: usize,
    kind: &'static str,
}

impl Picture {
    fn of(graph: &Graph<'_>) -> Self {
        let mut nodes: Vec<_> = graph.nodes.iter().enumerate().map(|(number, node)| shape(number, node)).collect();
        let mut edges = Vec::new();
        for (to, node) in graph.nodes.iter().enumerate() {
            edges.extend(node.needs.iter().map(|(from, kind)| Edge { from: *from, to, kind }));
        }
        for (number, end) in graph.ends.iter().enumerate() {
            let to = nodes.len();
            let label = format!("{} for {}", end.plan.target, end.plan.platform);
            nodes.push(Shape { id: format!("t{number}"), label, kind: Kind::Target });
            edges.push(Edge { from: end.result, to, kind: "result" });
            edges.extend(end.gates.iter().map(|(_, from)| Edge { from: *from, to, kind: "gate" }));
        }
        Self { nodes, edges }
    }
}

fn shape(number: usize, node: &Node<'_>) -> Shape {
    let kind = match node.json.get("kind").and_then(Value::as_str) {
        Some("copy" | "write") => Kind::Files,
        Some("run") => Kind::Run,
        Some("assemble") => Kind::Image,
        _ => Kind::Source,
    };
    Shape { id: format!("s{number}"), label: node.step.name.clone(), kind }
}

fn id(picture: &Picture, place: usize) -> &str {
    picture.nodes.get(place).map_or("", |node| &node.id)
}

/// <https://mermaid.js.org/syntax/flowchart.html>
fn mermaid(picture: &Picture) -> String {
    let mut text = "flowchart LR\n".to_owned();
    for Shape { id, label, kind } in &picture.nodes {
        let (open, close) = match kind {
            Kind::Source => ("[(", ")]"),
            Kind::Files => ("[/", "/]"),
            Kind::Run => ("[", "]"),
            Kind::Image => ("([", "])"),
            Kind::Target => ("{{", "}}"),
        };
        let _ = writeln!(text, "  {id}{open}\"{}\"{close}:::{}", mermaid_text(label), kind.name());
    }
    for Edge { from, to, kind } in &picture.edges {
        let arrow = if *kind == "gate" { "-.->" } else { "-->" };
        let _ = writeln!(text, "  {} {arrow}|{kind}| {}", id(picture, *from), id(picture, *to));
    }
    for kind in Kind::ALL {
        let _ = writeln!(text, "  classDef {} fill:{},stroke:#555,color:#111", kind.name(), kind.fill());
    }
    text
}

/// Text inside quotes: what means something to Mermaid is named by its code point.
fn mermaid_text(text: &str) -> String {
    let escape = |c: char| match c {
        '"' | '#' | '<' | '>' | '&' | '`' | '\\' => format!("#{};", u32::from(c)),
        c if c.is_control() => " ".to_owned(),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}

/// <https://graphviz.org/doc/info/lang.html>
fn dot(picture: &Picture) -> String {
    let mut text =
        "digraph slipway {\n  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];\n"
            .to_owned();
    for Shape { id, label, kind } in &picture.nodes {
        let label = label.replace('\\', "\\\\").replace('"', "\\\"").replace(char::is_control, " ");
        let _ = writeln!(text, "  {id} [label=\"{label}\", fillcolor=\"{}\"];", kind.fill());
    }
    for Edge { from, to, kind } in &picture.edges {
        let style = if *kind == "gate" { ", style=dashed" } else { "" };
        let _ = writeln!(text, "  {} -> {} [label=\"{kind}\"{style}];", id(picture, *from), id(picture, *to));
    }
    text.push_str("}\n");
    text
}
