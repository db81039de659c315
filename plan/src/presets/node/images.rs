//! Images of Node.js.

use slipway_project::node::Release;

/// The image of steps, which also contains npm.
pub(super) fn image_of(release: &Release) -> String {
    format!("node:{}-bookworm-slim", release.number)
}

/// The smallest image for programs; there is one for each major version.
pub(super) fn distroless(release: &Release) -> String {
    format!("gcr.io/distroless/nodejs{}-debian12:nonroot", release.major)
}
