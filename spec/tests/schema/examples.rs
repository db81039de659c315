//! Every key separately: it has a description, its example is correct, and the schema accepts whatever the language
//! accepts.

use serde_json::{Map, Value, json};

use crate::{findings, said_by_slipway, validator};

/// A key of a record, as in the schema.
struct Key {
    record: String,
    name: String,
    schema: Value,
}

/// All keys of all records. Each preset's record contains the keys that presets share.
fn keys() -> Vec<Key> {
    let schema = slipway_spec::model::schema();
    let mut records: Vec<(String, &Value)> = vec![("file".to_owned(), &schema)];
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        // A sentence about required keys is separate from the description.
        if !name.starts_with("Whole") && definition.get("properties").is_some() {
            records.push((name.clone(), definition));
        }
    }
    let keys = records.iter().flat_map(|(record, definition)| {
        definition["properties"].as_object().unwrap().iter().map(|(name, schema)| Key {
            record: record.clone(),
            name: name.clone(),
            schema: schema.clone(),
        })
    });
    keys.collect()
}

/// What the schema of a key expresses with a keyword, or each of its forms if their meanings differ.
fn said<'a>(schema: &'a Value, keyword: &str) -> Vec<&'a Value> {
    match schema.get(keyword) {
        Some(said) => vec![said],
        None => schema["anyOf"].as_array().into_iter().flatten().filter_map(|form| form.get(keyword)).collect(),
    }
}

fn examples(schema: &Value) -> Vec<Value> {
    said(schema, "examples").into_iter().flat_map(|examples| examples.as_array().unwrap().clone()).collect()
}

fn image_with_repository(repository: &Value) -> Value {
    json!({ "go": ".", "packages": { "runtime": ["a"], "repositories": { "subject": repository } } })
}

/// A file with a record, and everything that examples refer to.
fn file(record: &str, value: Value) -> Value {
    let mut file = json!({
        "args": { "VERSION": "dev", "COMMIT": "none" },
        "secrets": { "npmrc": {}, "github": {} },
        "contexts": { "proto": { "path": "./proto" } },
        "builds": { "api": { "preset": "go" }, "go": { "preset": "go" } },
        "stages": { "gen": { "from": "alpine:3.22" } },
        "images": { "api": { "go": "." } },
    });
    let build = |key: &str| json!({ "preset": "go", key: value });
    let image = |key: &str| json!({ "go": ".", key: value });
    let stage = |key: &str| json!({ "from": "alpine:3.22", key: value });
    let (place, entry) = match record {
        "file" => {
            let Value::Object(own) = value else { return value };
            if own.contains_key("policy") {
                // This file is not a whole spec.
                return own.into();
            }
            file.as_object_mut().unwrap().extend(own);
            return file;
        }
        "PolicyKeys" => return json!({ "policy": value }),
        "Forbidden" => return json!({ "policy": { "forbid": value } }),
        "IncludeKeys" => {
            file["include"] = json!([value]);
            return file;
        }
        "Arg" => ("args", value),
        "Secret" => ("secrets", value),
        "ContextKeys" => ("contexts", value),
        "RepositoryCheck" => ("checks", value),
        "Build" => ("builds", value),
        "Source" => ("builds", build("source")),
        "BuildPackageKeys" => ("builds", build("packages")),
        "ImagePackageKeys" => ("images", image("packages")),
        "PackageRepository" => ("images", image_with_repository(&value)),
        "Install" => ("builds", build("install")),
        "PrivateHostKeys" => ("builds", json!({ "preset": "go", "private": [value] })),
        "NodeScriptKeys" => ("builds", json!({ "preset": "node", "scripts": [value] })),
        "BuildRunKeys" => ("builds", json!({ "preset": "go", "run": [value] })),
        "CheckKeys" => ("builds", json!({ "preset": "go", "checks": { "subject": value } })),
        "StageKeys" => ("stages", value),
        "CacheKeys" => ("stages", json!({ "from": "alpine:3.22", "cache": [value] })),
        "SshKeys" => ("stages", json!({ "from": "alpine:3.22", "steps": [{ "run": "make", "ssh": [value] }] })),
        "RunStep" => ("stages", json!({ "from": "alpine:3.22", "steps": [value] })),
        "CopyStep" => ("stages", json!({ "from": "alpine:3.22", "steps": [{ "copy": value }] })),
        "FileStep" => ("stages", json!({ "from": "alpine:3.22", "steps": [{ "file": value }] })),
        "Image" => ("images", value),
        "BuildUse" => ("images", json!({ "build": value })),
        "FileKeys" => ("images", json!({ "files": { "/subject": value } })),
        "DependencyKeys" => ("images", image("dependencies")),
        "TracedKeys" => ("images", json!({ "node": ".", "dependencies": { "traced": value } })),
        "FolderKeys" => ("images", json!({ "go": ".", "folders": { "/subject": value } })),
        "NewUser" => ("images", json!({ "go": ".", "user": value })),
        "HealthcheckKeys" => ("images", image("healthcheck")),
        "HttpKeys" => ("images", json!({ "go": ".", "healthcheck": { "http": value } })),
        "GrpcKeys" => ("images", json!({ "go": ".", "healthcheck": { "grpc": value } })),
        "Metadata" => ("images", image("metadata")),
        "ImageTestKeys" => ("images", json!({ "go": ".", "tests": { "subject": value } })),
        "TextMatch" => ("images", json!({ "go": ".", "tests": { "subject": { "run": ["/x"], "stdout": value } } })),
        "Budget" => ("images", image("budget")),
        "Scan" => ("images", image("scan")),
        preset => match preset.strip_suffix("Build") {
            Some(preset) => ("images", json!({ preset.to_lowercase(): value })),
            None => ("stages", stage(preset)),
        },
    };
    let name = if place == "args" { "SUBJECT" } else { "subject" };
    if file.get(place).is_none() {
        file[place] = json!({});
    }
    file[place][name] = entry;
    file
}

/// The other keys that the record requires: the first choice that works.
fn companions(record: &str) -> Vec<Value> {
    match record {
        "Build" | "BuildUse" => {
            let name = if record == "Build" { "preset" } else { "from" };
            let presets = ["go", "node", "python", "rust", "java", "static"];
            presets.into_iter().map(|preset| json!({ name: preset })).collect()
        }
        "CacheKeys" => vec![json!({ "target": "/x" })],
        "SshKeys" => vec![json!({ "id": "default" })],
        "NodeScriptKeys" => vec![json!({ "script": "build" }), json!({})],
        "BuildRunKeys" | "CheckKeys" | "RunStep" => vec![json!({ "run": "true" }), json!({})],
        "ContextKeys" => {
            vec![json!({ "git": "https://example.com/x.git" }), json!({ "http": "https://example.com/x" }), json!({})]
        }
        "CopyStep" => vec![json!({ "from": "./x", "to": "/x" })],
        "FileKeys" => vec![json!({ "from": "./x" }), json!({})],
        "FileStep" => vec![json!({ "path": "/x", "content": "x" })],
        "NewUser" => vec![json!({ "name": "x", "uid": 1 })],
        "HealthcheckKeys" => vec![json!({ "http": ":80/" }), json!({})],
        "HttpKeys" | "GrpcKeys" => vec![json!({ "port": 80 })],
        "Image" => vec![json!({ "go": "." }), json!({})],
        "ImageTestKeys" => vec![json!({ "run": ["/x"] }), json!({ "file": "/x" }), json!({})],
        "IncludeKeys" => vec![json!({ "git": "https://example.com/x.git", "checksum": "9f1c2ab" })],
        "PackageRepository" => vec![json!({ "url": "https://example.com", "key": "./key.asc" })],
        "PrivateHostKeys" => vec![json!({ "host": "example.com" })],
        "RepositoryCheck" => vec![json!({ "from": "alpine:3.22", "run": "true" })],
        "Scan" => vec![json!({ "run": "x" }), json!({})],
        "StageKeys" => vec![json!({ "from": "alpine:3.22" }), json!({ "dockerfile": "./Dockerfile" }), json!({})],
        _ => vec![json!({})],
    }
}

/// The files with a value of a key.
fn files(key: &Key, value: &Value) -> Vec<Value> {
    companions(&key.record)
        .into_iter()
        .map(|companion| {
            let mut record: Map<String, Value> = companion.as_object().unwrap().clone();
            record.insert(key.name.clone(), value.clone());
            if (key.record.as_str(), key.name.as_str()) == ("Image", "develop") {
                // Only variants can be for development.
                let variant = record.remove(&key.name);
                record.insert("variants".to_owned(), json!({ "hot": { "develop": variant } }));
            }
            let mut file = file(&key.record, record.into());
            if key.record == "BuildUse" {
                for preset in ["node", "python", "rust", "java", "static"] {
                    file["builds"][preset] = json!({ "preset": preset });
                }
            }
            file
        })
        .collect()
}

#[test]
fn every_key_has_a_description_and_an_example() {
    let mut lacking = String::new();
    for Key { record, name, schema } in keys() {
        let described =
            said(&schema, "description").iter().any(|said| said.as_str().is_some_and(|said| !said.is_empty()));
        if !described || examples(&schema).is_empty() {
            lacking.push_str(&format!("{record}: {name}\n"));
        }
    }
    assert!(lacking.is_empty(), "these lack a description or an example:\n{lacking}");
}

#[test]
fn every_example_and_default_is_valid() {
    let validator = validator();
    let mut wrong = String::new();
    let mut count = 0;
    for key in keys() {
        let defaults = said(&key.schema, "default").into_iter().cloned();
        for value in examples(&key.schema).into_iter().chain(defaults) {
            count += 1;
            let answers: Vec<_> = files(&key, &value)
                .iter()
                .map(|file| (said_by_slipway(&file.to_string()), findings(&validator, file)))
                .collect();
            if !answers.iter().any(|(slipway, schema)| slipway.is_ok() && schema.is_empty()) {
                wrong.push_str(&format!("{} {}: {value}: {answers:?}\n", key.record, key.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count > 150, "only {count} examples found");
}

/// Values of all types, valid in some places and invalid in others.
const SORTS: &str = r#"[
null, true, false, 0, 1, -1, 1.5, 99999, 4294967296, "", " ", "0", "1", "080", "true", "none", "yes", "x", "./x", "../x", "/x",
".", "x:/y", "go:/x", "${", "${A B}", "${VERSION}", "${VERSION:-x}", "$${", "$", "a$b", "$$$", "1h", "10", "1d", "2 days", "1M",
"0644", "644", "0o644", "25MB", "1.5 GiB", "53/udp", "0/tcp", "70000", [], [1], ["x"], [null], [[]], [{}], ["${"], {}, { "x": 1 },
{ "x": null }, { "x": {} }, { "x": "./y" }, { "X": "y" }, { "a b": 1 }, { "x-free": 1 }, { "from": "go" },
{ "from": "go", "preset": "go" }, { "run": "x" }, { "run": ["x"] }, { "x": { "run": "x" } }, { "x": { "go": "." } },
{ "x": { "preset": "go" } }, { "x": { "from": "scratch" } }, { "preset": "go" }, { "main": "x" }, { "x": { "extends": "api" } },
{ "x": { "variants": {} } }, { "interval": "1s" }, { "x": { "mode": "0644" } }, { "path": "./x" }, { "git": "x", "http": "y" },
[{ "run": "x", "copy": {} }], [{ "file": { "path": "/x", "content": "" } }], [{ "host": "x", "ssh": "default" }]
]"#;

#[test]
fn the_schema_accepts_what_slipway_accepts() {
    let validator = validator();
    let sorts: Vec<Value> = serde_json::from_str(SORTS).unwrap();
    let mut differing = String::new();
    let (mut taken, mut refused, mut beyond) = (0, 0, 0);
    let mut seen: Vec<(String, Value)> = Vec::new();
    for key in keys() {
        // Keys that presets share are tested with one of them.
        let itself = (key.name.clone(), key.schema.clone());
        if key.record.ends_with("Build") && seen.contains(&itself) {
            continue;
        }
        seen.push(itself);
        // In a file where the key's example is valid, its other values are valid as well.
        let example = examples(&key.schema).into_iter().next().unwrap_or_default();
        let fits = files(&key, &example)
            .iter()
            .position(|file| said_by_slipway(&file.to_string()).is_ok())
            .unwrap_or_default();
        for (number, file) in sorts.iter().filter_map(|value| files(&key, value).into_iter().nth(fits)).enumerate() {
            let slipway = said_by_slipway(&file.to_string()).is_ok();
            // A sample of wrong files shows that the schema rejects them; all correct files are checked.
            if !slipway && number % 8 != 0 {
                continue;
            }
            match (slipway, validator.is_valid(&file)) {
                (true, true) => taken += 1,
                (false, false) => refused += 1,
                (false, true) => beyond += 1,
                // Only keys of `defaults` that no image replaces are read.
                (true, false) if key.record == "file" && key.name == "defaults" => {}
                (true, false) => {
                    let said = findings(&validator, &file);
                    differing.push_str(&format!("{} {}: {file}: {said}", key.record, key.name));
                }
            }
        }
    }
    assert!(differing.is_empty(), "the schema refuses what is right:\n{differing:.6000}");
    // A schema cannot find unresolved names and similar errors, but most others.
    assert!(taken > 500 && refused > 5 * beyond, "taken {taken}, refused by both {refused}, by Slipway alone {beyond}");
}
