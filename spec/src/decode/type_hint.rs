//! Replacements for a value of the wrong type: the value itself, converted, if possible.

use super::hint::{Hint, commands, list, text_of_all};
use super::preset_words::PRESETS;
use super::{convert, text};
use crate::yaml::{Kind, Node, quoted};

/// Whether a text is valid in a form.
type Fits = fn(&str) -> bool;

/// The long form of values that people write as text, by the noun in messages; `…` is replaced by the text. The
/// function decides which texts are meant.
const LONG_FORMS: &[(&str, &str, Fits)] = &[
    ("an image", "{ go: … }", is_path),
    ("a build", "{ preset: … }", is_preset),
    ("a check", "{ run: … }", any),
    ("a check of the repository", "{ from: IMAGE, run: … }", any),
    ("a secret", "{ target: … }", is_absolute),
    ("a stage", "{ from: … }", any),
    ("a variant", "{ runtime: … }", any),
    ("a test", "{ run: [/program, --version] }", never),
    ("an argument", "{ default: … }", any),
    ("`metadata`", "{ title: … }", any),
    ("`budget`", "{ size: … }", is_size),
    ("`scan`", "{ severity: high, gate: true }", any),
    ("`install`", "{ options: … }", any),
    ("a `file` step", "{ path: /PATH, content: … }", any),
];

fn any(_: &str) -> bool {
    true
}

fn never(_: &str) -> bool {
    false
}

fn is_path(text: &str) -> bool {
    text == "." || text.starts_with("./")
}

fn is_absolute(text: &str) -> bool {
    text.starts_with('/')
}

fn is_preset(text: &str) -> bool {
    PRESETS.contains(&text)
}

fn is_size(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// The help for a node that does not match `expected`.
pub(super) fn for_type(node: &Node, expected: &str) -> Hint {
    if node.is_null() {
        return Hint::say("give it a value, or delete it");
    }
    if let Some(text) = text(node)
        && let Some((key, value)) = missing_space(text)
    {
        return Hint::write(format!("{{ {key}: {value} }}")).because(", with a space after the colon");
    }
    let thing = expected.split(" (").next().unwrap_or(expected);
    if let Some(hint) = convert::for_thing(node, thing) {
        return hint;
    }
    if let Some((_, form, fits)) = LONG_FORMS.iter().find(|(noun, ..)| *noun == thing) {
        return long_form(node, form, *fits);
    }
    match expected {
        "a list" => for_list(node),
        "a list of commands" => commands(node).map_or_else(
            || Hint::say("write a list of commands, as in `[make gen]`, or put `- ` before each one"),
            Hint::write,
        ),
        "a string" => for_text(node),
        "`true` or `false`" => for_boolean(node),
        "a whole number" => match text(node).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit())) {
            Some(digits) => Hint::write(digits).because(" without quotes"),
            None => Hint::say("write digits, without quotes"),
        },
        expected if expected.starts_with("a map") => for_map(node),
        expected => match (&node.kind, only_text(node)) {
            (Kind::Sequence(_), Some(text)) => Hint::write(quoted(text)),
            _ => Hint::say(format!("replace it with {expected}")),
        },
    }
}

fn long_form(node: &Node, form: &str, fits: Fits) -> Hint {
    let words = match &node.kind {
        _ if !form.contains('…') && fits("") => Some(form.to_owned()),
        Kind::Sequence(_) => None,
        _ if form.contains("options: …") => text(node).map(|text| form.replace('…', &list(text))),
        _ => text(node).filter(|text| fits(text)).map(|text| form.replace('…', &quoted(text))),
    };
    match words {
        // Words in capitals are placeholders.
        Some(words) if form.contains("IMAGE") || form.contains("/PATH") => Hint::say(format!("write `{words}`")),
        Some(words) => Hint::write(words),
        None => Hint::say(format!("write a map, such as `{}`", form.replace('…', example(form)))),
    }
}

/// The placeholders in a form without known values.
fn example(form: &str) -> &'static str {
    match form.split([' ', ':']).nth(1) {
        Some("go") => "./cmd/api",
        Some("preset") => "go",
        Some("target") => "/root/.npmrc",
        Some("from") => "alpine:3.22",
        Some("runtime") => "slim",
        Some("size") => "25MB",
        Some("options") => "[--option]",
        Some("run") => "make test",
        _ => "text",
    }
}

/// `go:.`, which is text, where `go: .` was meant.
fn missing_space(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.split_once(':')?;
    let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let is_value = value.starts_with(['.', '[', '{']) && !value.contains(' ');
    (is_key && is_value).then_some((key, value))
}

fn for_list(node: &Node) -> Hint {
    match text(node) {
        Some(text) if text.contains(['"', '\'', '\\']) => {
            Hint::say("write a list with one word per item, as in `[program, \"an argument\"]`")
        }
        Some(text) => Hint::write(list(text)),
        None if matches!(node.kind, Kind::Map(_)) => Hint::say("put `[` and `]` around it, or `- ` before each item"),
        None => Hint::say("write a list, as in `[a, b]`, or put `- ` before each item"),
    }
}

fn for_map(node: &Node) -> Hint {
    match convert::pairs(node) {
        Some(pairs) => Hint::write(pairs),
        _ => Hint::say("write names with their values, as in `{ NAME: value }`"),
    }
}

fn for_text(node: &Node) -> Hint {
    match &node.kind {
        // Unquoted `${{ … }}` and `{{ … }}` of other tools.
        Kind::Map(entries) if entries.iter().any(|entry| entry.key.value.starts_with('{')) => Hint::say(
            "templates of other tools do not work here; declare an argument under `args`, and write `${NAME}`",
        ),
        // Compose's long form: an image only defines the container's side.
        Kind::Map(_) => match node.get("target").and_then(text) {
            Some(target) => Hint::write(quoted(target)).because("; set the rest where you run the image"),
            None => Hint::say("write text here; quote it if it starts with `{` or `[`"),
        },
        _ => match text_of_all(node) {
            Some(text) => Hint::write(quoted(&text)),
            None => Hint::say("write text here; quote it if it starts with `{` or `[`"),
        },
    }
}

/// The text of a list with a single item.
fn only_text(node: &Node) -> Option<&str> {
    match &node.kind {
        Kind::Sequence(items) => match items.as_slice() {
            [item] => text(item),
            _ => None,
        },
        _ => None,
    }
}

fn for_boolean(node: &Node) -> Hint {
    let word = text(node).unwrap_or_default().to_ascii_lowercase();
    match word.as_str() {
        "true" | "yes" | "on" | "y" | "1" => Hint::write("true").because(", without quotes"),
        "false" | "no" | "off" | "n" | "0" => Hint::write("false").because(", without quotes"),
        _ => Hint::say("write `true` or `false`, without quotes"),
    }
}
