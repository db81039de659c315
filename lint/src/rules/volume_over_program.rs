//! Finds volumes that hide the program of the image.
//!
//! # What it does
//!
//! Looks for `volumes` at or above folders that contain the program: `/app` for Node.js, Python and Java, or the folder
//! of a static site.
//!
//! # Why
//!
//! A new volume gets a copy of the image's files and keeps it: containers of the next image continue to run the old
//! program. A mounted host folder hides the program completely.
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
                Diagnostic::warning(place.span, format!("a volume at `{}` hides the files of the build", place.path))
                    .with_help("use a folder for data only, outside the program or in a subfolder of it"),
            );
        }
    }
}
