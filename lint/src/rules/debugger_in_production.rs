//! Finds debuggers in images that ship.
//!
//! # What it does
//!
//! Looks for `inspect` in images; in variants, which are for development, it is at its place.
//!
//! # Why
//!
//! Whoever reaches a debugger's port can read the program's memory and run code in it.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     inspect: 9229
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     variants:
//!       debug: { inspect: 9229 }
//! ```

use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for inspect in lint.images().filter_map(|(_, image)| image.keys.inspect.as_ref()) {
        findings.push(
            Diagnostic::warning(
                inspect.span,
                format!("the image that ships listens for a debugger on port {}", inspect.value),
            )
            .with_help(format!("move it to a variant: `variants: {{ debug: {{ inspect: {} }} }}`", inspect.value)),
        );
    }
}
