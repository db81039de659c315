//! Finds volumes that hide the program of their image.
//!
//! # What it does
//!
//! Looks for `volumes` at or above folders that the build fills: `/app` of Node.js, Python and Java, or the folder of a
//! static site.
//!
//! # Why
//!
//! A new volume gets a copy of what the image has there, and keeps it: containers of the next image go on with the old
//! program. A folder of the host hides it altogether.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   site:
//!     static: ./public
//!     runtime: "busybox:1.37"
//!     entrypoint: [httpd, -f, -p, "8080", -h, /srv/www]
//!     volumes: [/srv/www]
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   site:
//!     static: ./public
//!     runtime: "busybox:1.37"
//!     entrypoint: [httpd, -f, -p, "8080", -h, /srv/www]
//!     volumes: [/srv/uploads]
//! ```

use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for contents in lint.contents() {
        for place in &contents.hiding {
            findings.push(
                Diagnostic::warning(
                    place.span,
                    format!("a volume at `{}` hides what the build puts there", place.path),
                )
                .with_help("name a folder of the data alone, beside the program or in a folder of it"),
            );
        }
    }
}
