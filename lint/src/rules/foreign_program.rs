//! Finds programs in `files` that do not run in their image.
//!
//! # What it does
//!
//! Reads the first bytes of the files of the context that an image calls, or that it gets in a folder such as `bin`.
//! Programs for another processor than the one of the image are reported, and programs for macOS and Windows. So are
//! programs whose loader is not in the base: those linked with the GNU C library on Alpine Linux, `scratch` or
//! `static`, and those linked with musl elsewhere. Images that install packages, or have libraries in `files`, are not
//! judged by the loader.
//!
//! # Why
//!
//! The image can be built, but its containers stop with `exec format error`, or with `no such file or directory` for
//! a program that is there.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     platforms: [linux/amd64, linux/arm64]
//!     files: { /usr/local/bin/tool: ./bin/amd64/tool }
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     platforms: [linux/amd64, linux/arm64]
//!     files: { /usr/local/bin/tool: "./bin/${TARGETARCH}/tool" }
//! ```

use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for found in lint.contents().flat_map(|contents| &contents.foreign) {
        findings.push(Diagnostic::warning(found.span, &found.message).with_help(&*found.help));
    }
}
