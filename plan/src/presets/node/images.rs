//! The images that Node.js comes in.

use slipway_project::node::Release;

/// The image that steps run in, which also has npm.
pub(super) fn image_of(release: &Release) -> String {
    format!("node:{}-bookworm-slim", release.number)
}

/// The smallest image that runs a program; there is one a major.
pub(super) fn distroless(release: &Release) -> String {
    format!("gcr.io/distroless/nodejs{}-debian12:nonroot", release.major)
}
