//! The contents of a drawing: shapes and arrows between them.

use serde_json::Value;

use super::super::steps::{Graph, Node};

/// The contents of a drawing.
pub(super) struct Picture {
    pub(super) nodes: Vec<Shape>,
    pub(super) edges: Vec<Edge>,
}

pub(super) struct Shape {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) kind: Kind,
}

/// What a shape represents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Files or an image from elsewhere.
    Source,
    /// Files of other steps.
    Files,
    /// A command.
    Run,
    /// A target's file system.
    Image,
    /// A target.
    Target,
}

impl Kind {
    pub(super) const ALL: [Self; 5] = [Self::Source, Self::Files, Self::Run, Self::Image, Self::Target];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Files => "files",
            Self::Run => "run",
            Self::Image => "image",
            Self::Target => "target",
        }
    }

    pub(super) fn fill(self) -> &'static str {
        match self {
            Self::Source => "#e8eef7",
            Self::Files => "#f5f5f0",
            Self::Run => "#fdf1d8",
            Self::Image => "#e3f3e6",
            Self::Target => "#d5e8d8",
        }
    }
}

/// From a shape to one that depends on it, by index.
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) kind: &'static str,
}

impl Picture {
    pub(super) fn of(graph: &Graph<'_>) -> Self {
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
