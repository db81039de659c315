//! What editors show: descriptions as Markdown, titles, and messages in words. `make test-editors` tests them with a
//! language server.

use serde_json::Value;
use slipway_spec::model::SHORT_NAMES;

/// Calls a function for every schema in a schema, with the keyword that contains it.
fn each<'a>(schema: &'a Value, place: &'a str, see: &mut impl FnMut(&'a Value, &'a str)) {
    see(schema, place);
    for (keyword, value) in schema.as_object().into_iter().flatten() {
        match (keyword.as_str(), value) {
            ("properties" | "$defs" | "patternProperties", Value::Object(schemas)) => {
                schemas.values().for_each(|schema| each(schema, keyword, see));
            }
            ("anyOf" | "allOf", Value::Array(schemas)) => schemas.iter().for_each(|schema| each(schema, keyword, see)),
            ("additionalProperties" | "items" | "then" | "else" | "propertyNames", inside) => {
                each(inside, keyword, see);
            }
            _ => {}
        }
    }
}

#[test]
fn descriptions_are_markdown_and_patterns_have_words() {
    let schema = slipway_spec::model::schema();
    let mut count = 0;
    each(&schema, "", &mut |schema, place| {
        if let Some(said) = schema.get("description") {
            let markdown = schema["markdownDescription"].as_str().unwrap_or_default();
            assert!(markdown.starts_with(said.as_str().unwrap()), "{said}");
            assert!(place != "properties" || schema.get("title").is_some(), "{said}");
            count += 1;
        }
        assert!(schema.get("pattern").is_none() || schema["patternErrorMessage"].is_string(), "{schema}");
        assert!(schema.get("not").is_none(), "editors say nothing useful about `not`: {schema}");
        assert_eq!(schema.get("enumDescriptions"), schema.get("markdownEnumDescriptions"));
    });
    assert!(count > 200, "only {count} descriptions");
    assert_eq!(schema["$id"], "urn:slipway:language:1");
}

#[test]
fn short_names_of_bases_are_completed() {
    let schema = slipway_spec::model::schema();
    let runtime = &schema["$defs"]["Image"]["properties"]["runtime"];
    let mut offered: Vec<&str> =
        runtime["examples"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    offered.sort_unstable();
    let mut known = SHORT_NAMES;
    known.sort_unstable();
    assert_eq!(offered, known);
    for name in SHORT_NAMES {
        assert!(runtime["markdownDescription"].as_str().unwrap().contains(&format!("\n- `{name}`: ")), "{name}");
    }
}
