//! Dependency cycles among files.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::source::Edges;

/// Files that all depend on each other.
pub(crate) struct Circle {
    /// Their names, in order.
    pub(crate) files: Vec<String>,
    /// The shortest cycle through the first of them.
    pub(crate) path: Vec<String>,
}

impl Circle {
    /// Whether it consists of exactly these files.
    pub(crate) fn is_of(&self, files: &[&str]) -> bool {
        self.files.iter().eq(files)
    }
}

/// All cycles, each once.
pub(crate) fn circles(edges: &Edges) -> Vec<Circle> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in edges {
        next.entry(from).or_default().push(to);
    }
    let reach: BTreeMap<&str, BTreeSet<&str>> = next.keys().map(|file| (*file, reached(&next, file))).collect();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut circles = Vec::new();
    for (file, reached) in &reach {
        if !reached.contains(file) || seen.contains(file) {
            continue;
        }
        let members: BTreeSet<&str> =
            reached.iter().filter(|other| reach.get(*other).is_some_and(|back| back.contains(file))).copied().collect();
        seen.extend(&members);
        circles.push(Circle { files: members.into_iter().map(str::to_owned).collect(), path: way_round(&next, file) });
    }
    circles
}

fn reached<'a>(next: &BTreeMap<&'a str, Vec<&'a str>>, start: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = next.get(start).cloned().unwrap_or_default();
    while let Some(file) = open.pop() {
        if found.insert(file) {
            open.extend(next.get(file).into_iter().flatten());
        }
    }
    found
}

fn way_round(next: &BTreeMap<&str, Vec<&str>>, start: &str) -> Vec<String> {
    let mut open = VecDeque::from([vec![start]]);
    let mut seen = BTreeSet::new();
    while let Some(path) = open.pop_front() {
        for file in next.get(path[path.len() - 1]).into_iter().flatten() {
            let mut longer = path.clone();
            longer.push(file);
            if *file == start {
                return longer.into_iter().map(str::to_owned).collect();
            }
            if seen.insert(*file) {
                open.push_back(longer);
            }
        }
    }
    Vec::new()
}
