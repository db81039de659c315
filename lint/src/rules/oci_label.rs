//! Finds labels that belong to `metadata`.
//!
//! # What it does
//!
//! Looks at `labels` for keys of `org.opencontainers.image` that `metadata` has words for.
//!
//! # Why
//!
//! Registries show the annotations of an image's manifest, for which they need not open the image. `metadata` writes
//! both; a label is only that.
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

/// What `metadata` has.
const WORDS: &[&str] =
    &["authors", "description", "documentation", "licenses", "revision", "source", "title", "url", "vendor", "version"];

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for (key, _) in lint.images_and_variants().flat_map(|image| image.keys.config.labels.iter()) {
        let Some(word) = key.value.strip_prefix("org.opencontainers.image.") else { continue };
        if WORDS.contains(&word) {
            findings.push(
                Diagnostic::warning(key.span, format!("`{}` is a label here and no annotation", key.value))
                    .with_help(format!("write `metadata: {{ {word}: … }}`, which makes both of it")),
            );
        }
    }
}
