//! The Go release that compiles, what selected it, and its image.

use slipway_project::go::Release;
use slipway_spec::Diagnostic;

use crate::contents::{Base, Manager};
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
    pub(super) version: String,
}

/// The image of a version.
fn image_of(version: &str) -> String {
    format!("golang:{version}-bookworm")
}

/// The image of a release in the spec, looked up while the manifests are read; [`find`] reports errors.
pub(super) async fn look_ahead(cx: &Context<'_, '_>, version: &str) {
    let _ = cx.project().image(&image_of(version), &cx.request().build_platform).await;
}

/// Looks up the image of a release.
pub(super) async fn find(cx: &Context<'_, '_>, release: &Release) -> Result<BaseImage, PlanError> {
    let Release { version, span, .. } = release;
    let image = image_of(&release.version);
    cx.project().image(&image, &cx.request().build_platform).await.map_err(|error| {
        Diagnostic::error(*span, format!("cannot get the image `{image}` for Go {version}: {error}"))
            .with_help(format!(
                "check that `{version}` is a release of Go, or name another image with `--build-context {image}=docker-image://…`"
            ))
            .into()
    })
}

/// The step with a release.
pub(super) fn install(cx: &mut Context<'_, '_>, release: &Release, image: BaseImage) -> Result<Toolchain, Diagnostic> {
    let env = base_env(&image);
    let manager = Base::of(&image).manager();
    let kind = StepKind::Base { image, platform: cx.request().build_platform.clone() };
    let base = cx.add(format!("[internal] toolchain {}", image_of(&release.version)), cx.span(), kind);
    cx.note(format!("Go {}, from {}", release.version, release.by));
    let title = format!("[{} packages]", cx.name);
    let platform = &cx.request().build_platform;
    let (owner, span) = (cx.name, cx.span());
    let into = packages::InstallInto { owner, title: &title, root: base, manager, env: &env, platform, span };
    let root = packages::install(cx.draft, &into, &cx.packages.build);
    Ok(Toolchain { root, base, manager, env, version: release.version.clone() })
}
