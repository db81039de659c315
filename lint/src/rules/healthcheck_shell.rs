//! Finds health checks that call a program which their image does not have.
//!
//! # What it does
//!
//! Looks at the first word of `healthcheck: { run: … }` for a program that neither the layers of the image nor its base
//! bring: any on `scratch`, shells, `curl` and their like on distroless, `curl` and `wget` on `slim`. What packages
//! bring, and what images have that Slipway knows nothing of, is left alone.
//!
//! # Why
//!
//! Every check fails, so the container is never healthy, and what waits for it never starts.
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
//!     healthcheck: { run: [/api, health] }
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
                    "call a program that is in the image, such as the image's own; or add the package that has it to `packages`"
                }
                false => "call a program that is in the image, such as the image's own: `run: [/api, health]`",
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
