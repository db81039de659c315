//! A graph as an indented tree, from the result down to its sources.

use std::{collections::HashMap, fmt::Write as _};

use super::{Shown, short};
use crate::Definition;

impl Definition {
    /// The graph as text: the result first, its inputs below it, indented. Repeated ops are only named.
    ///
    /// ```
    /// use buildkit_llb::prelude::*;
    ///
    /// let base = Image::new("alpine").into_output();
    /// let built = Exec::new("make").root(&base).mount(Mount::bind("/src", &base)).run();
    /// let tree = built.marshal().to_tree();
    /// assert_eq!(tree.lines().count(), 2);
    /// assert!(tree.starts_with("make"));
    /// ```
    #[must_use]
    pub fn to_tree(&self) -> String {
        let ops: Vec<Shown<'_>> = self.shown().collect();
        let places: HashMap<String, usize> =
            ops.iter().enumerate().map(|(place, op)| (op.op.digest().to_string(), place)).collect();
        let mut shown = vec![false; ops.len()];
        let mut out = String::new();
        // The last op produces the result. Without recursion: graphs can be deep.
        let mut open = Vec::from_iter(ops.len().checked_sub(1).map(|head| (head, 0, String::new())));
        while let Some((place, depth, role)) = open.pop() {
            let (Some(op), Some(shown)) = (ops.get(place), shown.get_mut(place)) else { continue };
            let again = std::mem::replace(shown, true);
            line(&mut out, op, depth, &role, again);
            if again {
                continue;
            }
            for (index, input) in op.wire.inputs.iter().enumerate().rev() {
                if let Some(below) = places.get(&input.digest) {
                    open.push((*below, depth + 1, op.input_role(index)));
                }
            }
        }
        out
    }
}

fn line(out: &mut String, op: &Shown<'_>, depth: usize, role: &str, again: bool) {
    // The indentation of deep chains is limited; otherwise, their text would grow quadratically.
    let (indent, far) = (2 * depth.min(40), if depth > 40 { "… " } else { "" });
    let digest = op.op.digest().to_string();
    let role = if role.is_empty() { String::new() } else { format!("{role}: ") };
    let again = if again { ", see above" } else { "" };
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{:indent$}{far}{role}{} ({}{again})", "", op.title().escape_debug(), short(&digest));
}
