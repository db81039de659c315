//! What must be known before planning: the project, and the images of steps.

use std::sync::Arc;

use futures_util::future::{join, try_join};
use slipway_project::node::{self, NodeProject, Opened, Query, Release, Schema, Settings, StartQuery, Unbuilt};
use slipway_spec::model::{Dependencies, NodeManager, NodeOptions};
use slipway_spec::{Diagnostic, Spanned};

use super::beside::{self, Kept, Named};
use super::env_files;
use super::images::image_of;
use super::output;
use super::platform::npm_cpu;
use super::scripts;
use crate::packages::Packages;
use crate::presets::Context;
use crate::presets::common::{Wanted, find_toolchain};
use crate::presets::toolchain_image::version;
use crate::{BaseImage, PlanError};

/// The spec's options for the project.
pub(in crate::presets) struct Asked {
    query: Query,
    /// The scripts that create the output.
    scripts: Vec<Spanned<String>>,
    /// The paths of `output`.
    output: Named,
    /// The system packages of the steps.
    packages: Packages,
}

/// What must be known before planning.
pub(in crate::presets) struct Found {
    pub(super) project: Arc<NodeProject>,
    /// The scripts that create the output.
    pub(super) scripts: Vec<Spanned<String>>,
    /// The toolchain, and its image on the build platform.
    pub(super) toolchain: Wanted,
    pub(super) image: BaseImage,
    /// Where the dependencies of the image are installed.
    pub(super) installation: Installation<BaseImage>,
    pub(super) facts: Facts,
}

/// Other facts about the project's files, which do not affect images.
pub(super) struct Facts {
    /// The result of TypeScript's settings.
    pub(super) settings: Settings,
    pub(super) kept: Kept,
    /// The schema from which Prisma generates a client.
    pub(super) schema: Option<Schema>,
    /// Packages of the workspace that the program requires and that are never built.
    pub(super) unbuilt: Vec<Unbuilt>,
    pub(super) start: node::Start,
    /// A folder that the program opens and that the image lacks.
    pub(super) opened: Option<Opened>,
    /// Files of environment variables in its folder that scripts may read.
    pub(super) env_files: Vec<String>,
}

/// Where the dependencies of an image are installed: on the build platform if the result is correct for the target.
pub(super) enum Installation<I> {
    /// On the build platform.
    Here,
    /// On the build platform, but for another processor, because these packages are only for some processors.
    ForProcessor(&'static str, Vec<String>),
    /// On the target platform, in this image, and why.
    OnTarget(I, String),
}

/// Evaluates the spec.
pub(super) fn ask(cx: &mut Context<'_, '_>, options: &NodeOptions) -> Result<Asked, PlanError> {
    let mut scripts = Vec::new();
    for script in &options.scripts {
        scripts.push(Spanned::new(cx.eval(&script.script)?, script.script.span));
    }
    let query = query(cx, options)?;
    let packages = cx.packages.build.clone();
    Ok(Asked { query, scripts, output: beside::named(cx)?, packages })
}

/// Finds what must be known.
pub(super) async fn find(cx: &Context<'_, '_>, asked: Asked) -> Result<Found, PlanError> {
    let Asked { query, scripts, output, packages } = asked;
    let build = &cx.request().build_platform;
    let early = async {
        // The image of a release in the spec is looked up while manifests are read. Errors are reported below.
        if let Some(release) = query.release.as_ref().and_then(|release| Release::parse(&release.value))
            && let Ok(image) = image_of(cx, &release, cx.span())
        {
            let _ = cx.project().image(&image.name, build).await;
        }
        Ok(())
    };
    let (project, ()) = try_join(node::project(cx.project(), &query), early).await?;
    scripts::check_names(&scripts, &project)?;
    let toolchain = Wanted {
        image: image_of(cx, &project.release, cx.span())?,
        what: format!("Node.js {}", project.release.number),
        packages,
    };
    let images = async {
        let image = find_toolchain(cx, &toolchain, build).await?;
        let installation = match installation(cx, &project) {
            Installation::OnTarget((), why) => {
                Installation::OnTarget(find_toolchain(cx, &toolchain, cx.target()).await?, why)
            }
            Installation::Here => Installation::Here,
            Installation::ForProcessor(cpu, names) => Installation::ForProcessor(cpu, names),
        };
        Ok::<_, PlanError>((image, installation))
    };
    // Errors in the project are reported first, whichever occurs first.
    let (facts, images) = join(facts(cx, &project, &scripts, output), images).await;
    let (facts, (image, installation)) = (facts?, images?);
    Ok(Found { project, scripts, toolchain, image, installation, facts })
}

/// The build's query about the project.
fn query(cx: &mut Context<'_, '_>, options: &NodeOptions) -> Result<Query, Diagnostic> {
    let release = version(cx, options.node.as_ref())?;
    Ok(Query {
        source: cx.source_folder()?,
        manager: options.manager.map(|manager| match manager {
            NodeManager::Npm => node::ManagerName::Npm,
            NodeManager::Pnpm => node::ManagerName::Pnpm,
            NodeManager::Yarn => node::ManagerName::Yarn,
            NodeManager::Bun => node::ManagerName::Bun,
        }),
        release,
        runs_scripts: !options.scripts.is_empty() || !cx.build.keys.checks.is_empty(),
        span: cx.span(),
        source_span: cx.build.source.path.as_ref().map_or(cx.span(), |path| path.span),
    })
}

/// Where the dependencies of the image are installed; the image is not looked up yet.
fn installation(cx: &Context<'_, '_>, project: &NodeProject) -> Installation<()> {
    let (build, target) = (&cx.request().build_platform, cx.target());
    if project.lockfile.is_none() || (build.os(), build.arch()) == (target.os(), target.arch()) {
        return Installation::Here;
    }
    let chooses = project.manager.chooses_processor(project.manager_version.as_deref());
    let why = match project.native(cx.dependencies == Dependencies::All) {
        Ok(native) if native.scripted.is_empty() && native.processor.is_empty() => return Installation::Here,
        Ok(native) if native.scripted.is_empty() => match npm_cpu(target).filter(|_| chooses) {
            Some(cpu) => return Installation::ForProcessor(cpu, native.processor),
            None => format!("these packages are only for some processors: {}", some_of(&native.processor)),
        },
        Ok(native) => format!("these packages have install scripts: {}", some_of(&native.scripted)),
        Err(why) => why,
    };
    Installation::OnTarget((), why)
}

/// Some of the names, in words.
pub(super) fn some_of(list: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut text = list.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if list.len() > SHOWN {
        text.push_str(&format!(" and {} more", list.len() - SHOWN));
    }
    text
}

async fn facts(
    cx: &Context<'_, '_>,
    project: &NodeProject,
    scripts: &[Spanned<String>],
    output: Named,
) -> Result<Facts, PlanError> {
    let repository = cx.project();
    let needed = project.needed_to_build();
    let folders = needed.iter().map(|member| member.folder.as_str()).chain([project.folder.as_str()]);
    let settings = node::settings(repository, &project.workspace, &folders.collect::<Vec<_>>()).await?;
    let kept = output::kept(cx, project, scripts, &settings, output).await?;
    // Whether all files of the image are in the context, because no step creates any.
    let is_complete = scripts.is_empty() && !cx.gets_more() && cx.build.generators().is_empty();
    let unbuilt = if is_complete {
        let unbuilt = node::unbuilt(repository, &project.workspace.needed(&project.folder, false)).await?;
        output::check_kept(cx, project, &kept).await?;
        unbuilt
    } else {
        Vec::new()
    };
    let schema = match project.prisma_home().filter(|_| !cx.build.generators().is_empty()) {
        Some(home) => project.prisma_schema(repository, home).await?,
        None => None,
    };
    let paths: Vec<String> = kept.paths.iter().map(|path| path.value.clone()).collect();
    let done: Vec<&str> = scripts.iter().map(|script| script.value.as_str()).collect();
    let with_dev = cx.dependencies == Dependencies::All;
    let query = StartQuery { done: &done, with_dev, kept: &paths, is_complete };
    let start = project.start(repository, &query).await?;
    let opened = if !scripts.is_empty() && !cx.gets_more() { project.opened(repository, &paths).await? } else { None };
    let env_files = if scripts.is_empty() { Vec::new() } else { env_files::find(cx, &project.folder).await? };
    Ok(Facts { settings, kept, schema, unbuilt, start, opened, env_files })
}
