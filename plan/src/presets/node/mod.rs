//! Node.js: dependencies in layers of their own, scripts on the build platform, production dependencies alone in the image.
//!
//! Steps, for a package on a target platform:
//!
//! 1. *manifests*: `package.json` of every package of the workspace, the lockfile, settings of the package manager;
//! 2. *dependencies*: all of them, exactly as the lockfile says, from the manifests alone, through a cache mount, into an ordinary layer;
//! 3. *production dependencies*: the same without those for development, beside 2 and never made from it;
//! 4. *sources*: the files of the build;
//! 5. *generate*: code generators, with 2 and 4;
//! 6. *build*: scripts of the package, without network, with 2, 4 and 5; what is left is what `output` names. Packages of the workspace that it needs have steps 4 and 6 of
//!    their own, which come before.
//!
//! In a workspace 1 and 2 are those of the whole, and so is 3 where the lockfile says which part of it the package needs: however many of its packages are built, each
//! installation happens once.
//!
//! In steps `/app` is the root of the context; in images it is the folder with the lockfile.

mod blocked;
mod bun;
mod caches;
mod closure;
mod command;
mod detect;
mod install;
mod jsonc;
mod lockfile;
mod manager;
mod members;
mod native;
mod output;
mod package;
mod patches;
mod patterns;
mod pnpm;
mod prisma;
mod programs;
mod project;
mod scripts;
mod sources;
mod start;
mod started;
mod tsconfig;
mod version;
mod workspace;
mod yaml;

pub(crate) use self::blocked::INSTALL_SCRIPT_BLOCKED;
pub(crate) use self::prisma::PRISMA_ENGINE;
pub(crate) use self::started::START_SCRIPT;

use std::cell::OnceCell;
use std::rc::Rc;

use slipway_spec::model::{Dependencies, NodeOptions};
use slipway_spec::{Diagnostic, Spanned};

use self::install::Place;
use self::manager::Manager;
use self::project::NodeProject;
use super::common::{self, Toolchain, Wanted};
use super::{Context, Made, MadeLayer, in_folder, join_path, set, set_all};
use crate::runtime::Runtimes;
use crate::shell::{Text, word};
use crate::{LayerCopy, LayerItem, Mount, MountKind, PlanError, Platform, Project, StepId, packages, shell};

/// Where the context's files stand in a step; a package in `web` stands in `/app/web`.
const APP: &str = "/app";
/// Where a package manager that Node.js does not bring along stands in a step.
const MANAGER: &str = "/opt/manager";
/// Where a step leaves its result.
const OUTPUT: &str = "/out";

/// What the steps of a build have in common.
struct Kit<'a, P> {
    cx: &'a Context<'a, P>,
    project: &'a NodeProject,
    /// The scripts that make the output.
    scripts: &'a [Spanned<String>],
    /// The image that steps run in, on the build platform.
    here: Place,
    /// The package manager, where the image does not have it.
    manager: Option<StepId>,
    /// The image's environment and the build's own.
    env: Vec<(String, String)>,
    /// What TypeScript's settings say.
    settings: Rc<tsconfig::Settings>,
    /// What `output` of the spec names, relative to the package.
    kept: Vec<String>,
    /// The step with all dependencies, once it is there: every step that runs a script asks for it.
    all: OnceCell<StepId>,
}

pub(super) async fn build<P: Project>(cx: &Context<'_, P>, options: &NodeOptions) -> Result<Made, PlanError> {
    let project = project::read(cx, options).await?;
    let scripts = cx.eval_words(&options.scripts)?;
    scripts::check_names(&scripts, &project)?;
    let kit = kit(cx, &project, &scripts).await?;
    let platform = install::production_platform(&kit).await?;
    blocked::report(&kit);
    let generated = prisma::generate(&kit).await?;
    let shipped = match (&project.lockfile, cx.dependencies) {
        (None, _) => None,
        (Some(_), Dependencies::All) if platform.step == kit.here.step && platform.cpu.is_none() => {
            Some(Modules { step: kit.modules()?, names: Vec::new() })
        }
        (Some(_), Dependencies::All) => {
            let wanted = manager::Wanted { production: false, members: Vec::new() };
            Some(Modules { step: install::dependencies(&kit, &wanted, &platform)?, names: Vec::new() })
        }
        (Some(_), Dependencies::Production) => Some(install::production(&kit, &platform)?),
    };
    // What is generated in a package that others need has to be there before these are built.
    let of_member = generated.as_ref().filter(|generated| generated.folder != project.folder);
    let members = members::build(&kit, of_member.map(|generated| generated.step))?;
    let generated_step = generated.as_ref().map(|generated| generated.step);
    let built = output::build(&kit, generated_step, &members).await?;
    scripts::checks(&kit, generated_step, &members)?;

    let mut layers = Vec::new();
    if let Some(modules) = shipped {
        let folders = project.module_folders(cx.dependencies == Dependencies::All);
        let items = folders.iter().enumerate().map(|(index, place)| {
            let (source, include) = match place.strip_suffix("/node_modules").filter(|_| index > 0) {
                // A package that needs nothing of its own has nothing there.
                Some(package) => (package, vec!["node_modules/*".to_owned()]),
                None => (place.as_str(), modules.names.clone()),
            };
            let copy = LayerCopy::whole(modules.step, format!("/{source}"), project.in_image(source));
            LayerItem::Copy(LayerCopy { include, ..copy })
        });
        let how = match cx.dependencies {
            Dependencies::Production => "production dependencies",
            Dependencies::All => "all dependencies",
        };
        layers.push(layer(
            cx,
            format!("COPY {}", project.in_image(&in_folder(&project.root, "node_modules"))),
            how,
            items.collect(),
        ));
    }
    if let Some(generated) = generated {
        let mut places = vec![in_folder(&project.root, "node_modules"), in_folder(generated.folder, "node_modules")];
        places.dedup();
        let target = project.in_image(&in_folder(&project.root, "node_modules"));
        let copy = |place: &String| {
            LayerItem::Copy(LayerCopy::whole(generated.step, format!("/{place}"), project.in_image(place)))
        };
        layers.push(layer(cx, format!("COPY {target}"), "prisma generate", places.iter().map(copy).collect()));
    }
    layers.extend(built.layers);
    let (cmd, start) = started::started(&kit, &built.kept).await?;
    Ok(Made {
        layers,
        output: built.output,
        entrypoint: Vec::new(),
        cmd,
        start,
        env: vec![("NODE_ENV".to_owned(), "production".to_owned())],
        workdir: Some(project.in_image(&project.folder)),
        kept: Some(built.kept).filter(|kept| !kept.is_empty() && !kept.iter().any(String::is_empty)),
        environment: None,
        runtimes: ["scratch", "static", "base", "cc"].into_iter().fold(
            Runtimes::of("distroless")
                .with("distroless", project.release.distroless())
                .with("slim", project.release.image()),
            |runtimes, word| runtimes.without(word, "it has no Node.js; use `distroless` or `slim`"),
        ),
    })
}

/// Installed dependencies.
struct Modules {
    step: StepId,
    /// What of the outermost `node_modules` is wanted; empty for all of it.
    names: Vec<String>,
}

/// A layer of this build.
fn layer<P: Project>(cx: &Context<'_, P>, what: String, how: &str, items: Vec<LayerItem>) -> MadeLayer {
    MadeLayer { what, how: how.to_owned(), span: cx.span(), items }
}

impl NodeProject {
    /// A path of the context, seen from the folder with the lockfile.
    fn inside<'p>(&self, path: &'p str) -> &'p str {
        if self.root.is_empty() {
            return path;
        }
        path.strip_prefix(&self.root).map_or(path, |rest| rest.trim_start_matches('/'))
    }

    /// Where a path of the context stands in images.
    fn in_image(&self, path: &str) -> String {
        let top = self.workspace.top.as_str();
        let below = if top.is_empty() { Some(path) } else { path.strip_prefix(top) };
        in_folder(APP, below.unwrap_or(path).trim_matches('/')).trim_end_matches('/').to_owned()
    }

    /// Where the package finds its dependencies: `node_modules` in the folder with the lockfile, in its own, and in those of packages that it needs.
    fn module_folders(&self, with_dev: bool) -> Vec<String> {
        let own = (self.folder != self.root).then_some(self.folder.as_str());
        let needed = self.workspace.needed(&self.folder, with_dev);
        let needed = needed.into_iter().map(|member| member.folder.as_str()).filter(|folder| *folder != self.root);
        let needed = needed.filter(|folder| self.has_modules(folder));
        let folders = std::iter::once(self.root.as_str()).chain(own).chain(needed);
        folders.map(|folder| in_folder(folder, "node_modules")).collect()
    }
}

/// Where a path of the context stands in steps.
fn in_step(path: &str) -> String {
    in_folder(APP, path).trim_end_matches('/').to_owned()
}

async fn kit<'a, P: Project>(
    cx: &'a Context<'a, P>,
    project: &'a NodeProject,
    scripts: &'a [Spanned<String>],
) -> Result<Kit<'a, P>, PlanError> {
    let Toolchain { root, mut env, platform } = toolchain(cx, project, &cx.request().build_platform).await?;
    for (name, value) in cx.build.keys.env.iter() {
        set(&mut env, &name.value, &cx.eval(value)?);
    }
    for (name, value) in project.manager.env() {
        set(&mut env, name, value);
    }
    let here = Place { step: root, platform, cpu: None };
    let manager = project.lockfile.as_ref().and_then(|_| install::manager(cx, project, &here, &env));
    let others: Vec<_> = if project.folder == project.root {
        project.others().collect()
    } else {
        project.workspace.needed(&project.folder, true)
    };
    let folders = others.iter().map(|member| member.folder.as_str()).chain([project.folder.as_str()]);
    let settings = tsconfig::Settings::read(cx, &project.workspace, &folders.collect::<Vec<_>>()).await?;
    let kept = cx.eval_all(&cx.build.keys.output)?.iter().filter_map(|path| join_path("", path)).collect();
    Ok(Kit { cx, project, here, manager, env, settings, scripts, kept, all: OnceCell::new() })
}

/// The image that steps run in, with the packages that the spec asks for.
async fn toolchain<P: Project>(
    cx: &Context<'_, P>,
    project: &NodeProject,
    platform: &Platform,
) -> Result<Toolchain, PlanError> {
    let packages = packages::names(cx.planner, &cx.build.packages.build)?;
    let wanted = Wanted {
        image: project.release.image(),
        what: format!("Node.js {}", project.release.number),
        span: cx.span(),
        packages,
    };
    common::toolchain(cx, &wanted, platform).await
}

impl<P: Project> Kit<'_, P> {
    /// All dependencies on the build platform.
    fn modules(&self) -> Result<StepId, Diagnostic> {
        if let Some(step) = self.all.get() {
            return Ok(*step);
        }
        let step = install::all(self)?;
        Ok(*self.all.get_or_init(|| step))
    }

    /// The name of a step that is the same for every package of a workspace.
    fn workspace_step_name(&self, phase: &str, what: &str) -> String {
        let project = self.project;
        let name = if project.folder == project.root {
            self.cx.name
        } else {
            project.root_package.name.as_deref().unwrap_or("workspace")
        };
        format!("[{name} {phase}] {what}")
    }

    /// The environment of a step that runs programs of a package.
    fn step_env(&self, folder: &str) -> Vec<(String, String)> {
        let mut env = self.env.clone();
        let bin = |folder: &str| in_step(&in_folder(folder, "node_modules/.bin"));
        let mut path = vec![bin(folder)];
        if self.project.root != folder {
            path.push(bin(&self.project.root));
        }
        if self.manager.is_some() {
            path.push(format!("{MANAGER}/bin"));
        }
        path.extend(env.iter().find(|(name, _)| name == "PATH").map(|(_, path)| path.clone()));
        set(&mut env, "PATH", &path.join(":"));
        // Nothing may be written elsewhere, and programs write to their home.
        set_all(&mut env, &[("HOME".to_owned(), "/tmp".to_owned())]);
        env
    }

    /// A script that begins by laying what was generated over the sources.
    fn laying(&self, generated: Option<StepId>, script: Text) -> Text {
        Text::from(if generated.is_some() { LAY_GENERATED } else { "" }) + script
    }

    /// Mounts what a script of the project's programs needs beside its files, and returns the arguments that run it.
    fn add_script(&self, script: shell::Script, generated: Option<StepId>, mounts: &mut Vec<Mount>) -> Vec<String> {
        mounts.extend(generated.map(|generated| Mount::read_only(GENERATED, generated)));
        mounts.extend(self.manager.map(|manager| Mount::read_only(MANAGER, manager)));
        mounts.push(Mount { target: "/tmp".to_owned(), kind: MountKind::Tmpfs });
        mounts.extend(script.mounts);
        script.args
    }
}

/// Where what code generators made stands in a step, before it is laid over the sources.
const GENERATED: &str = "/run/generated";
/// Copies what generators made over the sources.
const LAY_GENERATED: &str = "cp -a /run/generated/. /app/\n";

impl Manager {
    /// The command that runs a script of `package.json`.
    fn run(self, script: &str) -> Text {
        Text::from(self.command()) + " run " + word(script)
    }
}
