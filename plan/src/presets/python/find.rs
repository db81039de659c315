//! What must be known before planning: facts and images, found concurrently.

use std::sync::Arc;

use futures_util::future::{try_join, try_join3};
use slipway_project::python::{self, Documents, Local, Needs, OwnPackage, PythonProject, Query};
use slipway_project::version::is_version;
use slipway_spec::model::{Dependencies, PythonOptions};
use slipway_spec::{Diagnostic, Span, Spanned};

use super::places::Places;
use super::platform::{self, Place};
use super::query::query;
use super::runtime;
use crate::packages::Packages;
use crate::presets::Context;
use crate::presets::common::{Wanted, find_toolchain, own_env};
use crate::presets::toolchain_image::ToolchainImage;
use crate::{BaseImage, PlanError, distro};

/// The spec's options for a project.
pub(crate) struct Asked {
    query: Query,
    places: Places,
    /// The build's own environment.
    own_env: Vec<(String, String)>,
}

/// What must be known before planning.
pub(crate) struct Found {
    pub(super) query: Query,
    /// Paths in steps and images.
    pub(super) places: Places,
    pub(super) project: Arc<PythonProject>,
    pub(super) needs: Arc<Needs>,
    /// The same with development dependencies, if checks run.
    pub(super) checked: Option<Arc<Needs>>,
    pub(super) own: OwnPackage,
    /// Folders that modules are imported from, relative to the project's.
    pub(super) roots: Vec<String>,
    /// Documents that the program opens.
    pub(super) documents: Arc<Documents>,
    /// Where dependencies are installed.
    pub(super) place: Place,
    /// The build's own environment.
    pub(super) own_env: Vec<(String, String)>,
    /// Python's image.
    pub(super) toolchain: Wanted,
    /// That image for the build platform.
    pub(super) build_image: BaseImage,
    /// The same for the target, if steps run there.
    pub(super) target_image: Option<BaseImage>,
}

impl Found {
    /// Packages of the repository that are built for one platform.
    pub(super) fn native(&self) -> impl Iterator<Item = &Local> {
        self.built().filter(|local| local.native.is_some())
    }

    /// Packages of the repository that are built.
    pub(super) fn built(&self) -> impl Iterator<Item = &Local> {
        self.needs.locals.iter().chain(self.own.built())
    }
}

/// The image of a release.
fn image_of(cx: &Context<'_, '_>, version: &str, span: Span) -> Result<ToolchainImage, Diagnostic> {
    // A distroless image of the same release has the same C library.
    let of_runtime = runtime::of_distroless(cx, version).map(|distro| Spanned::new(distro, span));
    let wanted = cx.distro.as_ref().or(of_runtime.as_ref());
    ToolchainImage::choose(cx, (&distro::PYTHON, wanted), (version, span), |distro| runtime::official(version, distro))
}

/// Evaluates the spec.
pub(super) fn ask(cx: &mut Context<'_, '_>, options: &PythonOptions) -> Result<Asked, PlanError> {
    let own_env = own_env(cx, OWNED)?;
    let places = Places::of(cx, options.destination.as_ref())?;
    Ok(Asked { query: query(cx, options, &places)?, places, own_env })
}

/// Finds facts and images.
pub(super) async fn find(cx: &Context<'_, '_>, options: &PythonOptions, asked: Asked) -> Result<Found, PlanError> {
    let Asked { query, places, own_env } = asked;
    let repository = cx.project();
    let (build, target) = (&cx.request().build_platform, cx.target());
    let early = async {
        // The image of a release in the spec is looked up while manifests are read. An error is reported below.
        if let Some(version) = query.python.as_ref().filter(|version| is_version(version))
            && let Ok(image) = image_of(cx, version, version.span)
        {
            let _ = cx.project().image(&image.name, build).await;
        }
        Ok(())
    };
    let (project, ()) = try_join(python::project(repository, &query), early).await?;
    let toolchain = Wanted {
        image: image_of(cx, &project.version, options.python.as_ref().map_or(cx.span(), |version| version.span))?,
        what: format!("Python {}", project.version),
        packages: Packages::default(),
    };
    let with_dev = cx.dependencies == Dependencies::All;
    let facts = async {
        let needs = python::needs(repository, &query, &project, with_dev).await?;
        let own = python::own_package(repository, &query, &project, &needs).await?;
        let documents = if cx.build.source.include.is_empty() {
            python::documents(repository, &query, &needs.members(&project)).await?
        } else {
            Arc::default()
        };
        Ok((needs, own, documents))
    };
    let has_gates = cx.checks().next().is_some();
    let for_checks = async {
        let checked = if has_gates { Some(python::needs(repository, &query, &project, true).await?) } else { None };
        Ok((checked, python::roots(repository, &project).await?))
    };
    let ((needs, own, documents), (checked, roots), build_image) =
        try_join3(facts, for_checks, find_toolchain(cx, &toolchain, build)).await?;
    let compiles = !cx.build.packages.build.is_empty();
    let glibc = toolchain.image.distro.map_or(OLDEST_GLIBC, distro::glibc);
    let place = platform::choose(&project, &needs, (build, target, glibc), &query.options, compiles);
    let mut found = Found {
        query,
        places,
        project,
        needs,
        checked,
        own,
        roots,
        documents,
        place,
        own_env,
        toolchain,
        build_image,
        target_image: None,
    };
    if build != target && (matches!(found.place, Place::Target(_)) || found.native().next().is_some()) {
        found.target_image = Some(find_toolchain(cx, &found.toolchain, target).await?);
    }
    Ok(found)
}

/// The minor version of the GNU C library that images of an unknown release have at least.
const OLDEST_GLIBC: u32 = 31;

/// Variables that the preset sets itself; a spec that sets one would be ignored.
const OWNED: &[(&str, &str)] = &[
    ("VIRTUAL_ENV", "it is in a separate layer"),
    ("UV_PROJECT_ENVIRONMENT", "it is in a separate layer"),
    ("UV_CACHE_DIR", "it is a cache mount"),
    ("PIP_CACHE_DIR", "it is a cache mount"),
    ("POETRY_CACHE_DIR", "it is a cache mount"),
];
