//! JSON as readable YAML. Text that could be parsed as something else is quoted as in JSON.

use serde_json::Value;

/// A document in block style.
pub(super) fn document(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, 0);
    text
}

fn write(text: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                text.extend(std::iter::repeat_n(' ', indent));
                text.push_str(&scalar(key));
                text.push(':');
                below(text, value, indent + 2);
            }
        }
        Value::Array(list) if !list.is_empty() => {
            for value in list {
                text.extend(std::iter::repeat_n(' ', indent));
                match value {
                    Value::Object(map) if !map.is_empty() => {
                        // The first key follows the dash, the others are below it.
                        let mut item = String::new();
                        write(&mut item, value, indent + 2);
                        text.push_str("- ");
                        text.push_str(item.trim_start());
                    }
                    value => {
                        text.push('-');
                        below(text, value, indent + 2);
                    }
                }
            }
        }
        value => {
            text.push_str(&inline(value));
            text.push('\n');
        }
    }
}

/// What follows a key or a dash: on the same line if it is short.
fn below(text: &mut String, value: &Value, indent: usize) {
    let has_parts = match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(list) => !list.is_empty(),
        _ => false,
    };
    text.push(if has_parts { '\n' } else { ' ' });
    write(text, value, if has_parts { indent } else { 0 });
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        other => other.to_string(),
    }
}

/// Text: plain if every parser reads it as text, otherwise quoted.
fn scalar(text: &str) -> String {
    const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let bare = text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '.' | '/'))
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '_' | '-'))
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
        // `.5`, `.inf` and `.nan` are numbers; `...` ends a document.
        && (!text.starts_with('.') || text == "." || text.starts_with("./"));
    if bare { text.to_owned() } else { Value::from(text).to_string().replace('\u{7f}', "\\u007f") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let value = json!({
            "a": { "b": ["1", "x", "no", "", "a: b", "# c", "-", "'", "\"", "\\", "~", "*a", "&b", "1e3", ".5", "...", "./x", ".", "null", "8080:80", "tab\tnewline\n"] },
            "list": [{ "x": 1, "y": { "z": true } }, ["nested", ["more"]], [], {}, null],
            "Yes": { "empty": {}, "none": null, "number": 1.5 },
            "api/dev": "ünïcode",
            "": "empty key",
        });
        let text = document(&value);
        insta::assert_snapshot!(text);
        assert_eq!(serde_saphyr::from_str::<Value>(&text).unwrap(), value);
    }
}
