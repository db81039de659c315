//! Finds stages that nothing uses.
//!
//! # What it does
//!
//! Looks for stages that no address refers to and no other stage starts from. A file without images exists for its
//! stages and is not checked. The `default` target and definitions in included files, which other files may use, are
//! not reported.
//!
//! # Why
//!
//! It only runs with `--target stage:NAME`. If that is not intended, delete it; often an image names another stage by
//! mistake.
//!
//! # Bad
//!
//! ```yaml
//! stages:
//!   gen:
//!     from: bufbuild/buf:1.50
//!     steps:
//!       - run: buf generate --output /gen
//!     output: /gen
//! images:
//!   api: { go: ./cmd/api }
//! ```
//!
//! # Good
//!
//! ```yaml
//! stages:
//!   gen:
//!     from: bufbuild/buf:1.50
//!     steps:
//!       - run: buf generate --output /gen
//!     output: /gen
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /gen: "gen:/" }
//! ```

use slipway_spec::{Diagnostic, Name};

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    if lint.spec.images.is_empty() {
        return;
    }
    let used = lint.used(Name::Stage);
    for (name, _) in lint.spec.stages.iter() {
        if !lint.is_wanted("stage", name) && !used.contains(&name.value) {
            findings.push(
                Diagnostic::warning(name.span, format!("nothing uses the stage `{}`", name.value)).with_help(format!(
                    "use its files with an address, `{0}:/…`, start from it with `runtime: {0}`, or delete it",
                    name.value
                )),
            );
        }
    }
}
