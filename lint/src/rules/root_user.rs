//! Finds images that run as root.
//!
//! # What it does
//!
//! Looks at `user` of images for `root` and `0`, also as the number of a new user, and at images
//! that inherit it from an image of this file. Variants are for development, so they may run as root.
//!
//! # Why
//!
//! An attacker in a program that runs as root may change every file of the container, and needs only one more flaw in
//! the kernel or the set-up to reach the host. Without `user`, an image runs as `65532:65532`, which owns nothing.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     user: root
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//! ```

use slipway_plan::Target;
use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for user in lint.images().filter_map(|(_, image)| image.keys.config.user.as_ref()) {
        let Some(text) = lint.text(user.identity()) else { continue };
        let name = text.split(':').next().unwrap_or_default();
        if name == "root" || (!name.is_empty() && name.bytes().all(|digit| digit == b'0')) {
            findings.push(
                Diagnostic::warning(user.identity().span, "the image runs as root")
                    .with_help("delete `user` to run as 65532, or name another user, as in `user: \"1001:1001\"`"),
            );
        }
    }
    for (target, contents) in lint.planned() {
        let Target::Image { name, variant: None, image } = target else { continue };
        if let (Some(runtime), None) = (&image.keys.runtime, &image.keys.config.user)
            && contents.user.is_root()
        {
            let message = format!("`{}` runs as root, like its base `{}`", name.value, contents.base.name);
            let help = "name another user, as in `user: \"65532:65532\"`";
            findings.push(Diagnostic::warning(runtime.span(), message).with_help(help));
        }
    }
}
