//! Finds names that are defined several times, so that an address cannot reach all of them.
//!
//! # What it does
//!
//! Looks for a build, a stage and a context with the same name. An image may have the name of its build: addresses
//! refer to the build, as intended. A stage may have the name of an image, too: addresses and bases refer to the stage.
//!
//! # Why
//!
//! The address `gen:/` refers to the build `gen` if there is one, otherwise to the stage, otherwise to the context. The
//! others of that name cannot be reached, and adding one may change the files that another part of the spec gets.
//! The same applies to a base, as in `runtime: gen`, which cannot be a build.
//!
//! # Bad
//!
//! ```yaml
//! contexts:
//!   proto: { git: "https://github.com/acme/proto.git", ref: v2.1.0, checksum: 9f1c2ab }
//! stages:
//!   proto:
//!     from: bufbuild/buf:1.50
//!     steps:
//!       - run: buf generate https://github.com/acme/proto.git --output /gen
//!     output: /gen
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /proto: "proto:/" }
//! ```
//!
//! # Good
//!
//! ```yaml
//! contexts:
//!   proto: { git: "https://github.com/acme/proto.git", ref: v2.1.0, checksum: 9f1c2ab }
//! stages:
//!   gen:
//!     from: bufbuild/buf:1.50
//!     steps:
//!       - copy: { from: "proto:/", to: /src }
//!       - run: buf generate /src --output /gen
//!     output: /gen
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /gen: "gen:/" }
//! ```

use std::collections::HashMap;

use slipway_spec::{Diagnostic, Span};

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    let builds = lint.spec.builds.iter().map(|(name, _)| ("build", name));
    let stages = lint.spec.stages.iter().map(|(name, _)| ("stage", name));
    let contexts = lint.spec.contexts.iter().map(|(name, _)| ("context", name));
    let mut seen: HashMap<&str, (&str, Span)> = HashMap::new();
    for (kind, name) in builds.chain(stages).chain(contexts) {
        match seen.get(name.value.as_str()) {
            None => {
                seen.insert(&name.value, (kind, name.span));
            }
            Some((first, span)) => findings.push(
                Diagnostic::warning(
                    name.span,
                    format!("the {first} `{0}` hides this {kind}: `{0}:/…` refers to the {first}", name.value),
                )
                .with_label(*span, format!("the {first}"))
                .with_help("rename one of the two"),
            ),
        }
    }
}
