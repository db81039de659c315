//! Which release of Go compiles, who says so, and the image that it comes in.

use slipway_spec::model::GoOptions;
use slipway_spec::{Diagnostic, Span};

use super::module::Module;
use crate::presets::common::is_older;
use crate::presets::{Context, base_env, in_folder};
use crate::{BaseImage, PlanError, Project, StepId, StepKind, packages};

/// A release of Go, as the project asks for it.
pub(super) struct Release {
    pub(super) version: String,
    /// The part of the spec that decided on it.
    span: Span,
    /// Where it is written, in words.
    pub(super) place: String,
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
pub(super) async fn look_ahead(cx: &Context<'_>, options: &GoOptions) {
    if let Some(Ok(version)) = options.go.as_ref().map(|version| cx.eval(version)) {
        let _ = cx.project().image(&image_of(&version), &cx.request().build_platform).await;
    }
}

/// The release to build with: what the spec says, else the toolchain that the manifests name, else their least version.
pub(super) fn release(cx: &Context<'_>, options: &GoOptions, module: &Module) -> Result<Release, Diagnostic> {
    let span = cx.span();
    let release = match &options.go {
        Some(version) => Release { version: cx.eval(version)?, span: version.span, place: "`go`".to_owned() },
        None => written(module, span)?,
    };
    let Release { version, span, place } = &release;
    let is_version = version.starts_with(|c: char| c.is_ascii_digit())
        && version.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    if !is_version {
        return Err(Diagnostic::error(*span, format!("{place} names `{version}`, which is not a version of Go"))
            .with_help("write it as in `1.24` or `1.24.3`"));
    }
    // Go refuses to build what asks for a later release than itself.
    for local in &module.locals {
        if let Some(least) = local.go.as_ref().filter(|least| is_older(version, least)) {
            let path = in_folder(&local.folder, "go.mod");
            let help = if options.go.is_some() {
                format!("write `go: \"{least}\"`, or delete the key")
            } else {
                format!(
                    "write `go {least}` there, as `go work use` and `go mod tidy` do, or `go: \"{least}\"` in the build"
                )
            };
            let what = format!("{place} names Go {version}, but `{path}` asks for {least} at least");
            return Err(Diagnostic::error(*span, what).with_help(help));
        }
    }
    Ok(release)
}

/// What the manifests say: those of the workspace, where there is one.
fn written(module: &Module, span: Span) -> Result<Release, Diagnostic> {
    let (path, toolchain, go) = match &module.workspace {
        Some(workspace) => (in_folder(&workspace.folder, "go.work"), &workspace.file.toolchain, &workspace.file.go),
        None => (in_folder(&module.folder, "go.mod"), &module.file.toolchain, &module.file.go),
    };
    let (line, version) = match (toolchain, go) {
        // Go leaves a toolchain aside that is older than the language.
        (Some(toolchain), go) if !go.as_ref().is_some_and(|go| is_older(toolchain, go)) => ("toolchain", toolchain),
        (_, Some(go)) => ("go", go),
        (_, None) => {
            return Err(Diagnostic::error(span, format!("`{path}` does not say which version of Go it wants"))
                .with_help("add a line such as `go 1.24`, or `go: \"1.24\"` to the build"));
        }
    };
    Ok(Release { version: version.clone(), span, place: format!("the `{line}` line of `{path}`") })
}

/// Finds the image of a release.
pub(super) async fn find(cx: &Context<'_>, release: &Release) -> Result<BaseImage, PlanError> {
    let Release { version, span, .. } = release;
    let image = release.image();
    cx.project().image(&image, &cx.request().build_platform).await.map_err(|error| {
        Diagnostic::error(*span, format!("cannot get the image `{image}` that Go {version} comes in: {error}"))
            .with_help(format!(
                "check that `{version}` is a release of Go, or name another image with `--build-context {image}=docker-image://…`"
            ))
            .into()
    })
}

/// The step that holds a release.
pub(super) fn install(cx: &Context<'_>, release: &Release, image: BaseImage) -> Result<Toolchain, Diagnostic> {
    let env = base_env(&image);
    let kind = StepKind::Base { image, platform: cx.request().build_platform.clone() };
    let root = cx.add(format!("[internal] toolchain {}", release.image()), cx.span(), kind);
    cx.note(format!("Go {}, from {}", release.version, release.place));
    let title = format!("[{} packages]", cx.name);
    let platform = &cx.request().build_platform;
    let into = packages::InstallInto { owner: cx.name, title: &title, root, env: &env, platform, span: cx.span() };
    let root = packages::install(cx.draft, &into, &packages::names(cx.draft, &cx.build.packages.build)?);
    Ok(Toolchain { root, env, version: release.version.clone() })
}
