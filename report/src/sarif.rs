//! SARIF 2.1.0, the form that code scanning services read.
//!
//! Findings without a rule are errors of the language itself; services want a rule for every result, so these have
//! [`INVALID`]. Columns count characters, which SARIF calls `unicodeCodePoints`.

use serde_json::{Map, Value, json};
use slipway_spec::visible::visible_json;
use slipway_spec::{Diagnostic, RuleInfo, Severity, Sources, Span};

use crate::options::Options;

/// The rule of what is no finding of a lint rule.
const INVALID: &str = "InvalidSpec";

pub(crate) fn render(findings: &[Diagnostic], sources: &Sources, options: &Options<'_>) -> String {
    let mut rules = vec![json!({
        "id": INVALID,
        "shortDescription": { "text": "The file does not say what it should" },
        "fullDescription": { "text": "What is written cannot be read or carried out; the message says why." },
        "defaultConfiguration": { "level": "error" },
    })];
    rules.extend(options.rules.iter().map(|rule| describe(rule, options)));
    let results: Vec<_> = findings
        .iter()
        .map(|finding| {
            let place = finding.rule.and_then(|id| options.rules.iter().position(|rule| rule.id == id));
            result(finding, place, sources)
        })
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": crate::options::TOOL, "version": options.version, "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    visible_json(&format!("{log:#}\n")).into_owned()
}

/// A rule, with its documentation as text too, for readers that show no Markdown.
fn describe(rule: &RuleInfo, options: &Options<'_>) -> Value {
    let mut described = json!({
        "id": rule.id,
        "name": rule.id,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": rule.summary },
        "help": { "text": rule.docs_markdown, "markdown": rule.docs_markdown },
        "defaultConfiguration": { "level": level(rule.default_severity) },
    });
    if let (Some(page), Some(object)) = (options.page_of(rule.id), described.as_object_mut()) {
        object.insert("helpUri".to_owned(), page.into());
    }
    described
}

/// A finding; `rule` is the place of its rule among those that the caller named.
fn result(finding: &Diagnostic, rule: Option<usize>, sources: &Sources) -> Value {
    let mut text = finding.message.clone();
    if let Some(help) = &finding.help {
        text.push_str("; ");
        text.push_str(help);
    }
    let mut result = Map::new();
    result.insert("ruleId".to_owned(), finding.rule.unwrap_or(INVALID).into());
    let index = match (finding.rule, rule) {
        (None, _) => Some(0),
        (Some(_), place) => place.map(|place| place + 1),
    };
    if let Some(index) = index {
        result.insert("ruleIndex".to_owned(), index.into());
    }
    result.insert("level".to_owned(), level(finding.severity).into());
    result.insert("message".to_owned(), json!({ "text": text }));
    let location = location(finding.primary.span, sources);
    result.insert("locations".to_owned(), location.into_iter().collect());
    let related: Vec<Value> = finding
        .secondary
        .iter()
        .filter_map(|label| {
            let Value::Object(mut related) = self::location(label.span, sources)? else { return None };
            related.insert("message".to_owned(), json!({ "text": label.text }));
            Some(Value::Object(related))
        })
        .collect();
    if !related.is_empty() {
        result.insert("relatedLocations".to_owned(), related.into());
    }
    Value::Object(result)
}

fn level(severity: Severity) -> &'static str {
    severity.name()
}

/// Where something is; none for files that nobody knows.
fn location(span: Span, sources: &Sources) -> Option<Value> {
    let file = sources.get(span.file)?;
    Some(json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(file.name()) },
            "region": {
                "startLine": span.start.line,
                "startColumn": span.start.column,
                "endLine": span.end.line,
                "endColumn": span.end.column,
            },
        },
    }))
}

/// A file name as a relative reference: what has a meaning in URIs is written in percent.
fn uri(name: &str) -> String {
    let mut uri = String::new();
    for byte in name.replace('\\', "/").bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' | b'+' | b'@' | b'=' => uri.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_become_relative_references() {
        assert_eq!(uri("deploy/slipway.yaml"), "deploy/slipway.yaml");
        assert_eq!(uri(r"deploy\my file:ü#?.yaml"), "deploy/my%20file%3A%C3%BC%23%3F.yaml");
    }
}
