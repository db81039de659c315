//! Finds programs that an image is told to run and does not have.
//!
//! # What it does
//!
//! Looks at the first word of `entrypoint`, and of `cmd` where there is no entrypoint, for a program that neither the
//! layers of the image nor its base bring. What comes from stages, packages and images that Slipway knows nothing of is
//! left alone. On `scratch` and distroless, where nothing is left to doubt, it is an error.
//!
//! A file of the context that has no execute bit is an error, unless `mode` gives it one. So is a script whose first line
//! ends as lines of Windows do. A text without a first line such as `#!/bin/sh` is found, too.
//!
//! Of programs in Python more is known: a lockfile tells whether it has the package of a server such as `gunicorn`, and
//! the context whether there is the file of `python serve.py` or the module of `python -m shop.worker` and `uvicorn
//! shop.main:app`.
//!
//! # Why
//!
//! The image is built, and no container of it starts: `executable file not found`, `permission
//! denied`, `exec format error`.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     runtime: slim
//!     entrypoint: [tini, --, /api]
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     runtime: slim
//!     packages: [tini]
//!     entrypoint: [tini, --, /api]
//! ```

use slipway_plan::contents::{CallKey, Found};
use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for contents in lint.contents() {
        if let Some(absent) = &contents.absent {
            findings.push(Diagnostic::warning(absent.span, &absent.message).with_help(&absent.help));
        }
        for call in contents.calls.iter().filter(|call| call.key != CallKey::Healthcheck) {
            if let Found::No(missing) = &call.found {
                findings.push(
                    Diagnostic::warning(call.span, call.message(missing, &contents.base)).with_help(call.help(
                        missing,
                        &contents.base,
                        None,
                    )),
                );
            }
        }
    }
}
