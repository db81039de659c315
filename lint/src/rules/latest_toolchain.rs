//! Finds toolchains whose version can change.
//!
//! # What it does
//!
//! Looks at the version that a build requests, such as `node` of a Node build or `rust` of a Rust build, for `latest`,
//! `stable` and similar words.
//!
//! # Why
//!
//! The next build then uses a new compiler release, not on all machines at the same time. Everything is compiled again,
//! and failures appear without a change in the repository.
//!
//! # Bad
//!
//! ```yml
//! images:
//!   api:
//!     rust: { bin: api, rust: stable }
//! ```
//!
//! # Good
//!
//! Without a version, the project's own files determine it.
//!
//! ```yml
//! images:
//!   api:
//!     rust: { bin: api, rust: "1.90" }
//!   worker:
//!     rust: { bin: worker }
//! ```

use slipway_plan::presets;
use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

/// Words that refer to changing versions.
const MOVING: &[&str] = &["latest", "stable", "current", "lts", "lts/*", "node", "edge", "beta", "nightly", "rolling"];

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for build in lint.builds() {
        let Some((version, source)) = presets::toolchain(build) else { continue };
        let Some(text) = lint.text(version) else { continue };
        if MOVING.contains(&text.to_ascii_lowercase().as_str()) {
            findings.push(
                Diagnostic::warning(version.span, format!("`{text}` means another toolchain with every release"))
                    .with_help(format!("name a version, or delete the key to use the one in {source}")),
            );
        }
    }
}
