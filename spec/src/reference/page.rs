//! Pages in Markdown.

use serde_json::{Map, Value};

use super::plan::{FILE, GUIDES, Keys, Page, Plan, Section};
use super::words::{SCALARS, anchor, kind, raw, yaml};
use crate::decode::schema::DEFAULT_IN_WORDS;
use crate::model::{Preset, PresetOptions, without_take_back};

/// The notice on generated pages.
const MADE: &str =
    "<!-- Generated from the language; do not edit. Update: `UPDATE=1 cargo test -p slipway-spec --test schema`. -->";

/// A record of the schema.
fn record<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    if name == FILE { Some(schema) } else { schema.get("$defs")?.get(name) }
}

fn properties<'a>(schema: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    record(schema, name)
        .and_then(|record| record.get("properties"))
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::iter)
}

/// Whether builds of every preset have a key, with the same meaning.
fn of_every_preset(schema: &Value, key: &str) -> bool {
    let of = |preset: Preset| properties(schema, PresetOptions::schema_name(preset)).find(|(name, _)| *name == key);
    let mut meanings = Preset::ALL.iter().map(|(_, preset)| of(*preset));
    let first = meanings.next().flatten();
    first.is_some() && meanings.all(|meaning| meaning == first)
}

/// Whether a key is required if it is not inherited.
fn is_required(schema: &Value, name: &str, key: &str) -> bool {
    let whole = format!("Whole{name}");
    [name, whole.as_str()].into_iter().any(|name| {
        let required = record(schema, name).and_then(|record| record.get("required")).and_then(Value::as_array);
        required.is_some_and(|keys| keys.iter().any(|required| required == key))
    })
}

/// The description of a schema, and its default if that is given in words.
fn description(schema: &Value) -> (&str, Option<&str>) {
    let said = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    match said.split_once(DEFAULT_IN_WORDS) {
        Some((words, default)) => (words, default.strip_suffix('.')),
        None => (said, None),
    }
}

/// What happens if a key is absent.
fn default(property: &Value, in_words: Option<&str>) -> String {
    if let Some(value) = property.get("default") {
        return format!("`{}`", yaml(value));
    }
    let kind = property.get("type").and_then(Value::as_str);
    match (in_words, kind) {
        (Some(words), _) => words.to_owned(),
        (None, Some("boolean")) => "`false`".to_owned(),
        (None, Some("array" | "object")) => "empty".to_owned(),
        (None, _) => "none".to_owned(),
    }
}

/// The keys of a section, with their headings.
fn section(schema: &Value, plans: &[Plan], section: &Section, is_told: bool) -> String {
    let mut text = String::new();
    if !section.title.is_empty() {
        text.push_str(&format!("\n## {}\n", section.title));
    }
    let said = record(schema, section.record).map(description).map(|(said, _)| said).filter(|said| !said.is_empty());
    let of_preset = matches!(section.keys, Keys::OfEveryPreset | Keys::OfThisPreset);
    if let Some(said) = said.filter(|_| !is_told && !of_preset) {
        text.push_str(&format!("\n{said}\n"));
    }
    for (key, property) in properties(schema, section.record) {
        let wanted = match &section.keys {
            Keys::All => true,
            Keys::Only(keys) => keys.contains(&key.as_str()),
            Keys::Except(keys) => !keys.contains(&key.as_str()),
            Keys::OfEveryPreset => of_every_preset(schema, key),
            Keys::OfThisPreset => !of_every_preset(schema, key),
        };
        if wanted {
            let required = is_required(schema, section.record, key);
            text.push_str(&self::key(key, property, required, plans));
        }
    }
    text
}

fn key(name: &str, property: &Value, required: bool, plans: &[Plan]) -> String {
    let property = &without_take_back(property);
    let (said, in_words) = description(property);
    let mut text = format!("\n### `{name}`\n\n{said}\n\n- Type: {}\n", kind(property, plans));
    let words = property.get("items").unwrap_or(property);
    let descriptions = words.get("enumDescriptions").and_then(Value::as_array).into_iter().flatten();
    for (word, said) in words.get("enum").and_then(Value::as_array).into_iter().flatten().zip(descriptions) {
        text.push_str(&format!("  - `{}`: {}\n", raw(word), raw(said)));
    }
    if required {
        text.push_str("- Required\n");
    } else {
        text.push_str(&format!("- Default: {}\n", default(property, in_words)));
    }
    for example in property.get("examples").and_then(Value::as_array).into_iter().flatten() {
        text.push_str(&format!("\n```yml\n{name}: {}\n```\n", yaml(example)));
    }
    text
}

/// One page.
pub(super) fn page(schema: &Value, plans: &[Plan], plan: &Plan) -> Page {
    let mut text = format!("{MADE}\n\n# {}\n", plan.title);
    if !plan.intro.is_empty() {
        text.push_str(&format!("\n{}\n", plan.intro));
    }
    for one in &plan.sections {
        // The introduction of the page explains what these keys are for.
        let is_told = one.title.is_empty() && !plan.intro.is_empty();
        text.push_str(&section(schema, plans, one, is_told));
    }
    text.push_str("\n[Index of the reference](index.md)");
    let guides = GUIDES.iter().filter(|(file, _)| plan.file.strip_suffix(".md") == Some(*file));
    for (title, path) in guides.flat_map(|(_, guides)| *guides) {
        text.push_str(&format!(" · [{title}](../{path})"));
    }
    text.push('\n');
    Page { file: plan.file.clone(), text }
}

/// The index page.
pub(super) fn index(schema: &Value, plans: &[Plan]) -> Page {
    let mut text = format!(
        "{MADE}\n\n# Reference\n\nEvery key of the language, with its values, its default and an example. [The \
         language](../language.md) is a tour; [slipway.schema.json](slipway.schema.json) contains the same \
         information for [editors](../editor.md).\n"
    );
    let list = |text: &mut String, title: &str, presets: bool| {
        text.push_str(&format!("\n## {title}\n\n"));
        for plan in plans.iter().filter(|plan| plan.file.starts_with("preset-") == presets) {
            let keys: Vec<String> = plan.sections.iter().filter_map(|section| heading(schema, section)).collect();
            text.push_str(&format!("- [{}]({}){}\n", plan.title, plan.file, keys.concat()));
        }
    };
    list(&mut text, "Pages", false);
    list(&mut text, "Presets", true);
    text.push_str("\n## Types\n");
    for (name, words) in SCALARS {
        let said = record(schema, name).map(description).map_or("", |(said, _)| said);
        text.push_str(&format!("\n### {}\n\n{said}\n", capital(words)));
    }
    text.push_str(
        "\n### Fixed text\n\nLiteral text: `${NAME}` is not replaced. Wherever text is expected, unquoted numbers and \
         booleans are taken literally.\n",
    );
    Page { file: "index.md".to_owned(), text }
}

/// The keys of a section in one line; those of the top level link to their sections, because there are many.
fn heading(schema: &Value, section: &Section) -> Option<String> {
    let file = section.record == FILE;
    let keys: Vec<String> = properties(schema, section.record)
        .filter(|_| file)
        .map(|(key, _)| format!("[`{key}`](file.md#{})", anchor(key)))
        .collect();
    (!keys.is_empty()).then(|| format!(": {}", keys.join(" ")))
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
