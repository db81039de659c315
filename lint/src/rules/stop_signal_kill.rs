//! Finds a stop signal that programs cannot handle.
//!
//! # What it does
//!
//! Looks at `stop_signal` for `SIGKILL` and `SIGSTOP`.
//!
//! # Why
//!
//! The program cannot finish its work: requests are interrupted and files are left half-written. `SIGSTOP` does not
//! even end it.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     stop_signal: SIGKILL
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     stop_signal: SIGINT
//! ```

use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for signal in lint.images_and_variants().filter_map(|image| image.keys.config.stop_signal.as_ref()) {
        let Some(text) = lint.text(signal) else { continue };
        let upper = text.to_ascii_uppercase();
        if matches!(upper.strip_prefix("SIG").unwrap_or(&upper), "KILL" | "STOP" | "9" | "19") {
            findings.push(
                Diagnostic::warning(
                    signal.span,
                    format!("programs cannot handle `{text}`, so the program cannot shut down cleanly"),
                )
                .with_help("delete the key for `SIGTERM`, or name the signal that the program handles"),
            );
        }
    }
}
