//! `metadata` of an image, with the names that OCI defines.
//!
//! Reference of the names: <https://github.com/opencontainers/image-spec/blob/main/annotations.md>.

use slipway_spec::Diagnostic;
use slipway_spec::model::Metadata;

use crate::BaseImage;
use crate::evaluator::Evaluator;
use crate::image::{ImageOrigin, digest_of};

const PREFIX: &str = "org.opencontainers.image.";

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
    if !found.is_empty() && base.name != "scratch" && base.origin != ImageOrigin::Step {
        found.push((format!("{PREFIX}base.name"), base.name.clone()));
        if let Some(digest) = digest_of(base) {
            found.push((format!("{PREFIX}base.digest"), digest.to_owned()));
        }
    }
    Ok(found)
}
