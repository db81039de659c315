//! JSON Schema, generated from the same declarations as the decoders.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Named schemas that others refer to.
#[derive(Debug, Default)]
pub struct Schemas {
    definitions: BTreeMap<&'static str, Value>,
}

/// A key of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// The key as written.
    pub key: &'static str,
    /// The lines of its documentation.
    pub docs: &'static [&'static str],
    /// The schema of its value.
    pub schema: Value,
    /// Whether it is required.
    pub required: bool,
}

impl Schemas {
    /// A reference to a named schema, which is created on first use; it may refer to itself.
    pub fn named(&mut self, name: &'static str, make: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.definitions.contains_key(name) {
            self.definitions.insert(name, Value::Null);
            let schema = make(self);
            self.definitions.insert(name, schema);
        }
        reference(name)
    }

    /// All of them, for `$defs`.
    #[must_use]
    pub fn into_definitions(self) -> Map<String, Value> {
        self.definitions.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
    }
}

/// A reference to a named schema.
pub(crate) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// Text without `${`.
pub(crate) const PLAIN: &str = r"^([^$]|\$+[^${])*\$*$";

/// The message about a value that is not text.
const TEXT_EXPECTED: &str = "text is expected here";

/// Text in which `${…}` is an error; unquoted numbers and booleans are also text.
pub(crate) fn text() -> Value {
    json!({
        "type": ["string", "number", "boolean"],
        "pattern": PLAIN,
        "errorMessage": TEXT_EXPECTED,
        "patternErrorMessage": "`${…}` is not replaced here; write the value itself",
    })
}

/// Text that may contain arguments.
pub(crate) fn template(schemas: &mut Schemas) -> Value {
    schemas.named("Text", |_| {
        json!({
            "description": "Text. `${NAME}` is the value of an argument, `${NAME:-other}` the same with a fallback \
             for an empty value, `$$` a dollar sign.",
            "type": ["string", "number", "boolean"],
            "errorMessage": TEXT_EXPECTED,
            "pattern": r"^([^$]|\$[^{]|\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\})*\$?$",
            "patternErrorMessage": "write `${NAME}` or `${NAME:-default}`; for a dollar sign before a brace, write \
             `$$`",
        })
    })
}

/// One of several forms.
pub(crate) fn any_of(forms: impl IntoIterator<Item = Value>) -> Value {
    json!({ "anyOf": forms.into_iter().collect::<Vec<_>>() })
}

/// A map with fixed keys; `x-…` keys are ignored.
pub(crate) fn object(docs: &[&str], properties: Vec<Property>) -> Value {
    let required: Vec<_> =
        properties.iter().filter(|property| property.required).map(|property| property.key).collect();
    let mut keys = Map::new();
    for Property { key, docs, mut schema, .. } in properties {
        describe(&mut schema, docs);
        keys.insert(key.to_owned(), schema);
    }
    let mut schema = json!({
        "type": "object",
        "properties": keys,
        "patternProperties": { "^x-": {} },
        "additionalProperties": false,
    });
    if let (false, Some(object)) = (required.is_empty(), schema.as_object_mut()) {
        object.insert("required".to_owned(), json!(required));
    }
    describe(&mut schema, docs);
    schema
}

/// Introduces a default that is given in words, in a description.
pub(crate) const DEFAULT_IN_WORDS: &str = "\n\nDefault: ";

/// Adds a doc comment. A line ``Example: `…` `` becomes an example and ``Default: `…` `` the default, both parsed as
/// YAML; a default in words stays text.
pub(crate) fn describe(schema: &mut Value, docs: &[&str]) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    let yaml = |written: &str| {
        let inside = written.strip_prefix('`')?.strip_suffix('`').filter(|inside| !inside.contains('`'))?;
        crate::yaml::to_json(inside)
    };
    let mut words: Vec<&str> = Vec::new();
    let mut examples: Vec<Value> = Vec::new();
    let mut default = "";
    for line in docs.iter().map(|line| line.trim()) {
        if let Some(example) = line.strip_prefix("Example: ") {
            examples.extend(yaml(example));
        } else if let Some(written) = line.strip_prefix("Default: ") {
            default = written;
        } else {
            words.push(line);
        }
    }
    let mut description = words.join(" ").trim().to_owned();
    match yaml(default) {
        Some(value) => {
            object.insert("default".to_owned(), value);
        }
        None if !default.is_empty() => description.extend([DEFAULT_IN_WORDS, default, "."]),
        None => {}
    }
    if !description.is_empty() {
        object.insert("description".to_owned(), description.into());
    }
    if !examples.is_empty() {
        object.insert("examples".to_owned(), examples.into());
    }
}
