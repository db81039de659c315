//! Finds contexts that nothing uses.
//!
//! # What it does
//!
//! Looks for entries of `contexts` that no address refers to, and that nothing starts from.
//!
//! # Why
//!
//! Unused declarations suggest inputs that the images do not have. Often an address names something else by mistake.
//!
//! # Bad
//!
//! ```yaml
//! contexts:
//!   proto: { git: "https://github.com/acme/proto.git", ref: v2.1.0, checksum: 9f1c2ab }
//! images:
//!   api: { go: ./cmd/api }
//! ```
//!
//! # Good
//!
//! ```yaml
//! contexts:
//!   proto: { git: "https://github.com/acme/proto.git", ref: v2.1.0, checksum: 9f1c2ab }
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /proto: "proto:/" }
//! ```
//!
//! ```yaml
//! args: { SOURCE_DATE_EPOCH: proto }
//! contexts:
//!   proto: { git: "https://github.com/acme/proto.git", ref: v2.1.0, checksum: 9f1c2ab }
//! images:
//!   api: { go: ./cmd/api }
//! ```

use slipway_spec::{Diagnostic, Name};

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    if lint.spec.contexts.is_empty() {
        return;
    }
    let used = lint.used(Name::Context);
    // Its default may name the context whose time images have.
    let epoch = lint.spec.args.get("SOURCE_DATE_EPOCH").and_then(|arg| arg.default.as_ref());
    for (name, _) in lint.spec.contexts.iter() {
        let is_epoch = epoch.is_some_and(|epoch| epoch.value == name.value);
        if !is_epoch && !lint.is_wanted("context", name) && !used.contains(&name.value) {
            findings.push(
                Diagnostic::warning(name.span, format!("nothing uses the context `{}`", name.value))
                    .with_help(format!("use its files with an address, `{}:/…`, or delete it", name.value)),
            );
        }
    }
}
