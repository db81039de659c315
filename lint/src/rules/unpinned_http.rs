//! Finds downloads that are not verified.
//!
//! # What it does
//!
//! Looks at contexts with `http` for those without a `checksum`.
//!
//! # Why
//!
//! Anyone who can change the file on that server, or in transit, can change the image. With a checksum, the build fails
//! instead.
//!
//! # Bad
//!
//! ```yaml
//! contexts:
//!   data: { http: "https://example.com/data.tar.gz" }
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /data/: "data:/data.tar.gz" }
//! ```
//!
//! # Good
//!
//! ```yaml
//! contexts:
//!   data:
//!     http: https://example.com/data.tar.gz
//!     checksum: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /data/: "data:/data.tar.gz" }
//! ```

use slipway_spec::Diagnostic;
use slipway_spec::model::NamedContext;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for (_, context) in lint.spec.contexts.iter() {
        if let NamedContext::Http { url, checksum: None } = context {
            findings.push(
                Diagnostic::warning(url.span, "this download is not verified")
                    .with_help("add `checksum: sha256:…`; `sha256sum` prints it"),
            );
        }
    }
}
