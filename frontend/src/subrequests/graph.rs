//! `--call=slipway.graph`: the steps of a build as a drawing. Mermaid is the default format, which code hosting
//! services and editors render; Graphviz and SVG are the others.

mod layout;
mod picture;
mod svg;

use std::fmt::Write as _;

use serde_json::{Value, json};

use self::picture::{Edge, Kind, Picture, Shape};
use super::steps::Graph;
use super::{Answer, Method, Needs, Question};
use crate::failure::Failure;

pub(super) const METHOD: Method = Method {
    name: "frontend.slipway.graph",
    version: "1.0.0",
    description: "Draw the steps of a build: Mermaid, or graph.dot and graph.svg",
    takes_target: true,
    names_spec: false,
    needs: Needs::Plans,
    formats: &["mermaid", "dot", "svg"],
    answer,
};

fn answer(question: &Question<'_>) -> Result<Answer, Failure> {
    let graph = Graph::of(question.analysis()?.plans()?, &question.cache_prefix());
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

/// Quoted text: special characters of Mermaid are written by code point.
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
