//! Finds stages that nothing uses.
//!
//! # What it does
//!
//! Looks for stages that no address leads to and no other stage starts from. A file without images is left alone: its
//! stages are what it is there for. So is the `default` target, and what an included file defines, which may be there
//! for other files.
//!
//! # Why
//!
//! It runs only for those who ask for it with `--target stage:NAME`. If nobody does, it can go; often an address names
//! another stage by mistake.
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

use std::collections::HashSet;

use slipway_spec::model::StageBase;
use slipway_spec::{Diagnostic, Name};

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    if lint.spec.images.is_empty() {
        return;
    }
    let started: HashSet<&str> = lint
        .stages()
        .filter_map(|(_, stage)| match &stage.from {
            StageBase::Stage(name) => Some(name.value.as_str()),
            StageBase::Image(_) => None,
        })
        .collect();
    let addressed = lint.origins(Name::Stage);
    for (name, _) in lint.spec.stages.iter() {
        if !lint.is_wanted("stage", name) && !started.contains(name.value.as_str()) && !addressed.contains(&name.value)
        {
            findings.push(
                Diagnostic::warning(name.span, format!("nothing uses the stage `{}`", name.value))
                    .with_help(format!("take files of it with an address, `{}:/…`, or delete it", name.value)),
            );
        }
    }
}
