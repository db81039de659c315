//! Finds images that lack the libraries their build is linked with.
//!
//! # What it does
//!
//! Looks at `packages.build` for packages such as `libpq-dev`, whose library is in another Debian package (`libpq5`),
//! and for that package in the image. Applies to builds of Python, Node.js, Rust and Go with C code, if they compile or
//! link something. Images with unknown contents, and images that copy libraries with `files`, are not reported.
//!
//! # Why
//!
//! The image can be built, but its program fails with `libpq.so.5: cannot open shared object file`.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   app:
//!     go: { main: ./cmd/app, cgo: true, packages: [libpq-dev] }
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   app:
//!     go:
//!       main: ./cmd/app
//!       cgo: true
//!       packages: { build: [libpq-dev], runtime: [libpq5] }
//!     runtime: slim
//! ```

use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for contents in lint.contents() {
        for library in &contents.libraries {
            let message = library.message(&contents.base);
            findings.push(Diagnostic::warning(library.span, message).with_help(library.help(&contents.base)));
        }
    }
}
