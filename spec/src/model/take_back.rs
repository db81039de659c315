//! `none` in the schema: where it takes back what a part of the spec inherits.
//!
//! It is added to the finished schema, so that pages of the reference can leave it out: one sentence says it for all
//! keys.

use serde_json::{Map, Value, json};

use crate::decode::NONE;

/// Maps from names to parts that can be inherited.
const NAMED: &[&str] =
    &["builds", "checks", "contexts", "files", "folders", "images", "inputs", "secrets", "stages", "tests", "variants"];

/// Keywords that describe a value instead of restricting it.
const ANNOTATIONS: &[&str] = &["default", "description", "examples"];

/// Allows `none` as the value of every key of images and builds, and of every name in a map of inherited parts.
pub(super) fn allow(root: &mut Value, definitions: &mut Map<String, Value>) {
    if let Some(properties) = root.get_mut("properties").and_then(Value::as_object_mut) {
        properties.iter_mut().for_each(|(key, property)| allow_names(key, property));
    }
    for (name, definition) in definitions.iter_mut() {
        if name == "Image" || name.ends_with("Build") && !name.starts_with("Whole") || name == "BuildUse" {
            allow_keys(definition);
        }
    }
}

/// The keys of a definition and of its conditions.
fn allow_keys(definition: &mut Value) {
    let Some(definition) = definition.as_object_mut() else { return };
    for (keyword, value) in definition.iter_mut() {
        match (keyword.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                for (key, property) in properties.iter_mut().filter(|(key, _)| *key != "preset" && *key != "from") {
                    allow_names(key, property);
                    allow_none(property);
                }
            }
            ("allOf", Value::Array(rules)) => rules.iter_mut().for_each(allow_keys),
            ("then" | "else", rule) => allow_keys(rule),
            _ => {}
        }
    }
}

fn allow_names(key: &str, property: &mut Value) {
    if NAMED.contains(&key)
        && let Some(values) = property.get_mut("additionalProperties")
    {
        allow_none(values);
    }
}

fn form() -> Value {
    json!({ "const": NONE, "$comment": "takes back what is inherited" })
}

/// Allows `none`, unless the value is any text.
fn allow_none(schema: &mut Value) {
    let is_text = schema.get("$ref").and_then(Value::as_str) == Some("#/$defs/Text");
    let Some(object) = schema.as_object_mut().filter(|_| !is_text) else { return };
    if let Some(forms) = object.get_mut("anyOf").and_then(Value::as_array_mut) {
        // Editors merge the messages of two equal forms into one that says less.
        if !forms.iter().any(|form| form.get("const").is_some_and(|word| word == NONE)) {
            forms.push(form());
        }
        return;
    }
    let (said, meant): (Map<_, _>, Map<_, _>) =
        std::mem::take(object).into_iter().partition(|(keyword, _)| ANNOTATIONS.contains(&keyword.as_str()));
    *object = said;
    object.insert("anyOf".to_owned(), json!([meant, form()]));
}

/// The schema of a value without the `none` that takes it back.
pub(crate) fn without(schema: &Value) -> Value {
    let Some(object) = schema.as_object() else { return schema.clone() };
    let mut object = object.clone();
    if let Some(values) = object.get("additionalProperties").filter(|values| values.is_object()).map(without) {
        object.insert("additionalProperties".to_owned(), values);
    }
    let Some(forms) = object.get("anyOf").and_then(Value::as_array).filter(|forms| forms.contains(&form())) else {
        return object.into();
    };
    let mut forms: Vec<_> = forms.iter().filter(|known| **known != form()).map(without).collect();
    object.remove("anyOf");
    match (forms.pop(), forms.is_empty()) {
        (Some(Value::Object(only)), true) => object.extend(only),
        (Some(last), _) => {
            forms.push(last);
            object.insert("anyOf".to_owned(), forms.into());
        }
        (None, _) => {}
    }
    object.into()
}
