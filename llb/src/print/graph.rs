//! Graphs as pictures: Graphviz and Mermaid.

use std::{collections::HashMap, fmt::Write as _};

use buildkit_proto::ext::OpKind;

use super::{Shown, short};
use crate::Definition;

impl Definition {
    /// The graph for Graphviz' `dot`, with the shapes of BuildKit's own dump (`buildctl debug dump-llb --dot`).
    ///
    /// ```
    /// use buildkit_llb::prelude::*;
    ///
    /// let dot = Image::new("alpine").into_output().marshal().to_dot();
    /// assert!(dot.starts_with("digraph {"));
    /// ```
    #[must_use]
    pub fn to_dot(&self) -> String {
        let mut out = String::from("digraph {\n");
        // Writing to a string cannot fail.
        for op in self.shown() {
            let (name, label) = (op.op.digest(), quoted(&op.title()));
            let _ = writeln!(out, "  \"{name}\" [label={label} shape=\"{}\"];", shape(&op));
        }
        for op in self.shown() {
            for (index, input) in op.wire.inputs.iter().enumerate() {
                let label = quoted(&op.input_role(index));
                let _ = writeln!(out, "  {} -> \"{}\" [label={label}];", quoted(&input.digest), op.op.digest());
            }
        }
        out.push_str("}\n");
        out
    }

    /// The graph for Mermaid, as Markdown viewers draw it.
    ///
    /// ```
    /// use buildkit_llb::prelude::*;
    ///
    /// let mermaid = Image::new("alpine").into_output().marshal().to_mermaid();
    /// assert!(mermaid.starts_with("flowchart TD"));
    /// ```
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        let mut out = String::from("flowchart TD\n");
        let ops: Vec<Shown<'_>> = self.shown().collect();
        let places: HashMap<String, usize> =
            ops.iter().enumerate().map(|(place, op)| (op.op.digest().to_string(), place)).collect();
        // Writing to a string cannot fail.
        for (place, op) in ops.iter().enumerate() {
            let digest = op.op.digest().to_string();
            let label = format!("{}<br/><small>{}</small>", escaped(&op.title()), short(&digest));
            let (open, close) = match op.wire.op {
                Some(OpKind::Source(_)) => ("([", "])"),
                Some(OpKind::Exec(_)) => ("[", "]"),
                Some(OpKind::File(_)) => ("[/", "/]"),
                _ => ("{{", "}}"),
            };
            let _ = writeln!(out, "  n{place}{open}\"{label}\"{close}");
        }
        for (place, op) in ops.iter().enumerate() {
            for (index, input) in op.wire.inputs.iter().enumerate() {
                let Some(from) = places.get(&input.digest) else { continue };
                let role = op.input_role(index);
                let _ = match role.as_str() {
                    "" => writeln!(out, "  n{from} --> n{place}"),
                    role => writeln!(out, "  n{from} -- \"{}\" --> n{place}", escaped(role)),
                };
            }
        }
        out
    }
}

fn shape(op: &Shown<'_>) -> &'static str {
    match &op.wire.op {
        Some(OpKind::Source(_)) => "ellipse",
        Some(OpKind::Exec(_)) => "box",
        Some(OpKind::File(_)) => "note",
        Some(OpKind::Build(_)) => "box3d",
        Some(OpKind::Merge(_)) => "invtriangle",
        Some(OpKind::Diff(_)) => "doublecircle",
        Some(OpKind::Passthrough(_)) => "cds",
        None => "plaintext",
    }
}

/// A string of Graphviz: quotes, backslashes and line ends are escaped.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{text}\"")
}

/// A label of Mermaid; characters of markup are escaped.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '"' => out.push_str("#quot;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '#' => out.push_str("#35;"),
            '&' => out.push_str("#amp;"),
            '\n' => out.push_str("<br/>"),
            c => out.push(c),
        }
    }
    out
}
