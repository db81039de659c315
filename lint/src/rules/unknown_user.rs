//! Finds users that probably do not exist in an image.
//!
//! # What it does
//!
//! Looks at names in `user` of images based on a plain Debian, Ubuntu or Alpine Linux image without additional
//! packages, which might create users. On `scratch` and distroless, and if a build has read the list of users, an
//! unknown user is an error.
//!
//! # Why
//!
//! When a container starts, the name is looked up in `/etc/passwd` of the image. If it is missing, the container does
//! not start: `unable to find user`. Numbers always work.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     runtime: slim
//!     user: app
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     runtime: slim
//!     user: "1001:1001"
//! ```

use slipway_plan::contents::UnknownName;
use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for contents in lint.contents() {
        if let Some(unknown) = &contents.unknown_user {
            findings.push(
                Diagnostic::warning(contents.user.span, unknown.message(&contents.base.name))
                    .with_help(UnknownName::HELP),
            );
        }
    }
}
