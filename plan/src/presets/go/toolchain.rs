//! Which release of Go compiles, who says so, and the image that it comes in.

use futures_util::future::try_join;
use slipway_spec::model::GoOptions;
use slipway_spec::{Diagnostic, Span};

use super::go_mod::GoMod;
use crate::presets::{Context, base_env};
use crate::{BaseImage, PlanError, Project, StepId, StepKind};

/// A release of Go, as the project asks for it.
pub(super) struct Release {
    pub(super) version: String,
    /// The part of the spec that decided on it.
    span: Span,
    /// Where it is written, in words.
    pub(super) place: &'static str,
}

impl Release {
    /// The image that the release comes in.
    fn image(&self) -> String {
        image_of(&self.version)
    }
}

/// Go on the build platform.
pub(super) struct Toolchain {
    pub(super) root: StepId,
    /// What the image gives to what runs in it.
    pub(super) env: Vec<(String, String)>,
    pub(super) version: String,
}

/// The image that a version comes in.
fn image_of(version: &str) -> String {
    format!("golang:{version}-bookworm")
}

/// The release that the spec names, looked up while the manifests are read; what the lookup says is heard in [`find`].
pub(super) async fn look_ahead<P: Project>(cx: &Context<'_, P>, options: &GoOptions) {
    if let Some(Ok(version)) = options.go.as_ref().map(|version| cx.eval(version)) {
        let _ = cx.project().image(&image_of(&version), &cx.request().build_platform).await;
    }
}

/// The release to build with: what the spec says, else the toolchain of `go.mod`, else its least version.
pub(super) fn release<P: Project>(
    cx: &Context<'_, P>,
    options: &GoOptions,
    file: &GoMod,
    span: Span,
) -> Result<Release, Diagnostic> {
    let (version, span, place) = match (&options.go, &file.toolchain, &file.go) {
        (Some(version), _, _) => (cx.eval(version)?, version.span, "`go`"),
        (None, Some(toolchain), _) => (toolchain.clone(), span, "the `toolchain` line of `go.mod`"),
        (None, None, Some(go)) => (go.clone(), span, "the `go` line of `go.mod`"),
        (None, None, None) => {
            return Err(Diagnostic::error(span, "`go.mod` does not say which version of Go it wants")
                .with_help("add a line such as `go 1.24`, or `go: \"1.24\"` to the build"));
        }
    };
    let is_version = version.starts_with(|c: char| c.is_ascii_digit())
        && version.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    if !is_version {
        return Err(Diagnostic::error(span, format!("{place} names `{version}`, which is not a version of Go"))
            .with_help("write it as in `1.24` or `1.24.3`"));
    }
    Ok(Release { version, span, place })
}

/// Finds the image of a release, and meanwhile whether a folder of the context exists.
pub(super) async fn find<P: Project>(
    cx: &Context<'_, P>,
    release: &Release,
    folder: &str,
) -> Result<(BaseImage, bool), PlanError> {
    let Release { version, span, .. } = release;
    let image = release.image();
    try_join(
        async {
            cx.project().image(&image, &cx.request().build_platform).await.map_err(|error| {
                PlanError::from(
                    Diagnostic::error(
                        *span,
                        format!("cannot get the image `{image}` that Go {version} comes in: {error}"),
                    )
                    .with_help(format!("check that `{version}` is a release of Go, or name another image with `--build-context {image}=docker-image://…`")),
                )
            })
        },
        async { Ok::<_, PlanError>(folder.is_empty() || cx.project().exists(folder).await?) },
    )
    .await
}

/// The step that holds a release.
pub(super) fn install<P: Project>(cx: &Context<'_, P>, release: &Release, image: BaseImage) -> Toolchain {
    let env = base_env(&image);
    let kind = StepKind::Base { image, platform: cx.request().build_platform.clone() };
    let root = cx.add(format!("[internal] toolchain {}", release.image()), cx.span(), kind);
    cx.note(format!("Go {}, from {}", release.version, release.place));
    Toolchain { root, env, version: release.version.clone() }
}
