//! Keys of the language that are read and checked but not implemented in this release. Using one produces a warning in
//! every build.

use slipway_spec::model::Image;
use slipway_spec::unavailable::Unavailable;
use slipway_spec::{Diagnostic, Span};

use crate::draft::Draft;

/// The rule name of these findings, for `# check=skip=…`.
pub(crate) const NOT_YET_AVAILABLE: &str = "NotYetAvailable";

impl Draft<'_> {
    /// Warns about a key of a map of the schema if the table of unimplemented keys contains it; with a user-defined
    /// name, the warning includes it.
    pub(crate) fn warn_not_yet(&mut self, span: Span, record: &str, key: &str, name: Option<&str>) {
        let Some(found) = Unavailable::find(record, key) else { return };
        let dot = if name.is_some() { "." } else { "" };
        let (shown, name, effect) = (found.shown, name.unwrap_or_default(), found.effect);
        self.warn(
            Diagnostic::warning(
                span,
                format!("`{shown}{dot}{name}` is valid, but this release of Slipway does not implement it: {effect}"),
            )
            .with_rule(NOT_YET_AVAILABLE)
            .with_help(found.instead),
        );
    }
}

/// Warns about keys of an image that have no effect.
pub(crate) fn report(draft: &mut Draft<'_>, image: &Image) {
    if let Some(inspect) = &image.keys.inspect {
        draft.warn_not_yet(inspect.span, "ImageKeys", "inspect", None);
    }
}
