//! The context of lowering, and the metadata of operations.

use std::collections::BTreeMap;

use buildkit_llb::{Annotate, Caps, Location, Output, Position, Range, SourceFile};
use slipway_plan::StepId;
use slipway_spec::Span;

use crate::options::Options;

/// The context of lowering, in addition to the plan.
pub(crate) struct Lowering<'a> {
    pub(crate) options: &'a Options,
    /// The capabilities of the engine.
    pub(crate) caps: &'a Caps,
    /// The main context.
    pub(crate) context: &'a Output,
    /// The files of the spec, for locations; the root first.
    pub(crate) files: &'a [SourceFile],
    /// Results of steps from other frontends and builds.
    pub(crate) foreign: &'a BTreeMap<StepId, Output>,
}

/// The result of a step.
#[derive(Default)]
pub(super) struct Lowered {
    pub(super) whole: Output,
    /// The base and the layers that the engine puts together, the lowest first; without them, the whole is the part.
    pub(super) parts: Vec<Output>,
}

impl From<Output> for Lowered {
    fn from(whole: Output) -> Self {
        Self { whole, parts: Vec::new() }
    }
}

/// Results by step; a missing step is empty, which the order of a plan rules out.
#[derive(Default)]
pub(super) struct Results(pub(super) BTreeMap<StepId, Lowered>);

impl Results {
    pub(super) fn of(&self, step: StepId) -> Output {
        self.0.get(&step).map(|lowered| lowered.whole.clone()).unwrap_or_default()
    }

    pub(super) fn parts(&self, step: StepId) -> Vec<Output> {
        match self.0.get(&step) {
            Some(Lowered { parts, .. }) if !parts.is_empty() => parts.clone(),
            Some(Lowered { whole, .. }) => vec![whole.clone()],
            None => Vec::new(),
        }
    }
}

/// Adds the metadata of a step to an operation.
pub(super) fn annotate<T: Annotate>(op: T, name: &str, span: Span, owner: &str, cx: &Lowering<'_>) -> T {
    let op = match location(span, cx.files) {
        Some(location) => op.name(name).location(location),
        None => op.name(name),
    };
    if cx.options.no_cache.covers_step(owner, span) { op.ignore_cache() } else { op }
}

/// The lines of a span: debuggers compare a breakpoint, which is at the start of its line, with the whole range.
pub(super) fn location(span: Span, files: &[SourceFile]) -> Option<Location> {
    let start = Position { line: span.start.line, character: 0 };
    let end = Position { line: span.end.line, character: span.end.column.saturating_sub(1) };
    Some(files.get(span.file.index())?.at(Range { start, end }))
}
