//! JSON Schema of what is read, made from the same declarations as the reading.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// The schemas that others refer to, by name.
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
    /// What its value must be.
    pub schema: Value,
    /// Whether it must be there.
    pub required: bool,
}

impl Schemas {
    /// A reference to a named schema, which is made when it is named first; it may refer to itself.
    pub fn named(&mut self, name: &'static str, make: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.definitions.contains_key(name) {
            self.definitions.insert(name, Value::Null);
            let schema = make(self);
            self.definitions.insert(name, schema);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    /// All of them, as `$defs` holds them.
    #[must_use]
    pub fn into_definitions(self) -> Value {
        self.definitions.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect::<Map<_, _>>().into()
    }
}

/// Text: a number or a boolean without quotes is text too.
pub(crate) fn text() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

/// One of several forms.
pub(crate) fn any_of(forms: impl IntoIterator<Item = Value>) -> Value {
    json!({ "anyOf": forms.into_iter().collect::<Vec<_>>() })
}

/// A map with fixed keys; `x-…` keys are free.
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

/// Adds the words of a doc comment. A line ``Example: `…` `` becomes an example, read as YAML.
pub(crate) fn describe(schema: &mut Value, docs: &[&str]) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    let (examples, words): (Vec<&str>, Vec<&str>) =
        docs.iter().map(|line| line.trim()).partition(|line| line.starts_with("Example: `"));
    let description = words.join(" ").trim().to_owned();
    if !description.is_empty() {
        object.insert("description".to_owned(), description.into());
    }
    let examples: Vec<Value> = examples
        .iter()
        .filter_map(|line| line.strip_prefix("Example: `")?.strip_suffix('`'))
        .filter_map(crate::yaml::to_json)
        .collect();
    if !examples.is_empty() {
        object.insert("examples".to_owned(), examples.into());
    }
}
