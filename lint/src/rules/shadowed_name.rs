//! Finds names that are defined several times, so that an address cannot reach all of them.
//!
//! # What it does
//!
//! Looks for a build, a stage and a context with the same name. An image may have the name of its build: addresses
//! refer to the build, as intended. Also looks for a `runtime` such as `base` or `slim` in a file with an image or a
//! stage of that name.
//!
//! # Why
//!
//! The address `gen:/` refers to the build `gen` if there is one, otherwise to the stage, otherwise to the context. The
//! others of that name cannot be reached, and adding one may change the files that another part of the spec gets.
//! `runtime: base` is always the short name of an image that Slipway chooses.
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
//! ```yaml
//! images:
//!   base: { runtime: "debian:13", packages: [curl], entrypoint: [curl] }
//!   api: { go: ./cmd/api, runtime: base }
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

use slipway_spec::model::SHORT_NAMES;
use slipway_spec::{Diagnostic, Span};

use crate::Findings;
use crate::view::View;

/// A short name that may be meant as a name in the file.
fn report_short_names(lint: &View<'_>, findings: &mut Findings) {
    for (owner, image) in lint.images() {
        let Some((runtime, word)) =
            image.keys.runtime.as_ref().and_then(|runtime| Some((runtime, runtime.as_literal()?)))
        else {
            continue;
        };
        if !SHORT_NAMES.contains(&word) || owner.value == word {
            continue;
        }
        let (noun, of_file) = match (lint.image_called(word), lint.spec.stages.get_entry(word)) {
            (Some(name), _) => ("image", name),
            (None, Some((name, _))) => ("stage", name),
            (None, None) => continue,
        };
        let to_build_on = match noun {
            "image" => format!("to build on it, use `extends: {word}`; if the short name is meant, rename the image"),
            _ => "rename the stage".to_owned(),
        };
        findings.push(
            Diagnostic::warning(
                runtime.span,
                format!("this `{word}` is the short name of a base, not the {noun} `{word}` of this file"),
            )
            .with_label(of_file.span, format!("the {noun}"))
            .with_help(to_build_on),
        );
    }
}

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    report_short_names(lint, findings);
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
