//! Questions that are asked instead of a build: `docker buildx build --call=…`. A new one is a file here and a line in [`METHODS`].
//!
//! Every answer has two forms, JSON for programs and text for people; clients print the JSON with printers of their own where they know the version.
//! Source of the formats: BuildKit `frontend/subrequests`. The command line asks the same questions without a client.

mod bake;
mod compose;
mod describe;
mod graph;
mod inputs;
mod lint;
mod names;
mod outline;
mod plan;
mod schema;
mod steps;
mod targets;
mod yaml;

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine as _;
use buildkit_proto::gateway;
use buildkit_proto::keys::metadata;
use serde_json::{Value, json};
use slipway_plan::{Project, find_target};
use slipway_spec::visible::{visible_json, visible_lines};
use slipway_spec::{Diagnostic, Parsed, Sources, Span, Spec};

use crate::analysis::{Analysis, Scope};
use crate::failure::{Failure, to_range};

/// What a method is given.
struct Question<'a> {
    /// The spec's files.
    sources: &'a Sources,
    /// What was read from them, or what is wrong with them.
    spec: &'a Result<Spec, Vec<Diagnostic>>,
    /// What the command line asks about.
    scope: &'a Scope,
    /// The form of the text that is asked for, one of [`Method::formats`]; the first when absent.
    format: Option<&'static str>,
    /// The plans, for methods that need them, unless the spec is wrong.
    analysis: Option<&'a Analysis>,
}

/// What a method answers.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) json: Value,
    pub(crate) text: String,
    /// The exit status of the client, for methods that judge.
    pub(crate) status: Option<u8>,
}

impl Answer {
    /// The JSON as text, in which everything can be seen.
    pub(crate) fn json_text(&self) -> String {
        visible_json(&format!("{:#}", self.json)).into_owned()
    }
}

/// What a method must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Nothing: it speaks of Slipway itself.
    Nothing,
    /// The files of the spec, which may be wrong.
    Spec,
    /// The plan of one target as well, the default where none is named, and with it the files of the context.
    Plan,
    /// The plans of the targets asked about, all images where none is named.
    Plans,
    /// The same, of which no more is kept than rules look at.
    Overview,
}

/// A method and what it says of itself.
#[derive(Debug)]
pub(crate) struct Method {
    /// Its name as BuildKit has it; all begin with [`PREFIX`].
    pub(crate) name: &'static str,
    version: &'static str,
    pub(crate) description: &'static str,
    /// Whether it depends on `--target`.
    takes_target: bool,
    pub(crate) needs: Needs,
    /// Forms that its text may have, the usual one first; asked for as `NAME.FORMAT`. Most have one without a name.
    pub(crate) formats: &'static [&'static str],
    answer: fn(&Question<'_>) -> Result<Answer, Failure>,
}

/// What the names of all methods begin with; clients put it before what is typed.
const PREFIX: &str = "frontend.";
/// What the names of our own methods begin with, behind [`PREFIX`].
const OWN: &str = "slipway.";

/// Every method, in the order in which they are listed.
pub(crate) const METHODS: &[Method] = &[
    describe::METHOD,
    lint::METHOD,
    outline::METHOD,
    targets::METHOD,
    plan::METHOD,
    graph::METHOD,
    inputs::METHOD,
    bake::METHOD,
    compose::METHOD,
    schema::METHOD,
];

impl Method {
    /// What a user types after `--call=`.
    pub(crate) fn short_name(&self) -> &'static str {
        let name = self.name.strip_prefix(PREFIX).unwrap_or(self.name);
        // Clients have a name of their own for this one.
        if name == "lint" { "check" } else { name }
    }

    /// Every name that leads to it: a whole word, without [`PREFIX`].
    fn is_called(&self, name: &str) -> bool {
        let own = self.name.strip_prefix(PREFIX).unwrap_or(self.name);
        name == own || name == self.short_name() || name == self.last_word()
    }

    /// The last word of its name, which is its name on our own command line.
    pub(crate) fn last_word(&self) -> &'static str {
        self.name.rsplit('.').next().unwrap_or(self.name)
    }

    /// The answer as clients of BuildKit take it.
    pub(crate) fn to_result(&self, answer: Answer) -> gateway::Result {
        let mut values = BTreeMap::from([
            (metadata::RESULT_JSON, answer.json_text()),
            (metadata::RESULT_TXT, answer.text),
            (metadata::VERSION, self.version.to_owned()),
        ]);
        if let Some(status) = answer.status {
            values.insert(metadata::RESULT_STATUS_CODE, status.to_string());
        }
        let metadata = values.into_iter().map(|(key, value)| (key.to_owned(), value.into_bytes())).collect();
        gateway::Result { metadata, ..Default::default() }
    }
}

/// Finds a method and the form that its text is to have: `frontend.slipway.graph`, `slipway.graph`, `graph` or `graph.svg`.
///
/// # Errors
/// There is no such method, or it has no such form.
pub(crate) fn find(request: &str) -> Result<(&'static Method, Option<&'static str>), Failure> {
    // Clients put their prefix before a name that had it already.
    let mut name = request;
    while let Some(rest) = name.strip_prefix(PREFIX) {
        name = rest;
    }
    let called = |name: &str| METHODS.iter().find(|method| method.is_called(name));
    if let Some(method) = called(name) {
        return Ok((method, None));
    }
    let with_format = name.rsplit_once('.').and_then(|(name, format)| Some((called(name)?, format)));
    if let Some((method, format)) = with_format
        && let Some(format) = method.formats.iter().find(|known| **known == format)
    {
        return Ok((method, Some(format)));
    }
    let names: Vec<_> = METHODS.iter().flat_map(|method| [method.short_name(), method.last_word()]).collect();
    let list = METHODS.iter().map(|method| format!("`{}`", method.short_name())).collect::<Vec<_>>().join(", ");
    let help = match with_format {
        Some((method, _)) if !method.formats.is_empty() => {
            let forms: Vec<_> = method.formats.iter().map(|form| format!("`{}.{form}`", method.short_name())).collect();
            format!("`{}` comes as {}", method.short_name(), forms.join(", "))
        }
        _ => match Diagnostic::suggestion(name.strip_prefix(OWN).unwrap_or(name), names, "") {
            Some(close) if close.starts_with("did you mean") => format!("{close} (there are {list})"),
            _ => format!("there are {list}"),
        },
    };
    Err(Failure::UnknownRequest { name: request.to_owned(), help })
}

/// Answers a method about a spec and its project.
///
/// # Errors
/// The spec is so wrong that the method has nothing to say, or the project cannot be read.
pub(crate) async fn ask<P: Project>(
    (method, format): (&Method, Option<&'static str>),
    project: &P,
    Parsed { sources, spec }: &Parsed,
    scope: &Scope,
) -> Result<Answer, Failure> {
    let analysis = match (method.needs, spec) {
        (Needs::Plans, Ok(spec)) => Some(Analysis::of(project, spec, scope).await?),
        (Needs::Overview, Ok(spec)) => Some(Analysis::overview_of(project, spec, scope).await?),
        (Needs::Plan, Ok(spec)) => {
            let target = Some(find_target(spec, scope.target())?.label());
            Some(Analysis::of(project, spec, &Scope { target, ..scope.clone() }).await?)
        }
        (Needs::Nothing | Needs::Spec, _) | (_, Err(_)) => None,
    };
    let mut answer = (method.answer)(&Question { sources, spec, scope, format, analysis: analysis.as_ref() })?;
    // It goes to a terminal as it is, and quotes files of strangers.
    if let Cow::Owned(shown) = visible_lines(&answer.text) {
        answer.text = shown;
    }
    Ok(answer)
}

impl Question<'_> {
    /// The spec, for methods that can say nothing about a wrong one.
    fn valid_spec(&self) -> Result<&Spec, Failure> {
        self.spec.as_ref().map_err(|found| Failure::Invalid(found.clone()))
    }

    /// The plans, for methods that can say nothing about a spec that cannot be planned.
    fn analysis(&self) -> Result<&Analysis, Failure> {
        self.valid_spec()?;
        self.analysis.ok_or_else(|| Failure::Other("nothing was planned".to_owned()))
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
mod tests;
