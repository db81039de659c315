//! What to write in place of a value of the wrong type: the value itself, put right, where that is possible.

use super::text;
use crate::yaml::{Kind, Node, quoted};

/// The long form of things that people write as text, by what messages call the thing; `…` stands for the text.
const LONG_FORMS: &[(&str, &str)] = &[
    ("an image", "{ go: … }"),
    ("a build", "{ preset: … }"),
    ("a check", "{ run: … }"),
    ("a check of the repository", "{ from: IMAGE, run: … }"),
    ("a context", "{ git: … }"),
    ("a secret", "{ target: … }"),
    ("a stage", "{ from: … }"),
    ("a variant", "{ runtime: … }"),
    ("a health check", "{ http: … }"),
    ("a test", "{ run: … }"),
    ("a step", "{ run: … }"),
    ("an argument", "{ default: … }"),
    ("`metadata`", "{ title: … }"),
    ("`budget`", "{ size: … }"),
    ("`scan`", "{ severity: high, gate: true }"),
    ("`install`", "{ options: … }"),
    ("a `copy` step", "{ from: ./FROM, to: /TO }"),
    ("a `file` step", "{ path: /PATH, content: … }"),
];

/// A help for a node that is not what `expected` names.
pub(super) fn for_type(node: &Node, expected: &str) -> String {
    if node.is_null() {
        return "give it a value, or delete it".to_owned();
    }
    if let Some(text) = text(node)
        && let Some((key, value)) = missing_space(text)
    {
        return format!("write a space behind the colon: `{key}: {value}`");
    }
    let thing = expected.split(" (").next().unwrap_or(expected);
    if let Some((_, form)) = LONG_FORMS.iter().find(|(noun, _)| *noun == thing) {
        return long_form(node, form);
    }
    match expected {
        "a list" => for_list(node),
        "a string" => for_text(node),
        "`true` or `false`" => for_boolean(node),
        "a whole number" => match text(node).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit())) {
            Some(digits) => format!("write `{digits}` without quotes"),
            None => "write digits, without quotes".to_owned(),
        },
        expected if expected.starts_with("a map") => for_map(node),
        expected => match (&node.kind, text_of_one(node)) {
            (Kind::Sequence(items), Some(text)) if items.len() == 1 => format!("write `{text}`"),
            _ => format!("put {expected} in its place"),
        },
    }
}

fn long_form(node: &Node, form: &str) -> String {
    let words = match &node.kind {
        Kind::Sequence(_) => flow(node).map(|list| form.replace("http: …", "run: …").replace('…', &list)),
        _ if text(node) == Some("false") => Some("none".to_owned()).filter(|_| form.contains("http: …")),
        _ if form.contains("options: …") => text(node).map(|text| form.replace('…', &list(text))),
        _ => text(node).map(|text| {
            let form = if text.contains("://") || form != "{ git: … }" { form } else { "{ path: … }" };
            form.replace('…', &quoted(text))
        }),
    };
    match words {
        Some(words) if !form.contains('…') || words != form => format!("write `{words}`"),
        _ => format!("write a map, such as `{form}`"),
    }
}

/// `go:.`, which is text, where `go: .` was meant.
fn missing_space(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.split_once(':')?;
    let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let is_value = !value.is_empty() && !value.starts_with(['/', ' ']) && !value.contains(' ');
    (is_key && is_value && !value.starts_with(|c: char| c.is_ascii_digit())).then_some((key, value))
}

fn for_list(node: &Node) -> String {
    match text(node) {
        Some(text) if text.contains(['"', '\'', '\\']) => {
            "write a list, one word an item, as in `[program, \"an argument\"]`".to_owned()
        }
        Some(text) => format!("write `{}`", list(text)),
        None if matches!(node.kind, Kind::Map(_)) => {
            "write a list: put `[` and `]` around it, or `- ` in front of each item".to_owned()
        }
        None => "write a list, as in `[a, b]`, or put `- ` in front of each item".to_owned(),
    }
}

/// The words of a text as a list.
fn list(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().map(|word| word.trim_end_matches(',')).map(quoted).collect();
    format!("[{}]", words.join(", "))
}

fn for_map(node: &Node) -> String {
    let pairs: Option<Vec<_>> = match &node.kind {
        Kind::Sequence(items) => items
            .iter()
            .map(|item| text(item)?.split_once('=').map(|(name, value)| format!("{name}: {}", quoted(value))))
            .collect(),
        _ => None,
    };
    match pairs {
        Some(pairs) if !pairs.is_empty() => format!("write `{{ {} }}`", pairs.join(", ")),
        _ => "write names with their values, as in `{ NAME: value }`".to_owned(),
    }
}

fn for_text(node: &Node) -> String {
    match text_of_one(node) {
        Some(text) => format!("write `{text}`"),
        None => "write text here; put it in quotes if it begins with `{` or `[`".to_owned(),
    }
}

/// The items of a list of texts as one text.
fn text_of_one(node: &Node) -> Option<String> {
    let Kind::Sequence(items) = &node.kind else {
        return None;
    };
    let words: Vec<_> = items.iter().map(text).collect::<Option<_>>()?;
    (!words.is_empty()).then(|| words.join(" "))
}

fn for_boolean(node: &Node) -> String {
    let word = text(node).unwrap_or_default().to_ascii_lowercase();
    match word.as_str() {
        "true" | "yes" | "on" | "y" | "1" => "write `true`, without quotes".to_owned(),
        "false" | "no" | "off" | "n" | "0" => "write `false`, without quotes".to_owned(),
        _ => "write `true` or `false`, without quotes".to_owned(),
    }
}

/// A list of texts as it is written in one line.
fn flow(node: &Node) -> Option<String> {
    let Kind::Sequence(items) = &node.kind else {
        return None;
    };
    let words: Vec<_> = items.iter().map(|item| text(item).map(quoted)).collect::<Option<_>>()?;
    Some(format!("[{}]", words.join(", ")))
}
