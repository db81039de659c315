//! The Go release that compiles, what selected it, and its image.

use slipway_project::go::Release;
use slipway_spec::model::Distro;
use slipway_spec::{Diagnostic, Span};

use crate::contents::{Base, Manager};
use crate::distro;
use crate::presets::common::other_image;
use crate::presets::toolchain_image::ToolchainImage;
use crate::presets::{Context, base_env};
use crate::{BaseImage, PlanError, StepId, StepKind, packages};

/// Go on the build platform.
pub(super) struct Toolchain {
    pub(super) root: StepId,
    /// The package manager of the image.
    pub(super) manager: Manager,
    /// Its image, without packages.
    pub(super) base: StepId,
    /// The environment of its image.
    pub(super) env: Vec<(String, String)>,
    /// Its image.
    pub(super) image: ToolchainImage,
}

/// The image of a version.
///
/// # Errors
/// There is none on the Debian release that the spec names.
pub(super) fn image_of(cx: &Context<'_, '_>, version: &str, span: Span) -> Result<ToolchainImage, Diagnostic> {
    let name = |distro: Distro| format!("golang:{version}-{}", distro.name());
    ToolchainImage::choose(cx, (&distro::GO, cx.distro.as_ref()), (version, span), name)
}

/// The image of a release in the spec, looked up while the manifests are read; [`find`] reports errors.
pub(super) async fn look_ahead(cx: &Context<'_, '_>, version: &str) {
    if let Ok(image) = image_of(cx, version, cx.span()) {
        let _ = cx.project().image(&image.name, &cx.request().build_platform).await;
    }
}

/// Looks up the image of a release.
pub(super) async fn find(
    cx: &Context<'_, '_>,
    release: &Release,
    ToolchainImage { name, span, .. }: &ToolchainImage,
) -> Result<BaseImage, PlanError> {
    let found = |error| {
        let message = format!("cannot get the image `{name}` for Go {}: {error}", release.version);
        Diagnostic::error(*span, message).with_help(other_image(name))
    };
    Ok(cx.project().image(name, &cx.request().build_platform).await.map_err(|error| error.at(*span, found))?)
}

/// The step with a release.
pub(super) fn install(
    cx: &mut Context<'_, '_>,
    release: &Release,
    chosen: ToolchainImage,
    image: BaseImage,
) -> Result<Toolchain, Diagnostic> {
    let env = base_env(&image);
    let manager = Base::of(&image).manager();
    let kind = StepKind::Base { image, platform: cx.request().build_platform.clone() };
    let base = cx.add(format!("[internal] toolchain {}", chosen.name), cx.span(), kind);
    cx.note(format!("Go {}, from {}", release.version, release.by));
    let title = format!("[{} packages]", cx.name);
    let platform = &cx.request().build_platform;
    let (owner, span) = (cx.name, cx.span());
    let into = packages::InstallInto { owner, title: &title, root: base, manager, env: &env, platform, span };
    let root = packages::install(cx.draft, &into, &cx.packages.build);
    Ok(Toolchain { root, base, manager, env, image: chosen })
}
