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

/// Names and values of labels and annotations; empty for an image without metadata.
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
    let is_image = !matches!(base.origin, ImageOrigin::Step | ImageOrigin::Files(_));
    if !found.is_empty() && base.name != "scratch" && is_image {
        found.push((format!("{PREFIX}base.name"), base.name.clone()));
        if let Some(digest) = digest_of(base) {
            found.push((format!("{PREFIX}base.digest"), digest.to_owned()));
        }
    }
    Ok(found)
}
