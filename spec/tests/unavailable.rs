//! Keys that this release does not implement are marked everywhere: in the schema and in the documentation.
//!
//! `UPDATE=1 cargo test -p slipway-spec --test unavailable` regenerates the table of `docs/language.md`.

#![allow(clippy::unwrap_used)] // Everything here is test code.

use std::fs;
use std::path::Path;

use slipway_spec::unavailable::{UNAVAILABLE, Unavailable};

const HEAD: &str = "| key | what happens | what to do until then |\n|---|---|---|\n";

#[test]
fn the_schema_marks_unimplemented_keys() {
    let schema = slipway_spec::model::schema();
    for one in UNAVAILABLE {
        let maps: Vec<_> = schema["$defs"].as_object().unwrap().iter().collect();
        let said = maps.iter().filter_map(|(_, map)| map["properties"][one.key]["description"].as_str());
        let count = said.filter(|said| said.contains("does not implement it") && said.contains(one.effect)).count();
        assert!(count > 0, "{one:?}");
    }
}

#[test]
fn the_documentation_lists_unimplemented_keys() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/language.md");
    let text = fs::read_to_string(&path).unwrap();
    let mut rows: Vec<String> = UNAVAILABLE.iter().map(Unavailable::row).collect();
    rows.dedup();
    let (before, rest) = text.split_once(HEAD).unwrap();
    let after = &rest[rest.find("\n\n").unwrap() + 1..];
    let written = format!("{before}{HEAD}{}{after}", rows.concat());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &written).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap() == written, "run with UPDATE=1");
}
