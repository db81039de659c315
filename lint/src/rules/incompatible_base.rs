//! Finds images whose program does not run on their base.
//!
//! # What it does
//!
//! Compares the output of a build with what the name of `runtime` implies: the Java release that classes are compiled
//! for, the Python release of an environment, `engines` of a Node.js package, and the version of the GNU C library that
//! Go programs with C code and Rust programs are linked with. For Python and Node.js, it knows packages with machine code
//! for the GNU C library, such as `sharp` and `numpy`, which do not run on Alpine Linux. Images that install packages, or
//! copy libraries with `files`, are not reported. A base without the GNU C library, such as Alpine Linux for a Rust
//! program, is an error.
//!
//! # Why
//!
//! The image can be built, but its containers do not start: `UnsupportedClassVersionError`,
//! `version 'GLIBC_2.34' not found`, `no such file or directory`.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   app:
//!     go: { main: ./cmd/app, cgo: true }
//!     runtime: debian:bullseye-slim
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   app:
//!     go: { main: ./cmd/app, cgo: true }
//!     runtime: debian:trixie-slim
//! ```

use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for contents in lint.contents() {
        if let Some(lack) = &contents.lack {
            findings.push(Diagnostic::warning(lack.span, lack.message(&contents.base)).with_help(&*lack.help));
        }
    }
}
