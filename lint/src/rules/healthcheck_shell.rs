//! Finds health checks that call a program which is not in the image.
//!
//! # What it does
//!
//! Looks at the first word of `healthcheck: { run: … }` for a program that is neither in the layers of the image nor in
//! its base: any program on `scratch`; shells, `curl` and similar tools on distroless; `curl` and `wget` on `slim`.
//! Programs that packages may install are not reported, nor are images with unknown contents.
//!
//! # Why
//!
//! Every check fails, so the container is never healthy, and services that wait for it never start.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     healthcheck: { run: [curl, -f, "http://localhost:8080/healthz"] }
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     healthcheck: { http: ":8080/healthz" }
//! ```

use slipway_plan::contents::{CallKey, Found, Missing};
use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for contents in lint.contents() {
        for call in contents.calls.iter().filter(|call| call.key == CallKey::Healthcheck) {
            let Found::No(missing) = &call.found else { continue };
            let is_absent = matches!(missing, Missing::Program { .. } | Missing::Interpreter(_));
            let help = match contents.base.is_distribution() {
                _ if !is_absent => &call.help(missing, &contents.base, None),
                true => {
                    "let Slipway's probe check a port, with `http`, `tcp` or `grpc`; or call a program in the image; or \
                     add a package with this program to `packages`"
                }
                false => {
                    "let Slipway's probe check a port, with `http`, `tcp` or `grpc`; or call a program in the \
                          image, such as its own: `run: [/api, health]`"
                }
            };
            findings.push(
                Diagnostic::warning(
                    call.span,
                    format!("{}, so this health check always fails", call.message(missing, &contents.base)),
                )
                .with_help(help),
            );
        }
    }
}
