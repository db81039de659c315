//! The JSON Schema of a whole file.
//!
//! Records define the keys and their values. This file adds what records cannot express: which keys exclude each other,
//! and which are required. A key is required only if it cannot be inherited: an image may get it from the image that it
//! extends or from `defaults`, and a file from the files that it includes. So required keys are in separate
//! definitions, `Whole…`, which apply only to parts that inherit nothing.

use serde_json::{Map, Value, json};

use super::healthcheck::KINDS;
use super::{
    Build, Distro, Image, Include, NamedContext, RepositoryCheck, Secret, Stage, arg, editor, form, image_sources,
    policy, take_back,
};
use crate::decode::{Decode, Property, Schemas, schema};

/// Mutually exclusive keys of a record: each of the first with each of the second.
const EXCLUDING: &[(&str, &[&str], &[&str])] = &[
    ("CheckKeys", &["run"], &["script"]),
    ("ContextKeys", &["git", "http", "image", "path"], &["git", "http", "image", "path"]),
    ("ContextKeys", &["http", "image", "path"], &["ref", "subdir"]),
    ("ContextKeys", &["image", "path"], &["checksum"]),
    ("HealthcheckKeys", &KINDS, &KINDS),
    ("ImageTestKeys", &["run"], &["file", "exists", "mode", "contents"]),
    ("ImageTestKeys", &["file"], &["exit", "stdout", "stderr"]),
    ("FileKeys", &["link"], &["from", "mode", "owner", "include", "exclude"]),
    ("StageKeys", &["dockerfile"], &["from", "workdir", "env", "steps", "cache", "network"]),
    ("StageKeys", &["target", "context", "args", "secrets"], &["from", "steps"]),
];

/// Records that can override another of their kind, so none of their keys is required on its own.
const LAID_OVER: &[&str] = &["BuildUse", "FileKeys", "RepositoryCheck"];

/// The JSON Schema of a whole file, in draft 2020-12, with everything that editors show.
#[must_use]
pub fn schema() -> Value {
    let mut schema = bare_schema();
    editor::annotate(&mut schema);
    schema
}

/// The JSON Schema of a whole file without keywords for editors.
pub(crate) fn bare_schema() -> Value {
    let mut schemas = Schemas::default();
    let properties = properties(&mut schemas);
    let mut root = schema::object(&[" A Slipway file."], properties);
    let mut definitions = schemas.into_definitions();
    let sources: Vec<&str> = image_sources().collect();
    exclude(&mut definitions, "Image", &sources, &sources);
    for (name, keys, others) in EXCLUDING {
        exclude(&mut definitions, name, keys, others);
    }
    for name in LAID_OVER {
        if let Some(definition) = definitions.get_mut(*name).and_then(Value::as_object_mut) {
            definition.remove("required");
        }
    }
    if let Value::Object(whole) = whole() {
        definitions.extend(whole);
    }
    take_back::allow(&mut root, &mut definitions);
    if let Some(object) = root.as_object_mut() {
        object.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        // A name and not an address: whoever publishes the frontend also publishes the schema.
        object.insert("$id".to_owned(), json!("urn:slipway:language:1"));
        object.insert("title".to_owned(), json!("Slipway"));
        object.insert("allOf".to_owned(), whole_file());
        object.insert("$defs".to_owned(), definitions.into());
    }
    root
}

/// The names of the keys of a file.
pub(super) fn file_keys(schemas: &mut Schemas) -> Vec<&'static str> {
    properties(schemas).into_iter().map(|property| property.key).collect()
}

/// The keys of a file.
fn properties(schemas: &mut Schemas) -> Vec<Property> {
    let property = |key, docs, schema| Property { key, docs, schema, required: false };
    let map = |value: Value| json!({ "type": "object", "additionalProperties": value, "propertyNames": { "pattern": form::NAME } });
    vec![
        property(
            "version",
            &[" The version of the language.", " Default: `1`", " Example: `1`"],
            json!({ "enum": [1, "1"] }),
        ),
        property(
            "args",
            &[" Arguments, which `--build-arg` sets: name → default, or a map.", " Example: `{ VERSION: dev }`"],
            json!({
                "type": "object",
                "additionalProperties": arg::WrittenArg::schema(schemas),
                "propertyNames": { "pattern": form::VARIABLE },
            }),
        ),
        property(
            "defaults",
            &[
                " Keys that every image has, unless it overrides them.",
                " Example: `{ platforms: [linux/amd64, linux/arm64] }`",
            ],
            Image::schema(schemas),
        ),
        property(
            "contexts",
            &[
                " Named inputs from elsewhere; `--build-context` replaces them.",
                " Example: `{ proto: { git: \"https://github.com/acme/proto.git\", ref: v2.1.0 } }`",
            ],
            map(NamedContext::schema(schemas)),
        ),
        property(
            "secrets",
            &[
                " Secrets that steps may use: the ids of `--secret`.",
                " Example: `{ npmrc: { target: /root/.npmrc, required: false } }`",
            ],
            map(Secret::schema(schemas)),
        ),
        property(
            "builds",
            &[" Outputs of presets.", " Example: `{ go: { preset: go, ldflags: \"-X main.version=1.2\" } }`"],
            map(Build::schema(schemas)),
        ),
        property(
            "stages",
            &[
                " Outputs of custom steps.",
                " Example: `{ gen: { from: \"bufbuild/buf:1.50\", steps: [{ run: buf generate }], output: /gen } }`",
            ],
            map(Stage::schema(schemas)),
        ),
        property(
            "images",
            &[" The images to ship.", " Example: `{ api: { go: ./cmd/api } }`"],
            map(Image::schema(schemas)),
        ),
        property(
            "checks",
            &[
                " Checks of the whole repository.",
                " Example: `{ lint: { from: \"golangci/golangci-lint:v2.1\", run: golangci-lint run, gate: true } }`",
            ],
            json!({ "type": "object", "additionalProperties": RepositoryCheck::schema(schemas) }),
        ),
        property(
            "include",
            &[" Other files, whose keys this file overrides.", " Example: `[./platform/base.yaml]`"],
            Vec::<Include>::schema(schemas),
        ),
        property(
            "default",
            &[
                " The target if the command line names none: an image, `IMAGE/VARIANT`, `build:NAME` or `stage:NAME`.",
                " Default: the only image, if there is exactly one",
                " Example: `api`",
            ],
            schema::text(),
        ),
        property(
            "distro",
            &[
                " The Debian release of toolchains, and of bases by short names. Builds and images may name another one.",
                " Default: the newest one that the toolchain's official image has",
                " Example: `trixie`",
            ],
            Distro::schema(schemas),
        ),
        policy::property(schemas),
    ]
}

/// Forbids one of the keys next to one of the others.
fn exclude(definitions: &mut Map<String, Value>, name: &str, keys: &[&str], others: &[&str]) {
    let Some(definition) = definitions.get_mut(name).and_then(Value::as_object_mut) else {
        return;
    };
    let rules = keys.iter().enumerate().filter_map(|(place, key)| {
        // A pair of keys in both lists has one rule.
        let before = keys.get(..place).unwrap_or_default();
        let excluded = others.iter().filter(|other| *other != key && !(before.contains(other) && others.contains(key)));
        let excluded: Map<_, _> = excluded.map(|other| ((*other).to_owned(), Value::Bool(false))).collect();
        // An editor marks the key and shows the message, which it does not for `not`.
        (!excluded.is_empty()).then(|| {
            json!({
                "if": { "required": [key] },
                "then": { "properties": excluded, "errorMessage": format!("`{key}` excludes this key") },
            })
        })
    });
    match definition.get_mut("allOf").and_then(Value::as_array_mut) {
        Some(there) => there.extend(rules),
        None => {
            definition.insert("allOf".to_owned(), rules.collect());
        }
    }
}

/// Requires one of the keys.
fn one_of_keys<'a>(keys: impl IntoIterator<Item = &'a str>) -> Value {
    let keys: Vec<_> = keys.into_iter().collect();
    let all = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
    let message = if keys.len() > 1 { format!("one of {all} is missing") } else { format!("{all} is missing") };
    keys.iter().map(|key| json!({ "required": [key], "errorMessage": message })).collect()
}

/// The required keys of parts that inherit nothing, by record.
fn whole() -> Value {
    let every = |name: &str| json!({ "additionalProperties": schema::reference(name) });
    let mut image = Map::new();
    for source in image_sources().filter(|source| *source != "build") {
        image.insert(source.to_owned(), json!({ "properties": { "checks": every("WholeCheckKeys") } }));
    }
    image.insert("build".to_owned(), schema::reference("WholeBuildUse"));
    image.insert("files".to_owned(), every("WholeFileKeys"));
    image.insert("healthcheck".to_owned(), schema::reference("WholeHealthcheckKeys"));
    image.insert("tests".to_owned(), every("WholeImageTestKeys"));
    json!({
        "WholeBuild": { "required": ["preset"], "properties": { "checks": every("WholeCheckKeys") } },
        "WholeBuildUse": { "required": ["from"] },
        "WholeCheckKeys": { "anyOf": one_of_keys(["run", "script"]) },
        "WholeContextKeys": {
            "anyOf": one_of_keys(["git", "http", "image", "path"]),
            "if": { "anyOf": one_of_keys(["ref", "subdir"]) },
            "then": { "required": ["git"] },
        },
        "WholeFileKeys": { "anyOf": one_of_keys(["from", "link"]) },
        "WholeHealthcheckKeys": { "anyOf": one_of_keys(KINDS) },
        "WholeImage": {
            "if": { "required": ["extends"] },
            "else": { "anyOf": one_of_keys(image_sources().chain(["files", "runtime"])), "properties": image },
        },
        "WholeImageTestKeys": { "anyOf": one_of_keys(["run", "file"]) },
        "WholeRepositoryCheck": { "required": ["from", "run"] },
        "WholeStageKeys": {
            "anyOf": one_of_keys(["from", "dockerfile"]),
            "if": { "anyOf": one_of_keys(["target", "context", "args", "secrets"]) },
            "then": { "required": ["dockerfile"] },
        },
    })
}

/// Requires the keys of a file that inherits nothing.
fn whole_file() -> Value {
    let every = |name: &str| json!({ "additionalProperties": schema::reference(name) });
    let ships = json!({
        "if": { "type": "object", "properties": { "develop": { "const": true } }, "required": ["develop"] },
        "then": { "properties": { "develop": false }, "errorMessage": "only a variant can have `develop: true`" },
    });
    json!([
        { "properties": { "defaults": ships, "images": { "additionalProperties": ships } } },
        {
            "if": { "anyOf": one_of_keys(["include", "policy"]) },
            "else": {
                "properties": {
                    "builds": every("WholeBuild"),
                    "checks": every("WholeRepositoryCheck"),
                    "contexts": every("WholeContextKeys"),
                    "stages": every("WholeStageKeys"),
                },
            },
        },
        {
            "if": { "anyOf": one_of_keys(["include", "defaults"]) },
            "else": { "properties": { "images": every("WholeImage") } },
        },
    ])
}
