//! Finds image references without a version.
//!
//! # What it does
//!
//! Looks at `from` of stages and checks, at `image` of scans, at `runtime`, and at contexts and builds with `image`, for references without
//! a tag or digest, and for the tag `latest`.
//!
//! # Why
//!
//! The image that `latest` refers to changes when someone publishes another one. The same file then builds something
//! different, not on all machines at the same time, and nothing in the repository explains why.
//!
//! # Bad
//!
//! ```yaml
//! stages:
//!   gen:
//!     from: bufbuild/buf
//!     steps:
//!       - run: buf generate --output /gen
//!     output: /gen
//! images:
//!   api:
//!     go: ./cmd/api
//!     runtime: gcr.io/distroless/static:latest
//!     files: { /gen: "gen:/" }
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

use slipway_spec::model::{BaseRef, NamedContext};
use slipway_spec::{Diagnostic, Template};

use crate::Findings;
use crate::view::View;

/// Short names of `runtime`, which are not references.
const WORDS: &[&str] = &["scratch", "static", "base", "cc", "distroless", "slim"];

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    let stages = lint.stages().filter_map(|(_, stage)| stage.from.image());
    let contexts = lint.spec.contexts.iter().filter_map(|(_, context)| match context {
        NamedContext::Image(image) => Some(image),
        NamedContext::Git { .. } | NamedContext::Http { .. } | NamedContext::Path(_) => None,
    });
    let checks = lint.spec.checks.iter().map(|(_, check)| &check.from);
    let toolchains: Vec<_> = lint.builds().into_iter().filter_map(|build| build.keys.image.as_ref()).collect();
    let scanners = lint.images_and_variants().filter_map(|image| image.keys.scan.as_ref()?.image.as_ref());
    for image in stages.chain(contexts).chain(checks).chain(toolchains).chain(scanners) {
        look(lint, image, &["scratch"], findings);
    }
    for runtime in lint.images_and_variants().filter_map(|image| image.keys.runtime.as_ref().and_then(BaseRef::image)) {
        look(lint, runtime, WORDS, findings);
    }
}

fn look(lint: &View<'_>, image: &Template, words: &[&str], findings: &mut Findings) {
    let Some(reference) = lint.text(image).filter(|text| !words.contains(&text.as_str())) else { return };
    let message = match tag(&reference) {
        None => format!("`{reference}` has no version, so it means `latest`, which can change"),
        Some("latest") => format!("`{reference}` can change at any time"),
        Some(_) => return,
    };
    findings.push(
        Diagnostic::warning(image.span, message)
            .with_help("add a version, as in `debian:12-slim`, or a digest, as in `debian@sha256:…`"),
    );
}

/// The tag of a reference, or its digest. A colon before the last `/` introduces a port.
pub(crate) fn tag(reference: &str) -> Option<&str> {
    if let Some((_, digest)) = reference.split_once('@') {
        return Some(digest);
    }
    let name = reference.rsplit('/').next().unwrap_or(reference);
    name.split_once(':').map(|(_, tag)| tag)
}

#[cfg(test)]
mod tests {
    use super::tag;

    #[test]
    fn a_port_is_not_a_tag() {
        assert_eq!(tag("localhost:5000/a/b"), None);
        assert_eq!(tag("localhost:5000/a/b:1"), Some("1"));
        assert_eq!(tag("debian"), None);
        assert_eq!(tag("debian@sha256:00"), Some("sha256:00"));
    }
}
