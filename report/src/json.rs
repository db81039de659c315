//! A JSON list with one object per finding. The format is stable: keys may be added, but not changed or removed.
//!
//! | key | value |
//! |---|---|
//! | `severity` | `"error"` or `"warning"` |
//! | `rule` | name of the lint rule, or null |
//! | `message` | what is wrong |
//! | `help` | what to do, or null |
//! | `docs` | URL of the rule's documentation, or null |
//! | `file` | the file as the user named it |
//! | `range` | `{ "start": { "line", "column" }, "end": { "line", "column" } }`, all from 1, columns in characters, the end after the last one |
//! | `secondary` | other relevant locations: `{ "message", "file", "range" }` |

use serde::Serialize;
use slipway_spec::visible::visible_json;
use slipway_spec::{Diagnostic, Position, Sources, Span};

use crate::options::Options;

#[derive(Serialize)]
struct Finding<'a> {
    severity: &'static str,
    rule: Option<&'static str>,
    message: &'a str,
    help: Option<&'a str>,
    docs: Option<String>,
    file: &'a str,
    range: Range,
    secondary: Vec<Place<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    message: &'a str,
    file: &'a str,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
}

impl From<Span> for Range {
    fn from(span: Span) -> Self {
        let point = |Position { line, column }| Point { line, column };
        Self { start: point(span.start), end: point(span.end) }
    }
}

pub(crate) fn render(findings: &[Diagnostic], sources: &Sources, options: &Options<'_>) -> String {
    let list: Vec<_> = findings
        .iter()
        .map(|finding| Finding {
            severity: finding.severity.name(),
            rule: finding.rule,
            message: &finding.message,
            help: finding.help.as_deref(),
            docs: finding.rule.and_then(|rule| options.page_of(rule)),
            file: sources.name(finding.primary.span.file),
            range: finding.primary.span.into(),
            secondary: finding
                .secondary
                .iter()
                .map(|label| Place {
                    message: &label.text,
                    file: sources.name(label.span.file),
                    range: label.span.into(),
                })
                .collect(),
        })
        .collect();
    // Text and numbers can always be converted to JSON.
    serde_json::to_string_pretty(&list).map(|text| visible_json(&text).into_owned() + "\n").unwrap_or_default()
}
