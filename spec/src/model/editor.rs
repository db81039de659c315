//! Keywords of the schema that only editors read: titles, Markdown, words to complete, and messages instead of
//! patterns.
//!
//! They are added to the finished schema. An editor shows a title above the description and in messages, and escapes
//! the Markdown of `description`, so it is repeated in `markdownDescription`. Reference:
//! <https://code.visualstudio.com/docs/languages/json#_json-schemas-and-settings>, and the validator, hover and
//! completion of yaml-language-server.

use serde_json::{Map, Value};

use super::form;
use crate::decode::NONE;
use crate::decode::schema::PLAIN;

/// What to say about a name of another form, by its pattern.
const NAMES: [(&str, &str); 3] = [
    (form::NAME, "a name has letters, digits, `.`, `_` and `-`, and starts with a letter or a digit"),
    (form::VARIABLE, "an argument has letters, digits and `_` in its name, and starts with a letter or `_`"),
    (PLAIN, "`${…}` is not replaced in names; write the name itself"),
];

/// The short names of `runtime`.
const RUNTIMES: [(&str, &str); 6] = [
    ("distroless", "distroless with the runtime of the language"),
    ("slim", "Debian with a shell, and with the runtime of the language"),
    ("static", "distroless for static programs"),
    ("base", "distroless with the C library"),
    ("cc", "distroless with the libraries of C++"),
    ("scratch", "nothing but users, `/tmp`, CA certificates and time zones"),
];

/// Adds the keywords to a whole schema.
pub(super) fn annotate(schema: &mut Value) {
    if let Some(runtime) = schema.pointer_mut("/$defs/Image/properties/runtime").and_then(Value::as_object_mut) {
        complete(runtime, &RUNTIMES);
    }
    walk(schema);
}

/// Offers words for a value that can also be another one.
fn complete(property: &mut Map<String, Value>, words: &[(&str, &str)]) {
    let mut said = property.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    said.push('\n');
    words.iter().for_each(|(word, meaning)| said.push_str(&format!("\n- `{word}`: {meaning}")));
    property.insert("markdownDescription".to_owned(), said.into());
    // Next to `$ref`, yaml-language-server shows the other description if there are keywords such as `defaultSnippets`.
    property.insert("examples".to_owned(), words.iter().map(|(word, _)| *word).collect());
}

fn walk(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    repeat(object, "description", "markdownDescription");
    repeat(object, "enumDescriptions", "markdownEnumDescriptions");
    for (keyword, value) in object.iter_mut() {
        match (keyword.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                for (key, property) in properties.iter_mut() {
                    if property.get("description").is_some() {
                        insert(property, "title", key.as_str());
                    } else {
                        // A rule about a key that is described elsewhere.
                        insert(property, "doNotSuggest", true);
                    }
                    walk(property);
                }
            }
            ("$defs", Value::Object(definitions)) => {
                for (name, definition) in definitions.iter_mut() {
                    if definition.get("properties").is_some() && definition.get("description").is_some() {
                        insert(definition, "title", words(name));
                    }
                    walk(definition);
                }
            }
            ("propertyNames", names) => {
                let pattern = names.get("pattern").and_then(Value::as_str).unwrap_or_default();
                if let Some((_, said)) = NAMES.iter().find(|(known, _)| *known == pattern) {
                    insert(names, "patternErrorMessage", *said);
                }
            }
            ("anyOf", Value::Array(forms)) => {
                for form in forms {
                    if let Some(kind) = kind(form) {
                        insert(form, "title", kind);
                    }
                    walk(form);
                }
            }
            ("allOf", Value::Array(schemas)) => schemas.iter_mut().for_each(walk),
            ("additionalProperties" | "items" | "then" | "else", inside) => walk(inside),
            _ => {}
        }
    }
}

/// Adds a keyword to a schema that does not have it.
fn insert(schema: &mut Value, keyword: &str, value: impl Into<Value>) {
    if let Some(object) = schema.as_object_mut() {
        object.entry(keyword).or_insert_with(|| value.into());
    }
}

fn repeat(object: &mut Map<String, Value>, keyword: &str, other: &str) {
    if let Some(value) = object.get(keyword).filter(|_| !object.contains_key(other)).cloned() {
        object.insert(other.to_owned(), value);
    }
}

/// The kind of one of several forms of a value: an editor shows the kinds of all forms.
fn kind(form: &Value) -> Option<&'static str> {
    if form.get("const").is_some_and(|word| word == NONE) {
        return Some(NONE);
    }
    Some(match form.get("type")?.as_str() {
        Some("array") => "list",
        Some("object") => "map",
        Some("boolean") => "true or false",
        Some("integer") => "number",
        _ => "text",
    })
}

/// The name of a definition in words: `Go build`.
fn words(name: &str) -> String {
    let mut words = String::new();
    for c in name.strip_suffix("Keys").unwrap_or(name).chars() {
        if c.is_ascii_uppercase() && !words.is_empty() {
            words.extend([' ', c.to_ascii_lowercase()]);
        } else {
            words.push(c);
        }
    }
    words
}
