//! `metadata` of an image, with the names that OCI defines.
//!
//! Reference of the names: <https://github.com/opencontainers/image-spec/blob/main/annotations.md>.

use std::collections::BTreeMap;

use slipway_spec::model::{Metadata, Policy};
use slipway_spec::{Diagnostic, Span};

use crate::evaluator::Evaluator;
use crate::image::{ImageOrigin, digest_of};
use crate::{BaseImage, PlanError};

const PREFIX: &str = "org.opencontainers.image.";

/// Checks that an image has the metadata that the policy requires.
///
/// # Errors
/// A label is missing.
pub(crate) fn require(
    (policy, span): (&Policy, Span),
    own: &[(String, String)],
    given: &BTreeMap<String, String>,
) -> Result<(), PlanError> {
    let has = |name: &str| {
        let label = format!("{PREFIX}{name}");
        own.iter().any(|(key, value)| *key == label && !value.is_empty())
            || given.get(&label).is_some_and(|value| !value.is_empty())
    };
    let missing = policy.required_metadata.iter().filter(|key| !has(key.value.name()));
    let found: Vec<_> = missing
        .map(|key| {
            let name = key.value.name();
            let message = format!("this image has no `metadata.{name}`, which the policy of this frontend requires");
            policy.violation(span, message, key.span, &format!("add `metadata: {{ {name}: … }}`"))
        })
        .collect();
    if found.is_empty() { Ok(()) } else { Err(PlanError::Invalid(found)) }
}

/// Names and values of labels and annotations; empty for an image without metadata. An empty value sets nothing.
pub(crate) fn evaluate(
    metadata: &Metadata,
    evaluator: &mut Evaluator,
    base: &BaseImage,
) -> Result<Vec<(String, String)>, Diagnostic> {
    let Metadata { title, description, source, url, documentation, version, revision, licenses, vendor, authors } =
        metadata;
    let mut found = Vec::new();
    for (name, template) in [
        ("title", title),
        ("description", description),
        ("source", source),
        ("url", url),
        ("documentation", documentation),
        ("version", version),
        ("revision", revision),
        ("licenses", licenses),
        ("vendor", vendor),
        ("authors", authors),
    ] {
        if let Some(template) = template {
            found.push((format!("{PREFIX}{name}"), evaluator.eval(template)?));
        }
    }
    found.retain(|(_, value)| !value.is_empty());
    if !found.is_empty() {
        found.extend(reference_of(base).map(|name| (format!("{PREFIX}base.name"), name.to_owned())));
        found.extend(digest_of(base).map(|digest| (format!("{PREFIX}base.digest"), digest.to_owned())));
    }
    Ok(found)
}

/// The reference of a base as the spec names it, or that of the image of a registry that replaces it. Other bases have
/// none.
fn reference_of(base: &BaseImage) -> Option<&str> {
    let ImageOrigin::Registry { reference } = &base.origin else { return None };
    let found = reference.split('@').next().unwrap_or_default();
    let own = base.name.split('@').next().unwrap_or_default();
    let is = |found: &str| matches!(found.strip_suffix(own), Some("" | "docker.io/" | "docker.io/library/"));
    let is_own = is(found) || found.strip_suffix(":latest").is_some_and(is);
    Some(if is_own { &base.name } else { found })
}

/// Annotations under labels of the command line, which override those of the same name. An empty one removes it, so
/// that `--annotation` counts: engines prefer what a frontend sets, and do not tell it about `--annotation`.
pub(crate) fn override_with(annotations: &mut BTreeMap<String, String>, labels: &BTreeMap<String, String>) {
    annotations.retain(|name, value| {
        if let Some(given) = labels.get(name) {
            value.clone_from(given);
        }
        !value.is_empty()
    });
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use super::*;

    #[test]
    fn a_base_has_the_name_of_what_replaces_it() {
        let reference = |name: &str, reference: &str| {
            let origin = ImageOrigin::Registry { reference: reference.to_owned() };
            let base = BaseImage { name: name.to_owned(), origin, config: serde_json::json!({}) };
            reference_of(&base).unwrap().to_owned()
        };
        for (name, found, shown) in [
            ("busybox:1", "docker.io/library/busybox:1@sha256:0", "busybox:1"),
            ("busybox", "docker.io/library/busybox:latest@sha256:0", "busybox"),
            ("acme/x:1", "docker.io/acme/x:1", "acme/x:1"),
            ("x@sha256:0", "docker.io/library/x@sha256:0", "x@sha256:0"),
            ("busybox:1", "docker.io/library/busybox:2@sha256:0", "docker.io/library/busybox:2"),
            ("busybox:1", "m.example/busybox:1@sha256:0", "m.example/busybox:1"),
            ("busybox", "docker.io/acme/busybox:latest", "docker.io/acme/busybox:latest"),
        ] {
            assert_eq!(reference(name, found), shown);
        }
    }
}
