//! Why a build ends without a result, and how the client is told.
//!
//! Every error carries a place in the spec: without one, the frontend that is built into BuildKit blames the `#
//! syntax=` line.

use buildkit_proto::errdefs::{self, Detail};
use buildkit_proto::{pb, rpc};
use prost::Message;
use slipway_plan::{PlanError, ProjectError};
use slipway_spec::visible::{message as words, visible};
use slipway_spec::{Diagnostic, Sources, Span};

use crate::lower::LANGUAGE;

/// More findings than this are not shown at once: each comes with an excerpt.
const MAX_SHOWN: usize = 10;
/// Bytes of all excerpts: each carries its whole file, and the client takes no message beyond 16 MiB.
const MAX_EXCERPTS: usize = 8 << 20;

/// Why there is no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The user can do something about these; at least one.
    Invalid(Vec<Diagnostic>),
    /// The engine's own words, to be passed on with their details.
    Engine(Box<tonic::Status>),
    /// The same, of a part of the build that the spec asks for in one place.
    EngineAt {
        /// The engine's own words.
        status: Box<tonic::Status>,
        /// The place.
        span: Span,
    },
    /// Something that concerns no place in the file.
    Other(String),
    /// The client asked for something that Slipway does not answer.
    UnknownRequest {
        /// What it asked for.
        name: String,
        /// What it can ask for.
        help: String,
    },
}

impl From<tonic::Status> for Failure {
    fn from(status: tonic::Status) -> Self {
        Self::Engine(Box::new(status))
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Invalid(vec![diagnostic])
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Invalid(diagnostics) => Self::Invalid(diagnostics),
            PlanError::Files(ProjectError { message, .. }) => Self::Other(message),
        }
    }
}

impl Failure {
    /// What `Return` sends; the first of the files is the spec, as far as it was read.
    pub(crate) fn to_status(&self, sources: &Sources) -> rpc::Status {
        match self {
            Self::Invalid(diagnostics) => {
                let shown = diagnostics.iter().take(MAX_SHOWN);
                let mut lines: Vec<_> = shown.map(|found| visible(&found.render(sources)).into_owned()).collect();
                if diagnostics.len() > MAX_SHOWN {
                    lines.push(format!("and {} more", diagnostics.len() - MAX_SHOWN));
                }
                // The first detail is the innermost error; clients print the excerpts from the inside out.
                let mut left = MAX_EXCERPTS;
                let excerpts = diagnostics.iter().take(MAX_SHOWN).enumerate().map_while(|(place, found)| {
                    let size = sources.get(found.primary.span.file).map_or(0, |file| file.text().len());
                    left = left.saturating_sub(size);
                    (place == 0 || left > 0).then(|| excerpt(sources, found.primary.span))
                });
                errdefs::status(lines.join("\n"), excerpts)
            }
            Self::EngineAt { status, span } => {
                let mut passed_on = pass_on(status);
                passed_on.details.push(excerpt(sources, *span).to_any());
                passed_on
            }
            Self::Engine(status) => {
                let mut passed_on = pass_on(status);
                let has_place = errdefs::details(&passed_on).iter().any(|detail| matches!(detail, Detail::Source(_)));
                if !has_place {
                    passed_on.details.push(excerpt(sources, Span::START).to_any());
                }
                passed_on
            }
            Self::Other(message) => errdefs::status(words(message).into_owned(), [excerpt(sources, Span::START)]),
            Self::UnknownRequest { name, help } => errdefs::status(
                words(&format!("Slipway does not support the request `{name}`; {help}")).into_owned(),
                [excerpt(sources, Span::START), Detail::Subrequest(errdefs::Subrequest { name: name.clone() })],
            ),
        }
    }
}

/// An error of the engine with all that it says of itself.
fn pass_on(status: &tonic::Status) -> rpc::Status {
    let code = i32::from(status.code());
    rpc::Status::decode(status.details())
        .ok()
        .filter(|details| !details.details.is_empty())
        .unwrap_or_else(|| rpc::Status { code, message: status.message().to_owned(), details: Vec::new() })
}

fn excerpt(sources: &Sources, span: Span) -> Detail {
    Detail::Source(errdefs::Source::ranges(&source_info(sources, span), &[to_range(span)]))
}

/// The file that a span is in, as BuildKit carries it.
pub(crate) fn source_info(sources: &Sources, span: Span) -> pb::SourceInfo {
    let file = sources.get(span.file);
    pb::SourceInfo {
        filename: sources.name(span.file).to_owned(),
        language: LANGUAGE.to_owned(),
        data: file.map(|file| file.text().as_bytes().to_vec()).unwrap_or_default(),
        ..Default::default()
    }
}

/// A span as BuildKit counts: lines from 1, characters from 0.
pub(crate) fn to_range(span: Span) -> pb::Range {
    let position = |position: slipway_spec::Position| pb::Position {
        line: i32::try_from(position.line).unwrap_or(i32::MAX),
        character: i32::try_from(position.column.saturating_sub(1)).unwrap_or(i32::MAX),
    };
    pb::Range { start: Some(position(span.start)), end: Some(position(span.end)) }
}
