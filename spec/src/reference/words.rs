//! Schemas and values in words: the values of a key, and examples in YAML.

use serde_json::Value;

use super::plan::Plan;

/// Types without keys, and the section of the index that describes them.
pub(super) const SCALARS: &[(&str, &str)] = &[
    ("Text", "text"),
    ("Address", "address"),
    ("Timespan", "duration"),
    ("Size", "size"),
    ("FileMode", "file mode"),
    ("Port", "port"),
];

/// The anchor of a heading.
pub(super) fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// The page and heading that describe a record.
fn place(record: &str, plans: &[Plan]) -> Option<String> {
    plans.iter().find_map(|plan| {
        let section = plan.sections.iter().find(|section| section.record == record)?;
        let anchor = anchor(section.title);
        Some(if anchor.is_empty() { plan.file.clone() } else { format!("{}#{anchor}", plan.file) })
    })
}

/// A description of allowed values.
pub(super) fn kind(schema: &Value, plans: &[Plan]) -> String {
    let keyword = |name: &str| schema.get(name);
    if let Some(name) = keyword("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix("#/$defs/")) {
        return match SCALARS.iter().find(|(scalar, _)| *scalar == name) {
            Some((_, words)) => format!("[{words}](index.md#{})", anchor(words)),
            None => place(name, plans).map_or_else(|| "map".to_owned(), |place| format!("[map]({place})")),
        };
    }
    if let Some(word) = keyword("const") {
        return format!("`{}`", yaml(word));
    }
    if let Some(words) = keyword("enum").and_then(Value::as_array) {
        let words: Vec<String> =
            words.iter().filter(|word| !word.is_number()).map(|word| format!("`{}`", raw(word))).collect();
        return one_of(&words);
    }
    if let Some(forms) = keyword("anyOf").and_then(Value::as_array) {
        let mut words: Vec<String> = forms.iter().map(|form| kind(form, plans)).collect();
        words.dedup();
        return one_of(&words);
    }
    if let Some(items) = keyword("items") {
        return format!("list of {}", kind(items, plans));
    }
    if let Some(values) = keyword("additionalProperties").filter(|values| values.is_object()) {
        return format!("map from names to {}", kind(values, plans));
    }
    match keyword("type").and_then(Value::as_str) {
        Some("boolean") => "`true` or `false`".to_owned(),
        Some("integer") => "whole number".to_owned(),
        Some("object") => keys(schema, plans),
        _ => "[fixed text](index.md#fixed-text)".to_owned(),
    }
}

/// The keys of a map that has no section of its own, each with its values.
fn keys(schema: &Value, plans: &[Plan]) -> String {
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    properties.map(|(key, values)| format!("`{key}:` {}", kind(values, plans))).collect::<Vec<_>>().join(", ")
}

/// `a`, `a or b`, `a, b or c`.
fn one_of(words: &[String]) -> String {
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

/// A literal word, without quotes.
pub(super) fn raw(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A value in YAML's flow style.
pub(super) fn yaml(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(yaml).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Object(entries) => {
            let entries: Vec<_> =
                entries.iter().map(|(key, value)| format!("{}: {}", yaml(&key.as_str().into()), yaml(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        // JSON strings, numbers and words are valid YAML.
        _ => value.to_string(),
    }
}

/// Whether text needs no quotes in any place.
fn is_plain(text: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '/' | '.' | '-' | '+' | '@' | ' ' | ':');
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    // A number with a unit is not a number.
    let measure = digits > 0 && text.len() - digits <= 3 && text.chars().skip(digits).all(|c| c.is_ascii_alphabetic());
    let starts = measure || text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '/' | '.' | '_'));
    let colons = text.split(':').skip(1).all(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '/'));
    starts
        && colons
        && !text.ends_with(' ')
        && text.chars().all(word)
        && text.parse::<f64>().is_err()
        && !text.starts_with("0x")
        && !text.starts_with("0o")
        && !matches!(text.to_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n")
}
