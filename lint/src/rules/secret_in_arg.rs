//! Finds arguments for secrets.
//!
//! # What it does
//!
//! Looks for arguments whose names suggest a secret, such as `NPM_TOKEN`.
//!
//! # Why
//!
//! The value of a `--build-arg` is recorded in the history of the build, in its provenance, which is published with the
//! image, and in the shell history of the caller.
//!
//! # Bad
//!
//! ```yaml
//! args: { GITHUB_TOKEN: "" }
//! images:
//!   api:
//!     go: { main: ./cmd/api, ldflags: "-X main.token=${GITHUB_TOKEN}" }
//! ```
//!
//! # Good
//!
//! ```yaml
//! secrets:
//!   github: { env: GITHUB_TOKEN }
//! stages:
//!   gen:
//!     from: debian:12
//!     steps:
//!       - run: ./generate --output /gen
//!         secrets: [github]
//!     output: /gen
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /gen: "gen:/" }
//! ```

use slipway_spec::Diagnostic;

use crate::Findings;
use crate::secret_name::{cannot_be_secret, names_secret};
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for (name, arg) in lint.spec.args.iter() {
        // An argument for a secret has an empty default.
        let default = arg.default.as_ref().map(|default| default.value.as_str()).filter(|default| !default.is_empty());
        if names_secret(name) && !default.is_some_and(cannot_be_secret) {
            let message = format!(
                "`{}` looks like a secret, but arguments are recorded in the provenance of the build",
                name.value
            );
            findings.push(Diagnostic::warning(name.span, message).with_help(format!(
                "declare a secret, `secrets: {{ NAME: {{ env: {} }} }}`, and list it in `secrets` of the step that \
                 needs it",
                name.value
            )));
        }
    }
}
