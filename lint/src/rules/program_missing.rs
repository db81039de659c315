//! Finds programs that an image runs but does not contain.
//!
//! # What it does
//!
//! Looks at the first word of `entrypoint`, and of `cmd` if there is no entrypoint, for a program that is neither in
//! the layers of the image nor in its base. Images with unknown contents from stages, packages or other images are not
//! reported. On `scratch` and distroless, where the contents are known, it is an error.
//!
//! A file of the context without an execute bit is an error, unless `mode` sets one. So is a script whose first line
//! ends with a Windows line ending. A text file without a first line such as `#!/bin/sh` is reported, too.
//!
//! For Python, more is known: the lockfile shows whether it contains the package of a server such as `gunicorn`, and
//! the context whether there is the file of `python serve.py` or the module of `python -m shop.worker` and
//! `uvicorn shop.main:app`.
//!
//! # Why
//!
//! The image can be built, but its containers do not start: `executable file not found`, `permission denied`, `exec
//! format error`.
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
        for call in contents.calls.iter().filter(|call| ![CallKey::Healthcheck, CallKey::Test].contains(&call.key)) {
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
