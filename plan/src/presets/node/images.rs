//! Images of Node.js.

use slipway_project::node::Release;
use slipway_spec::model::Distro;
use slipway_spec::{Diagnostic, Span};

use crate::distro;
use crate::presets::Context;
use crate::presets::toolchain_image::ToolchainImage;
use crate::runtime::{self, Images};

/// The image of steps, which also contains npm.
///
/// # Errors
/// There is none on the Debian release that the spec names.
pub(super) fn image_of(cx: &Context<'_, '_>, release: &Release, span: Span) -> Result<ToolchainImage, Diagnostic> {
    let version = release.number.as_str();
    ToolchainImage::choose(cx, (&distro::NODE, cx.distro.as_ref()), (version, span), |distro| official(release, distro))
}

fn official(release: &Release, distro: Distro) -> String {
    format!("node:{}-{}-slim", release.number, distro.name())
}

/// Small official images for programs, with a shell.
pub(super) fn slim(release: &Release) -> Images {
    let releases = distro::NODE.releases(&release.number);
    Images::Of(releases.into_iter().map(|distro| (distro, official(release, distro))).collect())
}

/// The smallest images for programs; there is one for each major version.
pub(super) fn distroless(release: &Release) -> Images {
    let major = release.major;
    let releases = if major < 20 { &[Distro::Bookworm] } else { runtime::DISTROLESS };
    runtime::distroless(&format!("nodejs{major}"), releases)
}
