//! Why a build fails, and how the client is told.
//!
//! Every error has a location in the spec: otherwise, the frontend that is built into BuildKit blames the `# syntax=`
//! line.

use buildkit_proto::errdefs::{self, Detail};
use buildkit_proto::{pb, rpc};
use prost::Message;
use slipway_plan::{PlanError, ProjectError};
use slipway_spec::visible::{message as words, visible};
use slipway_spec::{Diagnostic, Sources, Span};

use crate::lower::LANGUAGE;

/// The maximum number of findings to show at once: each has an excerpt.
const MAX_SHOWN: usize = 10;
/// The maximum size of all excerpts: each contains its whole file, and the client rejects messages larger than 16 MiB.
const MAX_EXCERPTS: usize = 8 << 20;

/// Why there is no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// At least one error that the user can fix.
    Invalid(Vec<Diagnostic>),
    /// An error of the engine, passed on with its details.
    Engine(Box<tonic::Status>),
    /// The same, about a part of the build with a location in the spec.
    EngineAt {
        /// The error of the engine.
        status: Box<tonic::Status>,
        /// The location.
        span: Span,
        /// What else to know, after the words of the engine.
        note: String,
    },
    /// An error without a location in the file.
    Other(String),
    /// The client requested an unknown method.
    UnknownRequest {
        /// The requested method.
        name: String,
        /// The supported methods.
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
    /// The status for `Return`. The first of the files is the spec, as far as it was read.
    pub(crate) fn to_status(&self, sources: &Sources) -> rpc::Status {
        match self {
            Self::Invalid(diagnostics) => {
                let shown = diagnostics.iter().take(MAX_SHOWN);
                let mut lines: Vec<_> =
                    shown.map(|found| visible(&found.render_with_rule(sources)).into_owned()).collect();
                if diagnostics.len() > MAX_SHOWN {
                    lines.push(format!("and {} more", diagnostics.len() - MAX_SHOWN));
                }
                // The first detail is the innermost error; clients print excerpts from the inside out.
                let mut left = MAX_EXCERPTS;
                let excerpts = diagnostics.iter().take(MAX_SHOWN).enumerate().map_while(|(place, found)| {
                    let size = sources.get(found.primary.span.file).map_or(0, |file| file.text().len());
                    left = left.saturating_sub(size);
                    (place == 0 || left > 0).then(|| excerpt(sources, found.primary.span))
                });
                errdefs::status(lines.join("\n"), excerpts)
            }
            Self::EngineAt { status, span, note } => {
                let mut passed_on = pass_on(status);
                passed_on.message.push_str(note);
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

/// An error of the engine with all its details.
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

/// The file of a span, in BuildKit's form.
pub(crate) fn source_info(sources: &Sources, span: Span) -> pb::SourceInfo {
    let file = sources.get(span.file);
    pb::SourceInfo {
        filename: sources.name(span.file).to_owned(),
        language: LANGUAGE.to_owned(),
        data: file.map(|file| file.text().as_bytes().to_vec()).unwrap_or_default(),
        ..Default::default()
    }
}

/// A span in BuildKit's numbering: lines from 1, characters from 0.
pub(crate) fn to_range(span: Span) -> pb::Range {
    let position = |position: slipway_spec::Position| pb::Position {
        line: i32::try_from(position.line).unwrap_or(i32::MAX),
        character: i32::try_from(position.column.saturating_sub(1)).unwrap_or(i32::MAX),
    };
    pb::Range { start: Some(position(span.start)), end: Some(position(span.end)) }
}
