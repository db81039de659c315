//! Finds symbolic links that lead to nothing.
//!
//! # What it does
//!
//! Looks at `link` in `files` for paths that are neither in the layers of the image nor in its base. Only the contents
//! of `scratch`, distroless and plain images of distributions are known; links into volumes, `folders` and the working
//! directory are not reported, because these may be filled when the image runs.
//!
//! # Why
//!
//! The image can be built, but whoever opens the link finds no file. Often the path is misspelled, or the file was
//! moved.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: { main: ./cmd/api, destination: /opt/api/bin/api }
//!     files: { /usr/bin/api: { link: /app/bin/api } }
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: { main: ./cmd/api, destination: /opt/api/bin/api }
//!     files: { /usr/bin/api: { link: /opt/api/bin/api } }
//! ```

use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for dangling in lint.contents().flat_map(|contents| &contents.dangling) {
        let message = format!("`{}` leads to `{}`, which is not in the image", dangling.path, dangling.to);
        findings.push(
            Diagnostic::warning(dangling.span, message).with_help(
                "name a path of the image; if it is mounted when the image runs, list its folder in `volumes`",
            ),
        );
    }
}
