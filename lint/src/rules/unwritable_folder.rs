//! Finds volumes that the user of an image cannot write to.
//!
//! # What it does
//!
//! Looks for `volumes` that are system folders, such as `/etc` or `/usr/local/bin`, in images whose user is not root.
//! Every other volume, and an explicit `workdir`, belongs to the image's user. A volume that is also in `folders` is not
//! reported.
//!
//! # Why
//!
//! System folders belong to root, and a new volume inherits the owner of its folder. A program that writes there fails:
//! `Permission denied`.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     volumes: [/var/lib]
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     volumes: [/var/lib/api]
//! ```

use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for contents in lint.contents() {
        for place in &contents.unwritable {
            let user = &contents.user.text;
            findings.push(
                Diagnostic::warning(
                    place.span,
                    format!("`{}` belongs to root, and `{user}` cannot write there", place.path),
                )
                .with_help(format!(
                    "use a folder of the program, such as `/data` or `/var/lib/NAME`; or write `folders: {{ {}: {{}} }}` \
                     to give it to the user",
                    place.path
                )),
            );
        }
    }
}
