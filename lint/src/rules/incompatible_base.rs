//! Finds images that stand on something on which their program does not run.
//!
//! # What it does
//!
//! Compares what a build makes with what is known of `runtime` by its name: the release of Java that classes are
//! compiled for, the release of Python that an environment is of, and the age of the GNU C library that Go with C code
//! and Rust are linked with. Of Python and Node.js, it knows packages with machine code for the GNU C library, which Alpine
//! Linux does not have: `sharp`, `numpy`. Images that install packages, or get libraries by `files`, are left alone. An image
//! without the GNU C library, such as Alpine Linux for a Rust program, is an error.
//!
//! # Why
//!
//! The image is built, and no container of it starts: `UnsupportedClassVersionError`, `version 'GLIBC_2.34' not found`,
//! `no such file or directory`.
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
//!     runtime: debian:bookworm-slim
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
