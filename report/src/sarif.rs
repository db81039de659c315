//! SARIF 2.1.0, the format of code scanning services.
//!
//! Findings without a rule are errors of the language; services require a rule for every result, so these have
//! [`INVALID`]. Columns count characters, which SARIF calls `unicodeCodePoints`.

use serde_json::{Map, Value, json};
use slipway_spec::visible::visible_json;
use slipway_spec::{Diagnostic, RuleInfo, Severity, Sources, Span};

use crate::options::Options;

/// The rule of findings without a lint rule.
const INVALID: &str = "InvalidSpec";

pub(crate) fn render(findings: &[Diagnostic], sources: &Sources, options: &Options<'_>) -> String {
    let mut rules = vec![json!({
        "id": INVALID,
        "shortDescription": { "text": "The file is invalid" },
        "fullDescription": { "text": "The file cannot be read or built; the message gives the reason." },
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

/// A rule, with its documentation also as plain text, for viewers without Markdown.
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

/// A finding; `rule` is the index of its rule in the caller's list.
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

/// The location of a finding; `None` for unknown files.
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

/// A file name as a relative reference: special characters of URIs are percent-encoded.
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
