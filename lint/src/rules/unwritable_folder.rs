//! Finds volumes that the user of an image cannot write to.
//!
//! # What it does
//!
//! Looks for `volumes` that are folders of the system, such as `/etc` or `/usr/local/bin`, in images whose user is not
//! root. Every other volume, and a `workdir` of the image's own, belongs to its user.
//!
//! # Why
//!
//! Folders of the system belong to root, and a new volume takes over whom its folder belongs to. A program that writes
//! there fails: `Permission denied`.
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
                .with_help("name a folder of the program's own, such as `/data` or `/var/lib/NAME`"),
            );
        }
    }
}
