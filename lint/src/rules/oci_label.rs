//! Finds labels that belong to `metadata`.
//!
//! # What it does
//!
//! Looks at `labels` for keys of `org.opencontainers.image` that `metadata` supports.
//!
//! # Why
//!
//! Registries show the annotations of an image's manifest, because they can read them without the image config.
//! `metadata` sets both; a label does not set an annotation.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     labels: { org.opencontainers.image.licenses: Apache-2.0 }
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     metadata: { licenses: Apache-2.0 }
//! ```

use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

/// The keys of `metadata`.
const WORDS: &[&str] =
    &["authors", "description", "documentation", "licenses", "revision", "source", "title", "url", "vendor", "version"];

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for (key, _) in lint.images_and_variants().flat_map(|image| image.keys.config.labels.iter()) {
        let Some(word) = key.value.strip_prefix("org.opencontainers.image.") else { continue };
        if WORDS.contains(&word) {
            findings.push(
                Diagnostic::warning(
                    key.span,
                    format!("this sets `{}` only as a label, not as an annotation", key.value),
                )
                .with_help(format!("write `metadata: {{ {word}: … }}`, which sets both")),
            );
        }
    }
}
