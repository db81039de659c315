//! The committed reference and schema file match the language.
//!
//! `UPDATE=1 cargo test -p slipway-spec --test schema` writes them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use crate::files::blocks;
use crate::{files_in, read, repository};

/// The expected contents of every file of `docs/reference`.
fn made() -> BTreeMap<String, String> {
    let schema = slipway_spec::model::schema();
    let mut files: BTreeMap<String, String> =
        slipway_spec::reference().into_iter().map(|page| (page.file, page.text)).collect();
    files.insert("slipway.schema.json".to_owned(), serde_json::to_string_pretty(&schema).unwrap() + "\n");
    files
}

/// A page of the folder that is made of something else: see tests/architecture.
const OTHER: &str = "buildx.md";

#[test]
fn the_committed_reference_is_up_to_date() {
    let folder = repository("docs/reference");
    let made = made();
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(&folder).unwrap();
        for path in files_in(&folder, "").into_iter().filter(|path| !path.ends_with(OTHER)) {
            fs::remove_file(path).unwrap();
        }
        for (name, text) in &made {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let there: BTreeMap<String, String> = files_in(&folder, "")
        .into_iter()
        .filter(|path| !path.ends_with(OTHER))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap()))
        .collect();
    let names: BTreeSet<&String> = made.keys().chain(there.keys()).collect();
    let differing: Vec<_> = names.into_iter().filter(|name| made.get(*name) != there.get(*name)).collect();
    assert!(differing.is_empty(), "run with UPDATE=1, read the difference and commit it: {differing:?}");
}

#[test]
fn every_key_is_in_the_reference_with_its_example() {
    let pages = made();
    let schema = slipway_spec::model::schema();
    let mut examples: BTreeSet<String> = BTreeSet::new();
    let mut keys: BTreeSet<(String, String)> = BTreeSet::new();
    let file = ("file".to_owned(), &schema);
    let records = schema["$defs"].as_object().unwrap().iter().filter(|(name, _)| !name.starts_with("Whole"));
    for (record, definition) in records.map(|(name, record)| (name.clone(), record)).chain([file]) {
        for (key, property) in definition.get("properties").and_then(Value::as_object).into_iter().flatten() {
            for example in property.get("examples").and_then(Value::as_array).into_iter().flatten() {
                examples.insert(serde_json::json!({ key: example }).to_string());
            }
            // Options of presets are on the page of their preset.
            if record != "BuildUse" || key == "from" {
                keys.insert((key.clone(), property["description"].as_str().unwrap_or_default().to_owned()));
            }
        }
    }
    for (key, description) in keys {
        let description = description.split("\n\n").next().unwrap();
        let entry = format!("### `{key}`\n\n{description}\n");
        assert!(pages.values().any(|page| page.contains(&entry)), "no page has {entry}");
    }
    let mut shown = BTreeSet::new();
    for (name, page) in pages.iter().filter(|(name, _)| name.ends_with(".md")) {
        for (line, block) in blocks(page, "```yml") {
            let value = read(&block).unwrap_or_else(|error| panic!("{name}:{line}: {error}"));
            assert!(examples.contains(&value.to_string()), "{name}:{line} shows {value}, which is not an example");
            shown.insert(value.to_string());
        }
    }
    assert!(shown.len() > 100, "only {} examples are shown", shown.len());
}

#[test]
fn every_page_leads_to_a_guide() {
    for (name, page) in made().iter().filter(|(name, _)| name.ends_with(".md") && *name != "index.md") {
        let last = page.trim_end().lines().last().unwrap();
        assert!(last.contains("](../"), "{name} ends with {last}");
    }
}
