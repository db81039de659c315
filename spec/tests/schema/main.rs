//! The JSON Schema, tested with an independent validator and YAML parser, as in an editor.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // Everything here is test code.

mod editors;
mod examples;
mod files;
mod reference;

use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::Value;
use slipway_spec::Loader;
use slipway_spec::model::POLICY_FILE;

/// A file of the repository.
fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The files of a folder whose names have this ending, sorted.
fn files_in(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(ending));
    files.sort();
    files
}

/// YAML as in an editor: YAML 1.2, in which `yes` is text.
fn read(text: &str) -> Result<Value, String> {
    let options = serde_saphyr::options! { strict_booleans: true, legacy_octal_numbers: false };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| error.to_string())
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&slipway_spec::model::schema()).unwrap()
}

/// The schema's errors for a document; empty if it is valid.
fn findings(validator: &Validator, document: &Value) -> String {
    let found = validator.iter_errors(document).map(|error| format!("{}: {error}\n", error.instance_path()));
    found.collect()
}

/// Slipway's findings in a file. Every included file has irrelevant contents.
fn said_by_slipway(text: &str) -> Result<(), String> {
    let is_policy = read(text).is_ok_and(|file| file.get("policy").is_some());
    let mut loader = match is_policy {
        false => Loader::new("slipway.yaml", text.as_bytes().to_vec()),
        true => Loader::new("slipway.yaml", b"images: { api: { go: . } }".to_vec())
            .with_policy(POLICY_FILE, Ok(text.as_bytes().to_vec())),
    };
    while let Some(request) = loader.next_request() {
        loader.supply(&request, Ok(Some(b"x-nothing: 0".to_vec())));
    }
    let parsed = loader.finish();
    let findings = parsed.spec.err().unwrap_or_default();
    if findings.is_empty() {
        return Ok(());
    }
    Err(findings.iter().map(|found| found.render(&parsed.sources) + "\n").collect())
}

#[test]
fn the_schema_is_valid() {
    let schema = slipway_spec::model::schema();
    if let Err(error) = jsonschema::meta::validate(&schema) {
        panic!("{}: {error}", error.instance_path());
    }
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn every_reference_resolves_and_every_definition_is_used() {
    let schema = slipway_spec::model::schema();
    let mut references = std::collections::BTreeSet::new();
    let mut open = vec![&schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(object) => {
                references.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
                open.extend(object.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    let definitions: std::collections::BTreeSet<_> =
        schema["$defs"].as_object().unwrap().keys().map(|name| format!("#/$defs/{name}")).collect();
    assert_eq!(references, definitions);
}
