//! Node.js: dependencies in separate layers, scripts on the build platform, and only production dependencies in the
//! image.
//!
//! Steps, for a package on a target platform:
//!
//! 1. *manifests*: `package.json` of every package of the workspace, the lockfile, settings of the package manager;
//! 2. *dependencies*: all of them, exactly as in the lockfile, from only the manifests, through a cache mount, into an
//!    ordinary layer;
//! 3. *production dependencies*: the same without development dependencies, independent of 2;
//! 4. *sources*: the files of the build;
//! 5. *generate*: code generators, with 2 and 4;
//! 6. *run*: commands of the spec, with 2, 4 and 5; their output is added to the sources;
//! 7. *build*: scripts of the package, without network access, with 2 and 4 to 6; the result is the paths in `output`.
//!    Required packages of the workspace have separate steps 4 and 7, which run first.
//!
//! In a workspace, 1 and 2 are for the whole workspace, and so is 3 if the lockfile shows which part of it the package
//! requires: each installation runs once for all packages.
//!
//! In steps, `/app` is the root of the context; in images, the folder with the lockfile is `/app`, or `destination`.

mod again;
mod beside;
mod blocked;
mod build_step;
mod caches;
mod calls;
mod develop;
mod env_files;
mod find;
mod folders;
mod images;
mod install;
mod kit;
mod manager;
mod members;
mod opened;
mod output;
mod patches;
mod platform;
mod prisma;
mod run;
mod scripts;
mod sources;
mod started;
mod trace;

pub(crate) use self::blocked::INSTALL_SCRIPT_BLOCKED;
pub(crate) use self::env_files::ENV_FILE_LEFT_OUT;
pub(crate) use self::output::PACKAGE_NOT_BUILT;
pub(crate) use self::started::START_SCRIPT;

use slipway_project::node::{NodeProject, Settings};
use slipway_spec::model::{Dependencies, NodeManager, NodeOptions};
use slipway_spec::{Diagnostic, Spanned, Template};

use self::find::{Asked, Found};
use self::folders::{APP, GENERATED, MANAGER, OUTPUT};
use self::images::{distroless, slim};
use self::kit::{Modules, NodeSteps, Place};
use super::application::Home;
use super::common::{Toolchain, Wanted, add_toolchain};
use super::{BuildOutput, Context, Language, anywhere, in_folder, join_path, set};
use crate::output::{Debugger, OutputLayer};
use crate::purpose::Purpose;
use crate::runtime::{Need, Runtimes};
use crate::{BaseImage, LayerCopy, LayerItem, PlanError};

/// Node.js.
pub(super) struct Node;

impl Language for Node {
    type Options = NodeOptions;
    type Asked = Asked;
    type Found = Found;

    fn toolchain(options: &Self::Options) -> Option<(&Template, &'static str)> {
        Some((options.node.as_ref()?, "`.nvmrc` or `engines`"))
    }

    fn manifests(options: &Self::Options) -> &'static [&'static str] {
        match options.manager {
            Some(NodeManager::Npm) => &["package.json", "package-lock.json"],
            Some(NodeManager::Pnpm) => &["package.json", "pnpm-lock.yaml"],
            Some(NodeManager::Yarn) => &["package.json", "yarn.lock"],
            Some(NodeManager::Bun) | None => &["package.json"],
        }
    }

    fn context_excludes(_: &str) -> Vec<String> {
        anywhere(&["node_modules"])
    }

    fn ask(cx: &mut Context<'_, '_>, options: &NodeOptions) -> Result<Asked, PlanError> {
        find::ask(cx, options)
    }

    async fn find(cx: &Context<'_, '_>, _: &NodeOptions, asked: Asked) -> Result<Found, PlanError> {
        find::find(cx, asked).await
    }

    fn plan(cx: &mut Context<'_, '_>, options: &NodeOptions, found: Found) -> Result<BuildOutput, PlanError> {
        plan(cx, options, found)
    }
}

fn plan(cx: &mut Context<'_, '_>, options: &NodeOptions, found: Found) -> Result<BuildOutput, PlanError> {
    let Found { project, scripts, toolchain, image, installation, facts } = found;
    let project = &*project;
    project.notes.iter().for_each(|note| cx.note(note));
    let home = Home::of(cx, options.destination.as_ref())?;
    let calls = calls::of(cx, project, options)?;
    let toolchain_image = image.clone();
    let beside = &facts.kept.beside;
    let mut kit = kit(cx, project, (&scripts, &facts.settings, home), beside, (&toolchain, image))?;
    let platform = install::production_place(cx, &kit, &toolchain, installation);
    blocked::report(cx, &kit);
    env_files::report(cx, &project.folder, &facts.env_files);
    let mut generated = prisma::generate(cx, &mut kit, facts.schema)?;
    let client = generated.as_mut().and_then(|generated| generated.client.take());
    let shipped = match (&project.lockfile, cx.dependencies) {
        (None, _) => None,
        (Some(_), Dependencies::All) if platform.step == kit.here.step && platform.cpu.is_none() => {
            Some(Modules::whole(kit.modules(cx)?))
        }
        (Some(_), Dependencies::All) => {
            let wanted = manager::Wanted::default();
            Some(Modules::whole(install::dependencies(cx, &kit, &wanted, &platform)?))
        }
        (Some(_), Dependencies::Production | Dependencies::Traced) => Some(install::production(cx, &kit, &platform)?),
    };
    if cx.purpose == Purpose::Develop {
        let layers = of_dependencies(cx, &kit, shipped, generated.as_ref());
        let (program, _) = started::started(cx, &kit, facts.start);
        return Ok(develop::plan(cx, &kit, toolchain_image, layers, program)?);
    }
    let generated_step = generated.as_ref().map(|generated| generated.step);
    run::run_steps(cx, &mut kit, generated_step)?;
    // Generated files of a package that others require must exist before those are built.
    let of_member = generated.as_ref().filter(|generated| generated.folder != project.folder);
    let members = members::build(cx, &mut kit, of_member.map(|generated| generated.step))?;
    let built = output::build(cx, &mut kit, generated_step, &members, facts.kept, &facts.unbuilt, calls)?;
    scripts::checks(cx, &mut kit, generated_step, &members)?;

    let mut layers = of_dependencies(cx, &kit, shipped, generated.as_ref());
    let (cmd, mut start) = started::started(cx, &kit, facts.start);
    layers.extend(built.members);
    if let Some(traced) = cx.traced.clone().filter(|_| !layers.is_empty()) {
        let own = (layers, built.layers.as_slice(), built.own_paths);
        layers = vec![trace::trace(cx, &kit, &traced, &cmd, own)?];
    }
    layers.extend(built.layers);
    start.lacks.extend(facts.opened.map(|opened| opened::lacks(cx, &kit, &opened, &built.kept)));
    let (linked, compiles) = project.linked(cx.dependencies == Dependencies::All);
    let runtimes = Runtimes::of("distroless")
        .with("distroless", distroless(&project.release))
        .with("slim", slim(&project.release))
        .built_on(toolchain.image.distro)
        .without_all(["scratch", "static", "base", "cc"], "it has no Node.js; use `distroless` or `slim`")
        .with_native(linked)
        .loading(compiles);
    let runtimes = match &project.package.engine {
        Some(range) => runtimes.needing(Need::Node(range.clone())),
        None => runtimes,
    };
    let runtimes = Runtimes { prisma: client, ..runtimes };
    Ok(BuildOutput {
        destination: kit.home.destination.clone(),
        cmd,
        start,
        env: vec![("NODE_ENV".to_owned(), "production".to_owned())],
        workdir: Some(kit.in_image(&project.folder)),
        source: Some(kit.in_image(&project.folder)),
        kept: Some(built.kept).filter(|kept| !kept.is_empty() && !kept.iter().any(String::is_empty)),
        unchanged: built.unchanged,
        debugger: (cx.purpose == Purpose::Debug).then_some(Debugger::Node),
        ..BuildOutput::new(built.output, layers, runtimes)
    })
}

/// The layers with the dependencies, and with what generators made of them.
fn of_dependencies(
    cx: &Context<'_, '_>,
    kit: &NodeSteps<'_>,
    shipped: Option<Modules>,
    generated: Option<&prisma::Generated<'_>>,
) -> Vec<OutputLayer> {
    let project = kit.project;
    let mut layers = Vec::new();
    if let Some(modules) = shipped {
        let folders = project.module_folders(cx.dependencies == Dependencies::All);
        let items = folders.iter().enumerate().map(|(index, place)| {
            let (source, include) = match place.strip_suffix("/node_modules").filter(|_| index > 0) {
                // A package without separate dependencies has nothing there.
                Some(package) => (package, vec!["node_modules/*".to_owned()]),
                None => (place.as_str(), modules.names.clone()),
            };
            let copy = LayerCopy::whole(modules.step, format!("/{source}"), kit.in_image(source));
            LayerItem::Copy(copy.including(include).excluding(modules.extra_in(project.inside(source))))
        });
        let how = match cx.dependencies {
            Dependencies::Production | Dependencies::Traced => "production dependencies",
            Dependencies::All => "all dependencies",
        };
        layers.push(cx.layer(
            format!("COPY {}", kit.in_image(&in_folder(&project.root, "node_modules"))),
            how,
            items.collect(),
        ));
    }
    if let Some(generated) = generated {
        let mut places = vec![in_folder(&project.root, "node_modules"), in_folder(generated.folder, "node_modules")];
        places.dedup();
        let target = kit.in_image(&in_folder(&project.root, "node_modules"));
        let copy = |place: &String| {
            LayerItem::Copy(LayerCopy::whole(generated.step, format!("/{place}"), kit.in_image(place)))
        };
        layers.push(cx.layer(format!("COPY {target}"), "prisma generate", places.iter().map(copy).collect()));
    }
    layers
}

fn kit<'a, 'b: 'a>(
    cx: &mut Context<'b, '_>,
    project: &'a NodeProject,
    (scripts, settings, home): (&'a [Spanned<String>], &'a Settings, Home),
    beside: &[Spanned<String>],
    (toolchain, image): (&Wanted, BaseImage),
) -> Result<NodeSteps<'a>, Diagnostic> {
    let Toolchain { root, manager: system, mut env, platform, .. } =
        add_toolchain(cx, toolchain, image, &cx.request().build_platform);
    for (name, value) in cx.build.keys.env.iter() {
        set(&mut env, &name.value, &cx.eval(value)?);
    }
    for (name, value) in manager::env(project.manager) {
        set(&mut env, name, value);
    }
    let here = Place { step: root, system, platform, cpu: None };
    let manager = project.lockfile.as_ref().and_then(|_| install::manager(cx, project, &here, &env));
    let kept = cx.eval_all(&cx.build.keys.output)?.iter().filter_map(|path| join_path("", path)).collect();
    let (top, beside) = (beside::top(project, beside), beside.iter().map(|path| path.value.clone()).collect());
    Ok(NodeSteps { name: cx.name, project, here, manager, env, settings, scripts, home, top, kept, beside, all: None })
}
