//! Finds toolchains whose version can move.
//!
//! # What it does
//!
//! Looks at the version that a build asks for, such as `node` of a Node build or `rust` of a Rust build, for `latest`,
//! `stable` and words like them.
//!
//! # Why
//!
//! A new release of the compiler then comes with the next build, on one machine before it does on another. Everything
//! is compiled again, and what breaks seems to have broken by itself.
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
//! Without a version, the one that the project names in its own files is taken.
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

/// Words that mean another version every now and then.
const MOVING: &[&str] = &["latest", "stable", "current", "lts", "lts/*", "node", "edge", "beta", "nightly", "rolling"];

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for build in lint.builds() {
        let Some((version, source)) = presets::toolchain(build) else { continue };
        let Some(text) = lint.text(version) else { continue };
        if MOVING.contains(&text.to_ascii_lowercase().as_str()) {
            findings.push(
                Diagnostic::warning(version.span, format!("`{text}` is another toolchain whenever one is released"))
                    .with_help(format!("name a version, or delete the key to take the one in {source}")),
            );
        }
    }
}
