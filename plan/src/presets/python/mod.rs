//! Python: dependencies in a virtual environment in a separate layer, packages of the repository in further layers, and
//! the program's files on top; all with bytecode.
//!
//! Steps, for a program:
//!
//! 1. *manifests*: the program's part of the lockfile, or its requirements files;
//! 2. *tool*: uv or Poetry, in a separate environment;
//! 3. *dependencies*: the virtual environment in the folder of the application, through a download cache, into an ordinary layer;
//! 4. *packages*: for each package of the repository that it requires, its build requirements, and the package, built
//!    and installed without network access;
//! 5. *itself*: what the build of the project creates in addition to its files, if only the build knows the version or
//!    creates some of the modules;
//! 6. *run*: commands of the spec, on 3 to 5 and the files of the build; their output is added to these;
//! 7. *sources* and *bytecode*: the files of the build and their bytecode, without network access;
//! 8. *interpreter*, for a runtime with Python at another path: the environment's links to it.
//!
//! All of it runs on the build platform, unless something must be compiled for the target.

mod commands;
mod develop;
mod environment;
mod find;
mod folders;
mod gates;
mod install;
mod own;
mod package;
mod places;
mod platform;
mod query;
mod runtime;
mod scripts;
mod sources;
mod told_version;
mod words;

pub(crate) use self::told_version::UNKNOWN_VERSION;

use std::sync::Arc;

use slipway_project::python::Local;
use slipway_spec::Template;
use slipway_spec::model::{Dependencies, PythonOptions};

use self::find::{Asked, Found};
use self::folders::{BUILD_TOOLS, DOWNLOADS, TOOL};
use self::install::{Installer, Start};
use self::platform::Place;
use super::common::{Toolchain, Wanted, add_toolchain, installing, named_output};
use super::{BuildOutput, Context, Language, anywhere, in_folder, private, shown};
use crate::contents::Base;
use crate::output::Debugger;
use crate::packages::Packages;
use crate::purpose::Purpose;
use crate::{BaseImage, LayerCopy, LayerItem, PlanError, Platform, StepId, emulation};

/// The maximum number of packages of the repository with separate layers; more of them share one.
const LAYERS: usize = 12;

/// Python.
pub(super) struct Python;

impl Language for Python {
    type Options = PythonOptions;
    type Asked = Asked;
    type Found = Found;

    fn toolchain(options: &Self::Options) -> Option<(&Template, &'static str)> {
        Some((options.python.as_ref()?, "`.python-version` or `requires-python`"))
    }

    fn context_excludes(_: &str) -> Vec<String> {
        anywhere(&["__pycache__", ".venv", ".tox", ".mypy_cache", ".pytest_cache", ".ruff_cache"])
    }

    fn ask(cx: &mut Context<'_, '_>, options: &PythonOptions) -> Result<Asked, PlanError> {
        find::ask(cx, options)
    }

    async fn find(cx: &Context<'_, '_>, options: &PythonOptions, asked: Asked) -> Result<Found, PlanError> {
        find::find(cx, options, asked).await
    }

    fn plan(cx: &mut Context<'_, '_>, _: &PythonOptions, found: Found) -> Result<BuildOutput, PlanError> {
        plan(cx, &found)
    }
}

/// The toolchain for a platform.
struct Toolchains {
    /// The image without packages.
    bare: Toolchain,
    /// The image with the packages of `packages.build`.
    full: Toolchain,
}

impl Toolchains {
    fn add(
        cx: &mut Context<'_, '_>,
        wanted: &Wanted,
        system: &Packages,
        image: &BaseImage,
        platform: &Platform,
    ) -> Self {
        let mut add = |packages: &Packages| {
            let wanted = Wanted { packages: packages.clone(), ..wanted.clone() };
            add_toolchain(cx, &wanted, image.clone(), platform)
        };
        Self { bare: add(&Packages::default()), full: add(system) }
    }
}

fn plan(cx: &mut Context<'_, '_>, found: &Found) -> Result<BuildOutput, PlanError> {
    let Found { query, places, project, needs, own, roots, documents, .. } = found;
    let installing = installing(cx, private::Tool::Python)?;
    project.notes.iter().for_each(|note| cx.note(note));
    let mut system = cx.packages.build.clone();
    let compiler = Base::of(&found.build_image).manager().own(&["build-essential"]);
    if !system.is_empty() && !compiler.iter().any(|name| system.names.contains(name)) {
        // Only compilers use headers, and slim images have none.
        cx.note(format!("`packages.build` adds a compiler: {}", compiler.join(" ")));
        system.names.splice(0..0, compiler);
    }
    needs.notes.iter().for_each(|note| cx.note(note));
    let (build, target) = (&cx.request().build_platform, cx.target());
    let native: Vec<_> = found.native().collect();
    let (platform, elsewhere) = match &found.place {
        Place::Build(words) => (build, words.as_slice()),
        Place::Target(why) => {
            emulation::report(cx.draft, target, cx.span(), "installing dependencies", why);
            (target, &[][..])
        }
    };
    for local in &native {
        let why = format!("{} makes it platform-specific", local.native.as_deref().unwrap_or_default());
        emulation::report(cx.draft, target, cx.span(), &format!("building `{}`", local.name), &why);
    }
    if !elsewhere.is_empty() && build != target {
        cx.note(format!("wheels for {target} are installed on {build}"));
    }
    for local in found.built() {
        cx.note(format!("`{}` is built from `{}` by {}", local.name, shown(&local.folder), local.backend));
    }

    let here = Toolchains::add(cx, &found.toolchain, &system, &found.build_image, build);
    let there = found.target_image.as_ref();
    let there = there.map(|image| Toolchains::add(cx, &found.toolchain, &system, image, target));
    let bare = &here.bare;
    let installed_with = cx.installed_with()?;
    let image = &found.toolchain.image;
    let on_build = Installer {
        project,
        query,
        places,
        installed_with: &installed_with,
        toolchain: &here.full,
        bare,
        release: image.distro.map_or(image.key.as_str(), |distro| distro.name()),
        own_env: &found.own_env,
        installing: &installing,
        dev: cx.dependencies == Dependencies::All,
    };
    let on_target = match &there {
        Some(Toolchains { bare, full }) => Installer { bare, toolchain: full, ..on_build },
        None => on_build,
    };
    let installer = if platform == build { on_build } else { on_target };
    let start = if elsewhere.is_empty() { Start::New } else { Start::Elsewhere(elsewhere) };
    let dependencies = installer.environment(cx, needs, start);
    let of = |local: &Local| if local.native.is_some() { on_target } else { on_build };
    let locals: Vec<_> = needs.locals.iter().map(|local| (local, package::plan(cx, &of(local), local))).collect();
    let built = own.built().map(|local| package::plan_own(cx, &of(local), local, roots));
    let (app_folder, venv_folder) = (places.app(), places.venv.as_str());
    let mut env = commands::environment(&bare.env, venv_folder, (roots, app_folder));
    let develops = cx.purpose == Purpose::Develop;
    if develops {
        // What a program prints is seen at once.
        env.push(("PYTHONUNBUFFERED".to_owned(), "1".to_owned()));
    }
    if !develops {
        on_build.run_steps(cx, found)?;
    }
    // Checks are the same steps for every platform of a build.
    let is_like_checks = !on_build.dev && build == target && elsewhere.is_empty() && !cx.request().multi_platform;
    let of_program = is_like_checks.then_some(dependencies);
    gates::gates(cx, &Installer { dev: true, ..on_build }, found, of_program)?;
    let output = named_output(cx)?;
    let debugger = (cx.purpose == Purpose::Debug)
        .then(|| Debugger::Debugpy { from: on_build.debugger(cx), python: format!("{venv_folder}/bin/python3") });
    let members = needs.members(project);
    // Bytecode would hide changes of its source.
    let (app, app_source) = match develops {
        true => (sources::select(cx, project, Some(&members), &documents.paths)?, format!("/{}", project.folder)),
        false => (sources::compile(cx, (project, places), bare, &members, documents, &output)?, "/".to_owned()),
    };
    let runtime = runtime::of(cx, project).built_on(found.toolchain.image.distro);
    let interpreter = runtime::interpreter(cx, project, bare);
    let mut venv = LayerCopy::whole(dependencies, "/", venv_folder);
    if interpreter.is_some() {
        venv.exclude = runtime::links(&project.minor());
    }
    let layer = |what: &str, how: &str, items: Vec<LayerCopy>| {
        cx.layer(format!("COPY {what}"), how, items.into_iter().map(LayerItem::Copy).collect())
    };
    let mut layers = vec![layer(venv_folder, &project.tool.describe(), vec![venv])];
    if let Some(step) = interpreter {
        let copy = LayerCopy::whole(step, "/", venv_folder);
        layers.push(layer(&format!("python3 {venv_folder}"), "of the runtime", vec![copy]));
    }
    let package = |step: StepId| LayerCopy::whole(step, "/", venv_folder);
    if locals.len() <= LAYERS {
        layers.extend(
            locals
                .iter()
                .map(|(local, step)| layer(&format!("{} {venv_folder}", local.name), "", vec![package(*step)])),
        );
    } else {
        let how = format!("{} packages of the repository", locals.len());
        let all = locals.iter().map(|(_, step)| package(*step)).collect();
        layers.push(layer(&format!("packages {venv_folder}"), &how, all));
    }
    if let Some((local, step)) = own.built().zip(built) {
        layers.push(layer(&format!("{} {app_folder}", local.name), "", vec![LayerCopy::whole(step, "/", app_folder)]));
    }
    let mut program = layer(
        app_folder,
        if develops { "sources" } else { "with bytecode" },
        vec![LayerCopy::whole(app, app_source, app_folder)],
    );
    if develops && let Some(step) = sources::programs(cx, (project, places), bare) {
        program.items.push(LayerItem::Copy(LayerCopy::whole(step, "/", app_folder)));
    }
    program.items.extend(own::items(own, venv_folder, &project.minor()));
    layers.push(program);
    let native_names = platform::linked(needs);
    let compiles = !native.is_empty() || platform::may_compile(project, needs, target, &installing.options);
    // Inputs and what a build of the project makes may replace files of the context.
    let is_whole = !cx.gets_more() && own.built().is_none();
    let place = |path: &str| {
        let (image, source) = (in_folder(app_folder, path), in_folder(&project.folder, path));
        (image.trim_end_matches('/').to_owned(), source.trim_end_matches('/').to_owned())
    };
    let unchanged = match output.as_slice() {
        _ if !is_whole => Vec::new(),
        [] => vec![place("")],
        paths => paths.iter().map(|path| place(path)).collect(),
    };
    let kept: Vec<_> = output.into_iter().map(|path| path.value).collect();
    Ok(BuildOutput {
        destination: places.home.destination.clone(),
        entrypoint: if interpreter.is_some() { vec![format!("{venv_folder}/bin/python3")] } else { Vec::new() },
        env,
        workdir: Some(app_folder.to_owned()),
        source: Some(app_folder.to_owned()),
        kept: Some(kept).filter(|kept| !kept.is_empty() && !kept.iter().any(String::is_empty)),
        unchanged,
        debugger,
        develop: develops.then(|| develop::of(found, here.full.root, (project, app_folder), needs)),
        environment: Some(Arc::new(environment::environment(cx, found))),
        ..BuildOutput::new(app, layers, runtime.with_native(native_names).loading(compiles))
    })
}
