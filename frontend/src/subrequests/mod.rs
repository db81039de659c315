//! Questions that are asked instead of a build: `docker buildx build --call=…`. A new one is a file here and a line in [`METHODS`].
//!
//! Every answer has two forms, JSON for programs and text for people; clients print the JSON with printers of their own where they know the version.
//! Source of the formats: BuildKit `frontend/subrequests`.

mod describe;
mod lint;
mod outline;
mod targets;

use std::collections::BTreeMap;

use base64::Engine as _;
use buildkit_proto::gateway;
use buildkit_proto::keys::metadata;
use serde_json::{Value, json};
use slipway_spec::{Diagnostic, Sources, Span, Spec};

use crate::failure::{Failure, to_range};

/// What a method is given.
pub(crate) struct Question<'a> {
    /// The spec's files.
    pub(crate) sources: &'a Sources,
    /// What was read from it, or what is wrong with it.
    pub(crate) spec: &'a Result<Spec, Vec<Diagnostic>>,
    /// `--target`.
    pub(crate) target: Option<&'a str>,
    /// `--build-arg`.
    pub(crate) build_args: &'a BTreeMap<String, String>,
}

/// What a method answers.
struct Answer {
    json: Value,
    text: String,
    /// The exit status of the client, for methods that judge.
    status: Option<u8>,
}

/// A method and what it says of itself.
struct Method {
    name: &'static str,
    version: &'static str,
    description: &'static str,
    /// Whether it depends on `--target`.
    takes_target: bool,
    answer: fn(&Question<'_>) -> Result<Answer, Failure>,
}

const METHODS: &[Method] = &[describe::METHOD, lint::METHOD, outline::METHOD, targets::METHOD];

/// Answers a request by its name.
///
/// # Errors
/// There is no such method, or the spec is so wrong that the method has nothing to say.
pub(crate) fn answer(name: &str, question: &Question<'_>) -> Result<gateway::Result, Failure> {
    let method =
        METHODS.iter().find(|method| method.name == name).ok_or_else(|| Failure::UnknownRequest(name.to_owned()))?;
    let answer = (method.answer)(question)?;
    let mut values = BTreeMap::from([
        (metadata::RESULT_JSON, answer.json.to_string()),
        (metadata::RESULT_TXT, answer.text),
        (metadata::VERSION, method.version.to_owned()),
    ]);
    if let Some(status) = answer.status {
        values.insert(metadata::RESULT_STATUS_CODE, status.to_string());
    }
    let metadata = values.into_iter().map(|(key, value)| (key.to_owned(), value.into_bytes())).collect();
    Ok(gateway::Result { metadata, ..Default::default() })
}

impl Question<'_> {
    /// The spec, for methods that can say nothing about a wrong one.
    fn valid_spec(&self) -> Result<&Spec, Failure> {
        self.spec.as_ref().map_err(|found| Failure::Invalid(found.clone()))
    }

    /// The texts as methods without file names carry it.
    fn sources(&self) -> Value {
        self.sources.iter().map(|file| base64::engine::general_purpose::STANDARD.encode(file.text())).collect()
    }
}

/// A place in the sources.
fn location(span: Span) -> Value {
    let range = to_range(span);
    let position = |at: Option<buildkit_proto::pb::Position>| {
        let at = at.unwrap_or_default();
        json!({ "line": at.line, "character": at.character })
    };
    json!({ "sourceIndex": span.file.index(), "ranges": [{ "start": position(range.start), "end": position(range.end) }] })
}

/// A table for people: columns as wide as their widest cell.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or_default()).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:width$}   "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use buildkit_proto::keys::subrequests;

    use super::*;

    const TEXT: &str = "\
default: api
args:
  VERSION: { default: dev, description: Stamped into the program }
  LEVEL: { default: info, enum: [info, debug] }
  COMMIT: { required: true }
builds:
  go: { preset: go, ldflags: '-X main.v=${VERSION}' }
images:
  api:
    build: { from: go, main: ./cmd/api }
    platforms: [linux/amd64]
    labels: { commit: '${COMMIT}' }
  worker: { go: ./cmd/worker, runtime: scratch }
";

    fn ask(name: &str, text: &str, target: Option<&str>) -> String {
        let slipway_spec::Parsed { sources, spec } = slipway_spec::parse("slipway.yaml", text.as_bytes().to_vec());
        let build_args = BTreeMap::from([("VERSION".to_owned(), "2".to_owned())]);
        let question = Question { sources: &sources, spec: &spec, target, build_args: &build_args };
        match answer(name, &question) {
            Err(failure) => format!("{failure:?}"),
            Ok(result) => {
                let mut text = String::new();
                for (key, value) in &result.metadata.iter().collect::<BTreeMap<_, _>>() {
                    let value = String::from_utf8((*value).clone()).unwrap();
                    let value = match serde_json::from_str::<Value>(&value) {
                        Ok(json) if key.ends_with("json") => serde_json::to_string_pretty(&json).unwrap(),
                        _ => value,
                    };
                    text.push_str(&format!("--- {key}\n{value}\n"));
                }
                text
            }
        }
    }

    #[test]
    fn targets() {
        insta::assert_snapshot!(ask(subrequests::TARGETS, TEXT, None));
    }

    #[test]
    fn outline() {
        insta::assert_snapshot!(ask(subrequests::OUTLINE, TEXT, None));
        insta::assert_snapshot!(ask(subrequests::OUTLINE, TEXT, Some("worker")));
    }

    #[test]
    fn lint_of_a_wrong_file() {
        insta::assert_snapshot!(ask(subrequests::LINT, "images: { api: { go: ., usr: x } }\n", None));
    }

    #[test]
    fn lint_of_a_right_file() {
        insta::assert_snapshot!(ask(subrequests::LINT, TEXT, None));
    }

    #[test]
    fn describe() {
        insta::assert_snapshot!(ask(subrequests::DESCRIBE, "not a spec", None));
    }

    #[test]
    fn what_cannot_be_answered_is_refused() {
        assert!(ask("frontend.tea", TEXT, None).contains("UnknownRequest"));
        assert!(ask(subrequests::TARGETS, "images: 1", None).contains("Invalid"));
        assert!(ask(subrequests::OUTLINE, TEXT, Some("nothing")).contains("there is no target `nothing`"));
    }
}
