//! What an image for debugging gets, and where.

use slipway_spec::Span;

use crate::output::Debugger;

/// The folder in images.
pub(super) const FOLDER: &str = "/.slipway/debug";

/// What an image for debugging gets.
pub(crate) struct Debugging {
    /// The part of the spec that asks for it.
    pub(super) span: Span,
    /// The debugger and its port; `None` if there is none for the program, so that only a shell is added.
    pub(super) debugger: Option<(Debugger, u16)>,
    /// Whether a key asks for it, and not only the name of a variant.
    pub(super) is_explicit: bool,
    /// The programs that it can start.
    pub(super) programs: Vec<String>,
}

impl Debugging {
    /// The port that the debugger listens on.
    pub(crate) fn port(&self) -> Option<u16> {
        self.debugger.as_ref().map(|(_, port)| *port)
    }
}
