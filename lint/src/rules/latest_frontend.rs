//! Finds a `# syntax=` line without a version.
//!
//! # What it does
//!
//! Looks at the image in the first line: it should have a tag other than `latest`, or a digest.
//!
//! # Why
//!
//! The frontend interprets the file. Without a version, the engine uses the newest one, and an unchanged file may build
//! differently, or not at all.
//!
//! # Bad
//!
//! ```yaml
//! # syntax=ghcr.io/acme/slipway
//! images:
//!   api: { go: ./cmd/api }
//! ```
//!
//! # Good
//!
//! ```yaml
//! # syntax=ghcr.io/acme/slipway:1
//! images:
//!   api: { go: ./cmd/api }
//! ```

use slipway_spec::{Diagnostic, FileId};

use crate::Findings;
use crate::syntax_line::{SyntaxLine, find};
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    let Some(SyntaxLine::Found(named)) = lint.sources.get(FileId::ROOT).map(find) else { return };
    if named.has_version() || named.reads_dockerfiles() {
        return;
    }
    let versioned = named.versioned();
    findings.push(
        Diagnostic::warning(named.span, "the frontend has no version, so the newest one is used")
            .with_help(format!("add a version: `# syntax={versioned}`"))
            .with_fix(named.span, versioned),
    );
}
