//! Finds builds that no image uses.
//!
//! # What it does
//!
//! Looks for builds that no image uses and no address refers to. A file without images exists for its builds and is not
//! checked. The `default` target and definitions in included files, which other files may use, are not reported.
//!
//! # Why
//!
//! It is only built with `--target build:NAME`. If that is not intended, delete it; often an image names another build
//! by mistake.
//!
//! # Bad
//!
//! ```yaml
//! builds:
//!   api: { preset: go, main: ./cmd/api }
//!   old: { preset: go, main: ./cmd/old }
//! images:
//!   api: { build: api }
//! ```
//!
//! # Good
//!
//! ```yaml
//! builds:
//!   api: { preset: go, main: ./cmd/api }
//! images:
//!   api: { build: api }
//! ```

use std::collections::HashSet;

use slipway_spec::{Diagnostic, Name};

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    if lint.spec.images.is_empty() {
        return;
    }
    let of_images: HashSet<&str> = lint
        .images_and_variants()
        .filter_map(|image| image.build.as_ref()?.name.as_ref())
        .map(|name| name.value.as_str())
        .collect();
    let addressed = lint.origins(Name::Build);
    for name in lint.spec.builds.iter().map(|(name, _)| name) {
        if !lint.is_wanted("build", name)
            && !of_images.contains(name.value.as_str())
            && !addressed.contains(&name.value)
        {
            findings.push(
                Diagnostic::warning(name.span, format!("no image uses the build `{}`", name.value)).with_help(format!(
                    "name it in an image, `build: {0}`, or in an address, `{0}:/…`; or delete it",
                    name.value
                )),
            );
        }
    }
}
