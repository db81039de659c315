//! Finds images without the libraries that their build is linked with.
//!
//! # What it does
//!
//! Looks at `packages.build` for packages such as `libpq-dev`, whose library is in another package of Debian
//! (`libpq5`), and for that one among the packages of the image. Builds of Python, Node.js, Rust and Go with C code are
//! looked at, unless nothing of them can be compiled or linked. Images that Slipway knows nothing of are left alone, and
//! so are images that get libraries by `files`.
//!
//! # Why
//!
//! The image is built, and its program ends with `libpq.so.5: cannot open shared object file`.
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
