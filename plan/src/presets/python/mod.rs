//! Python: dependencies in a virtual environment that is a layer of its own, packages of the repository in layers
//! beside it, and the program's files on top; all of it with bytecode.
//!
//! Steps, for a program:
//!
//! 1. *manifests*: the part of the lockfile that concerns it, or its requirements files;
//! 2. *tool*: uv or Poetry, in an environment of its own;
//! 3. *dependencies*: the virtual environment at [`VENV`], through a download cache, into an ordinary layer;
//! 4. *packages*: for each package of the repository that it needs, what builds it, and the package built and installed
//!    without network;
//! 5. *itself*: what the build of the project makes beside its files, where only that tells its version or makes some
//!    of its modules;
//! 6. *sources* and *bytecode*: the files of the build and their bytecode, without network;
//! 7. *interpreter*, for a runtime whose Python is elsewhere: the links of the environment that lead to it.
//!
//! All of it runs on the build platform, unless something has to be compiled for the target.

mod entry_points;
mod environment;
mod folders;
mod install;
mod local;
mod mentions;
mod name;
mod needs;
mod own;
mod package;
mod platform;
mod poetry;
mod project;
mod requirements;
mod roots;
mod runtime;
mod scripts;
mod sources;
mod told_version;
mod uv;
mod version;
mod wheels;

pub(crate) use self::told_version::UNKNOWN_VERSION;

use std::sync::Arc;

use slipway_spec::Template;
use slipway_spec::model::{Dependencies, PythonOptions};

use self::folders::{APP, BUILD_TOOLS, DOWNLOADS, OWN, SOURCES, TOOL, VENV};
use self::install::{Installer, path_with};
use self::local::Local;
use self::needs::Needs;
use self::own::Own;
use self::platform::Place;
use self::project::Tool;
use super::common::{Wanted, installing, own_env, report_unused, toolchain};
use super::{BuildOutput, Context, Language, OutputLayer, Start, anywhere, checks, private, set, set_all, shown};
use crate::shell::Text;
use crate::{LayerCopy, LayerItem, Mount, MountKind, PlanError, Platform, StepId, emulation, packages};

/// What the build of the project makes beside its files.
const OWN_BEFORE: &str =
    "(cd /opt/slipway-own && find . -path ./.venv -prune -o -type f -print0 | xargs -0 -r cp -a --parents -t /app)\n";
/// How many packages of the repository have a layer each; more of them share one.
const LAYERS: usize = 12;

/// Python.
pub(super) struct Python;

impl Language for Python {
    type Options = PythonOptions;
    type Found = BuildOutput;

    fn toolchain(options: &Self::Options) -> Option<(&Template, &'static str)> {
        Some((options.python.as_ref()?, "`.python-version` or `requires-python`"))
    }

    fn context_excludes(_: &str) -> Vec<String> {
        anywhere(&["__pycache__", ".venv", ".tox", ".mypy_cache", ".pytest_cache", ".ruff_cache"])
    }

    async fn find(cx: &Context<'_>, options: &PythonOptions) -> Result<BuildOutput, PlanError> {
        build(cx, options).await
    }

    fn plan(_: &Context<'_>, _: &PythonOptions, found: BuildOutput) -> Result<BuildOutput, PlanError> {
        Ok(found)
    }
}

async fn build(cx: &Context<'_>, options: &PythonOptions) -> Result<BuildOutput, PlanError> {
    report_unused(cx);
    let own_env = own_env(cx, OWNED)?;
    let installing = installing(cx, private::Tool::Python)?;
    let project = project::read(cx, options, cx.source_folder()?).await?;
    let image = format!("python:{}-slim-bookworm", project.version);
    let mut system = packages::names(cx.draft, &cx.build.packages.build)?;
    if !system.is_empty() && !system.iter().any(|name| name == "build-essential") {
        // Headers are of use to a compiler only, and slim images have none.
        system.insert(0, "build-essential".to_owned());
        cx.note("`packages.build` brings a compiler along: build-essential");
    }
    let wanted = |packages: &[String]| Wanted {
        image: image.clone(),
        what: format!("Python {}", project.version),
        span: project.version_span,
        packages: packages.to_vec(),
    };
    let needs = needs::read(cx, &project, cx.dependencies == Dependencies::All).await?;
    let own = own::read(cx, &project, &needs).await?;
    let (build, target) = (&cx.request().build_platform, cx.target());
    let place = platform::choose(&project, &needs, (build, target), &installing.options, !system.is_empty());
    let native: Vec<_> = needs.locals.iter().chain(own.built()).filter(|local| local.native.is_some()).collect();
    let (platform, elsewhere) = match &place {
        Place::Build(words) => (build, words.as_slice()),
        Place::Target(why) => {
            emulation::report(cx.draft, target, cx.span(), "installing dependencies", why);
            (target, &[][..])
        }
    };
    for local in &native {
        let why = format!("{} makes it for one platform", local.native.as_deref().unwrap_or_default());
        emulation::report(cx.draft, target, cx.span(), &format!("building `{}`", local.name), &why);
    }
    if !elsewhere.is_empty() && build != target {
        cx.note(format!("wheels for {target} are installed on {build}"));
    }
    for local in needs.locals.iter().chain(own.built()) {
        cx.note(format!("`{}` is built from `{}` by {}", local.name, shown(&local.folder), local.backend));
    }

    let bare = toolchain(cx, &wanted(&[]), build).await?;
    let here = toolchain(cx, &wanted(&system), build).await?;
    let there = if platform != build || (build != target && !native.is_empty()) {
        Some((toolchain(cx, &wanted(&[]), target).await?, toolchain(cx, &wanted(&system), target).await?))
    } else {
        None
    };
    let dev = cx.dependencies == Dependencies::All;
    let own_env = own_env.as_slice();
    let on_build =
        Installer { project: &project, toolchain: &here, bare: &bare, own_env, installing: &installing, dev };
    let on_target = match &there {
        Some((bare, toolchain)) => Installer { bare, toolchain, ..on_build },
        None => on_build,
    };
    let installer = if platform == build { on_build } else { on_target };
    let dependencies = installer.environment(cx, &needs, elsewhere);
    let of = |local: &Local| if local.native.is_some() { on_target } else { on_build };
    let locals: Vec<_> = needs.locals.iter().map(|local| (local, package::plan(cx, &of(local), local))).collect();
    let roots = roots::roots(cx, &project.folder, &project.pyproject).await?;
    let built = own.built().map(|local| package::plan_own(cx, &of(local), local, &roots));
    let places: Vec<_> =
        roots.iter().map(|root| if root.is_empty() { APP.into() } else { format!("{APP}/{root}") }).collect();
    let mut env = Vec::new();
    set(&mut env, "PATH", &path_with(&bare.env, &format!("{VENV}/bin")));
    set(&mut env, "VIRTUAL_ENV", VENV);
    set(&mut env, "PYTHONPATH", &places.join(":"));

    let members = sources::members(&project, &needs);
    gates(cx, &Installer { dev: true, ..on_build }, &env, (&own, &roots)).await?;
    let app = sources::compile(cx, &project, &bare, &members).await?;
    let runtime = runtime::of(&project, &image, cx.runtime.as_deref());
    let interpreter = runtime::interpreter(cx, &project, &bare);
    let mut venv = LayerCopy::whole(dependencies, "/", VENV);
    if interpreter.is_some() {
        venv.exclude = runtime::links(&project.minor());
    }
    let layer = |what: &str, how: &str, items: Vec<LayerCopy>| OutputLayer {
        what: format!("COPY {what}"),
        how: how.to_owned(),
        span: cx.span(),
        items: items.into_iter().map(LayerItem::Copy).collect(),
    };
    let mut layers = vec![layer(VENV, &project.tool.describe(), vec![venv])];
    if let Some(step) = interpreter {
        layers.push(layer(&format!("python3 {VENV}"), "of the runtime", vec![LayerCopy::whole(step, "/", VENV)]));
    }
    let package = |step: StepId| LayerCopy::whole(step, "/", VENV);
    if locals.len() <= LAYERS {
        layers.extend(
            locals.iter().map(|(local, step)| layer(&format!("{} {VENV}", local.name), "", vec![package(*step)])),
        );
    } else {
        let how = format!("{} packages of the repository", locals.len());
        layers.push(layer(&format!("packages {VENV}"), &how, locals.iter().map(|(_, step)| package(*step)).collect()));
    }
    if let Some((local, step)) = own.built().zip(built) {
        layers.push(layer(&format!("{} {APP}", local.name), "", vec![LayerCopy::whole(step, "/", APP)]));
    }
    let mut program = layer(APP, "with bytecode", vec![LayerCopy::whole(app, "/", APP)]);
    program.items.extend(own.items(&project.minor()));
    layers.push(program);
    let native_names = platform::linked(&needs);
    let compiles = !native.is_empty() || platform::may_compile(&project, &needs, target, &installing.options);
    // Inputs and what a build of the project makes may stand over files of the context.
    let is_whole = cx.inputs.is_empty() && own.built().is_none();
    let unchanged = is_whole.then(|| (APP.to_owned(), project.folder.clone())).into_iter().collect();
    Ok(BuildOutput {
        layers,
        output: app,
        entrypoint: if interpreter.is_some() { vec![format!("{VENV}/bin/python3")] } else { Vec::new() },
        cmd: Vec::new(),
        start: Start::default(),
        env,
        workdir: Some(APP.to_owned()),
        source: Some(APP.to_owned()),
        kept: None,
        unchanged,
        environment: Some(Arc::new(environment::environment(cx, &project, &needs, &own, &roots))),
        runtimes: runtime.with_native(native_names).loading(compiles),
    })
}

/// Plans the checks that are gates: on the build platform, with what developers need.
async fn gates(
    cx: &Context<'_>,
    installer: &Installer<'_>,
    env: &[(String, String)],
    (own, roots): (&Own, &[String]),
) -> Result<(), PlanError> {
    let gates = checks::gates(cx, "pytest -q")?;
    if gates.is_empty() {
        return Ok(());
    }
    let platform: &Platform = &cx.request().build_platform;
    let (toolchain, project) = (installer.toolchain, installer.project);
    let needs: Needs = needs::read(cx, project, true).await?;
    let dev = installer.environment(cx, &needs, &[]);
    let mut check_env = toolchain.env.clone();
    set_all(&mut check_env, env);
    set_all(&mut check_env, installer.own_env);
    set(&mut check_env, "PYTHONDONTWRITEBYTECODE", "1");
    let sources =
        MountKind::Discarded { from: sources::select(cx, project, None, &[])?, path: format!("/{}", project.folder) };
    let mut mounts = vec![
        Mount { target: APP.to_owned(), kind: sources },
        Mount::read_only(VENV, dev),
        Mount { target: "/tmp".to_owned(), kind: MountKind::Tmpfs },
        Mount { target: "/root".to_owned(), kind: MountKind::Tmpfs },
    ];
    // Mounts cannot lie over each other file by file, so packages of the repository are found by their own paths.
    let mut path: Vec<_> = env.iter().filter(|(name, _)| name == "PYTHONPATH").map(|(_, path)| path.clone()).collect();
    for local in &needs.locals {
        let place = format!("/opt/slipway-packages/{}", local.name);
        path.push(own::packages(&place, &project.minor()));
        mounts.push(Mount::read_only(place, package::plan(cx, installer, local)));
    }
    let mut before = Text::default();
    match own {
        Own::Nothing => {}
        Own::Texts(_) => {
            path.push(own::packages(OWN, &project.minor()));
            mounts.extend(own.mounts(OWN, &project.minor()));
        }
        Own::Built(local) => {
            path.push(own::packages(&format!("{OWN}/.venv"), &project.minor()));
            mounts.push(Mount::read_only(OWN, package::plan_own(cx, installer, local, roots)));
            before += OWN_BEFORE;
        }
    }
    set(&mut check_env, "PYTHONPATH", &path.join(":"));
    // What the program needs where it runs, it needs where it is tested.
    let runtime = packages::names(cx.draft, &cx.build.packages.runtime)?;
    let title = format!("[{} check packages]", cx.name);
    let (env, span) = (&toolchain.env, cx.span());
    let into = packages::InstallInto { owner: cx.name, title: &title, root: toolchain.root, env, platform, span };
    let setting = checks::CheckEnv {
        root: packages::install(cx.draft, &into, &runtime),
        platform: platform.clone(),
        env: check_env,
        workdir: APP.to_owned(),
        mounts,
        before,
        after: Text::default(),
    };
    for gate in &gates {
        checks::run(cx, gate, &setting)?;
    }
    if let Tool::Pip { dev: None, .. } = &project.tool {
        cx.note("checks have the program's own requirements only: there is no requirements-dev.txt");
    }
    Ok(())
}

/// Variables that the preset sets itself; a spec that names one would be ignored.
const OWNED: &[(&str, &str)] = &[
    ("VIRTUAL_ENV", "it is a layer of its own"),
    ("UV_PROJECT_ENVIRONMENT", "it is a layer of its own"),
    ("UV_CACHE_DIR", "it is a cache mount"),
    ("PIP_CACHE_DIR", "it is a cache mount"),
    ("POETRY_CACHE_DIR", "it is a cache mount"),
];
