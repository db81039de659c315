//! Finds git contexts that can change.
//!
//! # What it does
//!
//! Looks at contexts with `git` that have no `checksum` and whose `ref` is not a full commit id.
//!
//! # Why
//!
//! A branch moves, and a tag can be moved. With a checksum, the build fails if the name refers to another commit,
//! instead of building it.
//!
//! # Bad
//!
//! ```yaml
//! contexts:
//!   proto: { git: "https://github.com/acme/proto.git", ref: v2.1.0 }
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /proto: "proto:/" }
//! ```
//!
//! # Good
//!
//! ```yaml
//! contexts:
//!   proto: { git: "https://github.com/acme/proto.git", ref: v2.1.0, checksum: 9f1c2ab }
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /proto: "proto:/" }
//! ```

use slipway_spec::Diagnostic;
use slipway_spec::model::NamedContext;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for (_, context) in lint.spec.contexts.iter() {
        let NamedContext::Git { url, reference, checksum: None, .. } = context else { continue };
        let written = reference.as_ref().map(|reference| lint.text(reference));
        let (message, span) = match (&written, reference) {
            // The value of an argument is unknown here.
            (Some(None), _) => continue,
            (Some(Some(text)), _) if is_commit(text) => continue,
            (Some(Some(text)), Some(reference)) => {
                (format!("`{text}` can refer to another commit tomorrow"), reference.span)
            }
            _ => ("this follows the default branch of the repository".to_owned(), url.span),
        };
        findings.push(
            Diagnostic::warning(span, message).with_help("add `checksum:` with the commit; `git ls-remote` prints it"),
        );
    }
}

/// Whether a text is a full commit id.
fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
