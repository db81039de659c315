//! Large YAML files of package managers, converted directly from the parser's events to the required values: a lockfile
//! of ten thousand packages takes a few megabytes, instead of a tree with locations like a spec.
//!
//! This deliberately does not use a deserializer (`serde-saphyr`). Package managers write files in several forms, so
//! the result would be a [`Value`] anyway. Here, unused values are dropped before they are built, depth and size are
//! limited during parsing, and an alias is an error. It takes one page, and adds no code to the frontend except the
//! parser that specs already use.

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

/// The maximum number of values: a lockfile of the maximum file size has about half as many.
const MOST: usize = 1_000_000;
/// The maximum nesting of collections.
const DEEPEST: usize = 32;

/// An unfinished collection.
struct Open {
    value: Value,
    /// The key of the next value; empty in lists.
    key: Option<String>,
}

/// Parses a document; `None` if it is invalid, which the package manager reports itself. `wanted` gets the path of a
/// value's keys, and returns whether to keep the value.
pub(crate) fn read(bytes: &[u8], wanted: impl Fn(&[String], &str) -> bool) -> Option<Value> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut parser = Parser::new_from_str(text.trim_start_matches('\u{feff}'));
    let mut open: Vec<Open> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    // The nesting depth inside an unused collection, including itself.
    let mut unwanted = 0usize;
    let mut kept = 0usize;
    while let Some(event) = parser.next_event() {
        let (event, _) = event.ok()?;
        let done = match event {
            Event::Scalar(text, style, _, _) => {
                if unwanted > 0 {
                    continue;
                }
                match open.last_mut() {
                    Some(Open { value: Value::Object(_), key: key @ None }) => {
                        *key = Some(text.into_owned());
                        continue;
                    }
                    _ => scalar(text.into_owned(), style),
                }
            }
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                let key = open.last().and_then(|above| above.key.as_deref());
                if unwanted > 0 || key.is_some_and(|key| !wanted(&path, key)) {
                    unwanted += 1;
                    continue;
                }
                if open.len() >= DEEPEST || matches!(open.last(), Some(Open { value: Value::Object(_), key: None })) {
                    return None;
                }
                path.extend(key.map(str::to_owned));
                let value = match event {
                    Event::MappingStart(..) => Value::Object(Map::new()),
                    _ => Value::Array(Vec::new()),
                };
                open.push(Open { value, key: None });
                continue;
            }
            Event::MappingEnd | Event::SequenceEnd if unwanted > 1 => {
                unwanted -= 1;
                continue;
            }
            Event::MappingEnd | Event::SequenceEnd if unwanted == 1 => {
                unwanted = 0;
                Value::Null
            }
            Event::MappingEnd | Event::SequenceEnd => {
                let value = open.pop()?.value;
                if open.last().is_some_and(|above| above.key.is_some()) {
                    path.pop();
                }
                value
            }
            // An alias may repeat a value any number of times, and package managers do not write any.
            Event::Alias(_) => return None,
            Event::DocumentStart(_) | Event::DocumentEnd | Event::StreamStart | Event::Nothing => continue,
            Event::StreamEnd => return None,
        };
        match open.last_mut() {
            None => return Some(done),
            Some(Open { value: Value::Array(list), .. }) => list.push(done),
            Some(Open { value: Value::Object(table), key }) => {
                let key = key.take()?;
                if done != Value::Null && wanted(&path, &key) {
                    table.insert(key, done);
                }
            }
            Some(_) => return None,
        }
        kept += 1;
        if kept > MOST {
            return None;
        }
    }
    None
}

/// Everything is kept.
pub(crate) fn all(_: &[String], _: &str) -> bool {
    true
}

/// A quoted or plain scalar; numbers stay text, because they are versions.
fn scalar(text: String, style: ScalarStyle) -> Value {
    match text.as_str() {
        _ if style != ScalarStyle::Plain => Value::String(text),
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "" | "null" | "~" => Value::Null,
        _ => Value::String(text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_wanted_values_are_kept() {
        let text = b"a: { b: [1, 'true', true, {c: ~}], drop: [{x: [1]}, 2] }\n# x\nd: 9.0\ndrop: {a: {b: c}}\ne: |\n  long\n  text\nf: []\n";
        let found = read(text, |path, key| key != "drop" && (path.is_empty() || path == ["a"] || key == "c"));
        assert_eq!(
            found,
            Some(json!({ "a": { "b": ["1", "true", true, {}] }, "d": "9.0", "e": "long\ntext\n", "f": [] }))
        );
        assert_eq!(read(b"- a\n- {b: c}\n", all), Some(json!(["a", { "b": "c" }])));
    }

    #[test]
    fn unusual_files_are_rejected() {
        for text in ["", "a: [", "a: &x [1]\nb: *x\n", "? {a: b}\n: c\n", "a: b: c\n"] {
            assert_eq!(read(text.as_bytes(), all), None, "{text}");
        }
        assert_eq!(read("[".repeat(100_000).as_bytes(), all), None);
        assert_eq!(read(format!("[{}]", "1,".repeat(MOST + 2)).as_bytes(), all), None);
    }
}
