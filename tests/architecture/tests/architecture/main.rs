//! The architecture: dependencies between the files of a crate. Data flows forward, so there are no cycles, and no file
//! uses a file on a higher floor. Tests of pages that name parts of the whole workspace are here, too.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod buildx;
mod floors;
mod graph;
mod named_tests;
mod pages;
mod source;

use std::path::Path;

use source::Crate;

/// The crates of the workspace with sources.
const CRATES: [&str; 12] =
    ["proto", "llb", "diagnostic", "ignore", "project", "spec", "report", "plan", "lint", "init", "frontend", "probe"];

/// Files of a crate whose types contain each other, and why.
const TOGETHER: [(&str, [&str; 2], &str); 1] = [(
    "llb",
    ["file/copy.rs", "file/mod.rs"],
    "a copy may read the result of a chain of actions, which contains copies",
)];

fn read(name: &str) -> Crate {
    Crate::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name))
}

#[test]
fn there_are_no_dependency_cycles() {
    let mut found = Vec::new();
    for name in CRATES {
        for circle in graph::circles(&read(name).edges()) {
            let is_known = |(known, files, _): &&(&str, [&str; 2], &str)| *known == name && circle.is_of(files);
            if TOGETHER.iter().any(|known| is_known(&known)) {
                continue;
            }
            found.push(format!(
                "{name}: {} files form a dependency cycle: {}",
                circle.files.len(),
                circle.path.join(" → ")
            ));
        }
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn no_file_uses_a_higher_floor() {
    let mut found = Vec::new();
    for (name, floors) in floors::FLOORS {
        let edges = read(name).edges();
        found.extend(floors::upward(floors, &edges).into_iter().map(|line| format!("{name}: {line}")));
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// Folders of a crate in which every language has a separate module.
const OF_LANGUAGES: [(&str, &str); 2] = [("project", ""), ("plan", "presets/")];

#[test]
fn no_language_uses_another() {
    let mut found = Vec::new();
    for (name, folder) in OF_LANGUAGES {
        let language = |file: &str| {
            let rest = file.strip_prefix(folder)?;
            ["go", "java", "node", "python", "rust"].into_iter().find(|name| rest.starts_with(&format!("{name}/")))
        };
        let edges = read(name).edges();
        let of_language = edges.iter().filter(|(from, _)| language(from).is_some()).count();
        assert!(of_language > 20, "{name} has languages in `{folder}`");
        let crossing = |(from, to): &&(String, String)| {
            language(from).is_some_and(|one| language(to).is_some_and(|other| one != other))
        };
        found.extend(edges.iter().filter(crossing).map(|(from, to)| format!("{name}: {from} uses {to}")));
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// The results of the tests above for wrong sources.
#[test]
fn cycles_and_uses_of_higher_floors_are_found() {
    let files = [
        ("lib.rs", "mod low; mod high; pub use low::Low;"),
        ("low.rs", "use crate::high::High; pub struct Low(High);"),
        (
            "high.rs",
            "pub struct High; fn low() -> crate::Low { todo!() } #[cfg(test)] mod tests { use crate::low::*; }",
        ),
    ];
    let edges = Crate::of(&files).edges();
    let circles = graph::circles(&edges);
    assert_eq!(circles.len(), 1);
    assert_eq!(circles[0].path, ["high.rs", "low.rs", "high.rs"]);
    let floors: &[&[&str]] = &[&["low.rs"], &["high.rs"], &["lib.rs"]];
    assert_eq!(floors::upward(floors, &edges), ["low.rs uses high.rs, which is on a floor above it"]);
}
