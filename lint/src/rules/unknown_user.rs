//! Finds users that an image does not seem to have.
//!
//! # What it does
//!
//! Looks at names in `user` of images that stand on a plain image of Debian, Ubuntu or Alpine Linux and install no
//! packages, which might make users. On `scratch` and distroless, and wherever a build has read the list of users, it
//! is an error.
//!
//! # Why
//!
//! A name is looked up in `/etc/passwd` of the image when a container starts. One that is not there keeps it from
//! starting: `unable to find user`. Numbers always work.
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
