//! The methods of `docker buildx build --call=…`. To add one, add a file here and a line in [`METHODS`].
//!
//! Every answer has two forms, JSON for programs and text for people; clients print known versions of the JSON
//! themselves. Reference of the formats: BuildKit `frontend/subrequests`. The command line has the same methods without
//! a client.

mod answer;
mod bake;
mod compose;
mod describe;
mod given;
mod graph;
pub(crate) mod init;
mod inputs;
mod lint;
mod method;
mod names;
mod outline;
mod plan;
mod schema;
mod shared_layers;
mod steps;
mod targets;
mod uses;
mod yaml;

use std::borrow::Cow;

use slipway_plan::{Project, find_target};
use slipway_spec::visible::visible_lines;
use slipway_spec::{Diagnostic, Parsed, Sources, Spec};

pub(crate) use self::answer::Answer;
use self::answer::location;
pub(crate) use self::answer::table;
pub(crate) use self::method::{Method, Needs};
use self::method::{PREFIX, Question};
use crate::analysis::{Analysis, Scope};
use crate::failure::Failure;

/// The prefix of Slipway's own methods, after [`PREFIX`].
const OWN: &str = "slipway.";

/// Every method, in the order of the list.
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
    init::METHOD,
];

/// Finds a method and its text format: `frontend.slipway.graph`, `slipway.graph`, `graph` or `graph.svg`.
///
/// # Errors
/// The method does not exist, or does not have this format.
pub(crate) fn find(request: &str) -> Result<(&'static Method, Option<&'static str>), Failure> {
    // Clients add their prefix even if the name already has it.
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
            format!("`{}` is available as {}", method.short_name(), forms.join(", "))
        }
        _ => match Diagnostic::suggestion(name.strip_prefix(OWN).unwrap_or(name), names, "") {
            Some(close) if close.starts_with("did you mean") => format!("{close} (there are {list})"),
            _ => format!("there are {list}"),
        },
    };
    Err(Failure::UnknownRequest { name: request.to_owned(), help })
}

/// Runs a method on a spec and its project.
///
/// # Errors
/// The spec is invalid and the method cannot handle that, or the project cannot be read.
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
        (Needs::Uses, Ok(spec)) if may_use_credentials(spec, sources) => {
            let scope = Scope { target: None, ..scope.clone() };
            Some(Analysis::of_everything(project, spec, &scope).await?)
        }
        (Needs::Nothing | Needs::Repository | Needs::Spec | Needs::Uses, _) | (_, Err(_)) => None,
    };
    let written = if method.needs == Needs::Repository { Some(init::written(project, scope).await?) } else { None };
    let (analysis, written) = (analysis.as_ref(), written.as_ref());
    let mut answer = (method.answer)(&Question { sources, spec, scope, format, methods: METHODS, analysis, written })?;
    // It is printed to a terminal unchanged, and quotes untrusted files.
    if let Cow::Owned(shown) = visible_lines(&answer.text) {
        answer.text = shown;
    }
    Ok(answer)
}

/// Whether steps may see secrets or SSH agents of the command line. In doubt they do: only their plans tell.
fn may_use_credentials(spec: &Spec, sources: &Sources) -> bool {
    !spec.secrets.is_empty() || sources.iter().any(|file| file.text().contains("ssh"))
}

#[cfg(test)]
mod tests;
