//! Python: dependencies in a virtual environment that is a layer of its own, the program's files beside it, both with bytecode.
//!
//! Steps, for a program on a target platform:
//!
//! 1. *manifests*: the lockfile, or the requirements files;
//! 2. *tool*: uv or Poetry, in an environment of its own;
//! 3. *dependencies*: the virtual environment at [`VENV`], made by the interpreter that the images have, through a download cache, into an ordinary layer;
//! 4. *sources*: the files of the build;
//! 5. *bytecode*: the files and their bytecode, without network.
//!
//! All of it runs on the target platform, since wheels are made for one.

mod install;
mod project;
mod requirements;
mod version;

use slipway_spec::Diagnostic;
use slipway_spec::model::{Dependencies, PythonOptions};

use self::install::{Environment, path_with};
use self::project::{PythonProject, Tool};
use super::common::{Toolchain, Wanted, installing, own_env, report_unused, toolchain};
use super::{Context, Made, MadeLayer, checks, in_folder, private, set, set_all};
use crate::runtime::Runtimes;
use crate::{
    LayerCopy, LayerItem, Mount, MountKind, Network, PlanError, Platform, Project, Run, RunOutput, StepId, StepKind,
    emulation, packages, shell,
};

/// Where the program's files stand, in images and in checks.
const APP: &str = "/app";
/// Where the virtual environment stands: programs in it name this path, so it is the same in steps and images.
const VENV: &str = "/app/.venv";

/// Compiles the files of a folder. Bytecode that is never checked against its source needs no modification time, so the same files give the same bytes. A file that does
/// not compile may be a template, or made for another Python: it is left to whoever imports it.
const BYTECODE: &str = "\
bytecode() { python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash \"$@\" || echo 'Some files have no bytecode.' >&2; }
";

pub(super) async fn build<P: Project>(cx: &Context<'_, P>, options: &PythonOptions) -> Result<Made, PlanError> {
    report_unused(cx);
    let own_env = own_env(cx, OWNED)?;
    let installing = installing(cx, private::Tool::Python)?;
    let project = project::read(cx, options, cx.source_folder()?).await?;
    let image = format!("python:{}-slim-bookworm", project.version);
    let mut system = packages::names(cx.planner, &cx.build.packages.build)?;
    if !system.is_empty() && !system.iter().any(|name| name == "build-essential") {
        // Headers are of use to a compiler only, and slim images have none.
        system.insert(0, "build-essential".to_owned());
        cx.note("`packages.build` brings a compiler along: build-essential");
    }
    let wanted = Wanted {
        image: image.clone(),
        what: format!("Python {}", project.version),
        span: project.version_span,
        packages: system,
    };
    emulation::report(
        cx.planner,
        cx.target(),
        cx.span(),
        "installing dependencies",
        "wheels are made for one platform",
    );
    let target = toolchain(cx, &wanted, cx.target()).await?;
    let environment = |toolchain: &Toolchain, dev| {
        let (project, own_env, installing) = (&project, &own_env, &installing);
        Environment { project, options, toolchain, own_env, installing, dev }.plan(cx)
    };
    let dependencies = environment(&target, cx.dependencies == Dependencies::All);

    let src = cx.project().exists(&in_folder(&project.folder, "src")).await?;
    let python_path = if src { "/app/src" } else { APP };
    let mut env = Vec::new();
    set(&mut env, "PATH", &path_with(&target.env, &format!("{VENV}/bin")));
    set(&mut env, "VIRTUAL_ENV", VENV);
    set(&mut env, "PYTHONPATH", python_path);

    let gates = checks::gates(cx, "pytest -q")?;
    if !gates.is_empty() {
        let platform: &Platform = &cx.request().build_platform;
        let toolchain = toolchain(cx, &wanted, platform).await?;
        let dev = environment(&toolchain, true);
        let mut check_env = toolchain.env.clone();
        set_all(&mut check_env, &env);
        set_all(&mut check_env, &own_env);
        set(&mut check_env, "PYTHONDONTWRITEBYTECODE", "1");
        let sources = MountKind::Discarded { from: select(cx, &project, true)?, path: format!("/{}", project.folder) };
        // What the program needs where it runs, it needs where it is tested.
        let runtime = packages::names(cx.planner, &cx.build.packages.runtime)?;
        let title = format!("[{} check packages]", cx.name);
        let (env, span) = (&toolchain.env, cx.span());
        let into = packages::Into { owner: cx.name, title: &title, root: toolchain.root, env, platform, span };
        let setting = checks::Setting {
            root: packages::install(cx.planner, &into, &runtime),
            platform: platform.clone(),
            env: check_env,
            workdir: APP.to_owned(),
            mounts: vec![
                Mount { target: APP.to_owned(), kind: sources },
                Mount::read_only(VENV, dev),
                Mount { target: "/tmp".to_owned(), kind: MountKind::Tmpfs },
                Mount { target: "/root".to_owned(), kind: MountKind::Tmpfs },
            ],
            before: String::new(),
            after: String::new(),
        };
        for gate in &gates {
            checks::run(cx, gate, &setting)?;
        }
        if let Tool::Pip { dev: None, .. } = &project.tool {
            cx.note("checks have the program's own requirements only: there is no requirements-dev.txt");
        }
    }

    let app = compile(cx, &project, &target)?;
    Ok(Made {
        layers: vec![layer(cx, VENV, dependencies, &project.tool.describe()), layer(cx, APP, app, "with bytecode")],
        output: app,
        entrypoint: Vec::new(),
        cmd: Vec::new(),
        env,
        workdir: Some(APP.to_owned()),
        runtimes: runtimes(&image),
    })
}

/// Variables that the preset sets itself; a spec that names one would be ignored.
const OWNED: &[(&str, &str)] = &[
    ("VIRTUAL_ENV", "it is a layer of its own"),
    ("UV_PROJECT_ENVIRONMENT", "it is a layer of its own"),
    ("UV_CACHE_DIR", "it is a cache mount"),
    ("PIP_CACHE_DIR", "it is a cache mount"),
    ("POETRY_CACHE_DIR", "it is a cache mount"),
];

/// What programs run on: the image that their environment was made with.
fn runtimes(image: &str) -> Runtimes {
    let no_python = "it has no Python; leave `runtime` out, or write `runtime: slim`";
    let distroless = "this release of Slipway makes the virtual environment for the interpreter of the slim image only; \
                      leave `runtime` out, or write `runtime: slim`";
    let none = ["scratch", "static", "base", "cc"];
    none.into_iter()
        .fold(Runtimes::of("slim").with("slim", image), |known, word| known.without(word, no_python))
        .without("distroless", distroless)
}

fn layer<P: Project>(cx: &Context<'_, P>, place: &str, from: StepId, how: &str) -> MadeLayer {
    MadeLayer {
        what: format!("COPY {place}"),
        how: how.to_owned(),
        span: cx.span(),
        items: vec![LayerItem::Copy(LayerCopy::whole(from, "/", place))],
    }
}

/// The program's files with their bytecode.
fn compile<P: Project>(
    cx: &Context<'_, P>,
    project: &PythonProject,
    toolchain: &Toolchain,
) -> Result<StepId, Diagnostic> {
    let text = format!("cp -a . /out/\n{BYTECODE}bytecode -s /out -p {APP} /out\n");
    let script = shell::offline("bytecode", &text);
    let mut mounts = vec![
        Mount::read_only("/src", select(cx, project, false)?),
        Mount { target: "/tmp".to_owned(), kind: MountKind::Tmpfs },
    ];
    mounts.extend(script.mounts);
    let kind = StepKind::Run(Run {
        root: toolchain.root,
        platform: toolchain.platform.clone(),
        args: script.args,
        env: toolchain.env.clone(),
        workdir: in_folder("/src", &project.folder).trim_end_matches('/').to_owned(),
        network: Network::None,
        mounts,
        secret_env: Vec::new(),
        output: RunOutput::Folder("/out".to_owned()),
    });
    let name = format!("[{}{} build] bytecode", cx.planner.prefix(cx.target()), cx.name);
    Ok(cx.add(name, cx.span(), kind))
}

/// The step that holds the program's files; for checks all of them, whatever the images get.
fn select<P: Project>(cx: &Context<'_, P>, project: &PythonProject, whole: bool) -> Result<StepId, Diagnostic> {
    let (source, folder) = (&cx.build.source, &project.folder);
    let include = if !whole && !source.include.is_empty() {
        cx.patterns(folder, &source.include)?
    } else if folder.is_empty() {
        Vec::new()
    } else {
        vec![folder.clone()]
    };
    let mut exclude = if whole { Vec::new() } else { cx.patterns(folder, &source.exclude)? };
    // What a developer's machine has made of the project, and the spec itself, say nothing to the program.
    exclude.extend([in_folder(folder, ".venv"), "**/__pycache__".to_owned(), ".git".to_owned()]);
    exclude.push(cx.request().spec_name.clone());
    let what = if folder.is_empty() { "." } else { folder };
    let what = format!("COPY {what}{}", if whole { " for checks" } else { "" });
    Ok(cx.select(cx.shared_step_name("sources", &what), include, exclude))
}
