//! Rust: archives of dependencies in one layer and compiled dependencies in another, and programs for any platform,
//! compiled on the build platform.
//!
//! Steps, for a program on a target platform:
//!
//! 1. *manifests*: `Cargo.lock` and every `Cargo.toml` of the workspace;
//! 2. *dependencies*: `cargo fetch` with only the manifests, through a cache mount; the archives are an ordinary layer,
//!    which later steps unpack into a cache mount;
//! 3. *run*: commands of the spec, on the workspace and 2; their output is added to the sources;
//! 4. *target*: for another platform than the build platform, its standard library and a cross linker;
//! 5. *compiled dependencies*: `cargo build` with stubs for all code of the workspace, without network access, into an
//!    ordinary layer;
//! 6. *sources*: the packages of the workspace that the program requires;
//! 7. *build*: `cargo build` of them, without network access, with the results of the last build in a cache mount.
//!
//! The layer has the archives of the packages in the lockfile and nothing else of Cargo's folder, which other projects
//! share, and whose index changes with every release of any package.

mod compile;
mod dependencies;
mod develop;
mod folders;
mod platform;
mod scripts;
mod sources;

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::try_join;
use slipway_project::opened_files::{self, OpenedFile};
use slipway_project::rust::{self, Code, Program, Project, Query, Release, Workspace};
use slipway_spec::model::{Distro, RustOptions};
use slipway_spec::{Diagnostic, Span, Spanned, Template};

use self::compile::{Cargo, Choice, Compile};
use self::dependencies::fetch;
use self::folders::{DEPENDENCIES, SOURCES, UNPACKED};
use self::platform::{RustPlatform, rust_platform};
use self::scripts::ADD_TARGET;
use self::sources::everything;
use super::common::{
    Toolchain, Wanted, add_toolchain, find_toolchain, own_env, refuse_install_options, with_named_output,
};
use super::programs::{self, Compiled};
use super::toolchain_image::{ToolchainImage, version};
use super::{BuildOutput, Context, Language, Start, checks, in_folder, run_steps, set_all};
use crate::contents::Need;
use crate::distro;
use crate::output::Debugger;
use crate::packages::Packages;
use crate::paths::self_and_above;
use crate::purpose::Purpose;
use crate::runtime::Runtimes;
use crate::{BaseImage, PlanError, shell};

/// Rust.
pub(super) struct Rust;

/// The spec's options for the project.
pub(super) struct Asked {
    query: Query,
    /// The Rust release.
    release: Option<Spanned<String>>,
    /// The build's own environment.
    env: Vec<(String, String)>,
}

/// The facts for a Rust build.
pub(super) struct Found {
    project: Project,
    programs: Arc<Vec<Program>>,
    code: Arc<Code>,
    query: Query,
    target: RustPlatform,
    release: Release,
    /// The toolchain's image.
    toolchain: ToolchainImage,
    image: BaseImage,
    /// The build's own environment.
    env: Vec<(String, String)>,
    /// Files that the program opens at run time.
    opens: Vec<OpenedFile>,
}

impl Language for Rust {
    type Options = RustOptions;
    type Asked = Asked;
    type Found = Found;

    fn toolchain(options: &Self::Options) -> Option<(&Template, &'static str)> {
        Some((options.rust.as_ref()?, "`rust-toolchain.toml`"))
    }

    fn manifests(_: &Self::Options) -> &'static [&'static str] {
        &["Cargo.toml", "Cargo.lock"]
    }

    fn early_runtimes(options: &Self::Options) -> Option<Runtimes> {
        Some(Runtimes::of(if options.link_static { "static" } else { "cc" }))
    }

    fn context_excludes(folder: &str) -> Vec<String> {
        // A package may have a source folder with this name, so only Cargo's own folders are meant.
        self_and_above(folder).map(|folder| in_folder(folder, "target")).collect()
    }

    fn ask(cx: &mut Context<'_, '_>, options: &RustOptions) -> Result<Asked, PlanError> {
        refuse_install_options(cx, "cargo fetch", "CARGO_NET_RETRY: 5")?;
        let env = own_env(cx, OWNED)?;
        let query = query(cx, options)?;
        Ok(Asked { query, release: version(cx, options.rust.as_ref())?, env })
    }

    async fn find(cx: &Context<'_, '_>, _: &RustOptions, asked: Asked) -> Result<Found, PlanError> {
        let Asked { query, release: asked, env } = asked;
        let target = rust_platform(cx.target(), cx.span())?;
        let repository = cx.project();
        let early = async {
            // The image of a release in the spec is looked up while manifests are read. `image` below reports errors.
            if let Some(asked) = &asked
                && let Ok(image) = image_of(cx, &asked.value, asked.span)
            {
                let _ = cx.project().image(&image.name, &cx.request().build_platform).await;
            }
            Ok(())
        };
        let (project, ()) = try_join(rust::project(repository, &query), early).await?;
        let release = project.release(&query, asked.as_ref())?;
        let toolchain = image_of(cx, &release.version, release.span)?;
        let wanted = wanted(&release, &toolchain, Packages::default());
        let image = find_toolchain(cx, &wanted, &cx.request().build_platform);
        let code = async {
            let programs = rust::programs(repository, &query, &project.workspace).await?;
            let code = rust::code(repository, &query, &project.workspace, &programs).await?;
            Ok((programs, code))
        };
        let (image, (programs, code)) = try_join(image, code).await?;
        let folders = [query.source.as_str(), &project.workspace.root];
        let folders = folders.into_iter().chain(programs.iter().map(|program| program.folder.as_str()));
        let folders: Vec<_> = folders.collect();
        let opens = opened_files::there(repository, &folders, code.opens.clone()).await?;
        Ok(Found { project, programs, code, query, target, release, toolchain, image, env, opens })
    }

    fn plan(cx: &mut Context<'_, '_>, options: &RustOptions, found: Found) -> Result<BuildOutput, PlanError> {
        plan(cx, options, found)
    }
}

/// The build's query about the project.
fn query(cx: &mut Context<'_, '_>, options: &RustOptions) -> Result<Query, Diagnostic> {
    Ok(Query {
        source: cx.source_folder()?,
        bins: cx.eval_words(&options.bin.0)?,
        packages: cx.eval_words(&options.package.0)?,
        features: cx.eval_all(&options.features)?,
        span: cx.span(),
    })
}

/// The image of a release.
fn image_of(cx: &Context<'_, '_>, version: &str, span: Span) -> Result<ToolchainImage, Diagnostic> {
    let name = |distro: Distro| format!("rust:{version}-{}", distro.name());
    ToolchainImage::choose(cx, (&distro::RUST, cx.distro.as_ref()), (version, span), name)
}

/// The image of a release, with packages.
fn wanted(release: &Release, image: &ToolchainImage, packages: Packages) -> Wanted {
    Wanted { image: image.clone(), what: format!("Rust {}", release.version), packages }
}

fn plan(cx: &mut Context<'_, '_>, options: &RustOptions, found: Found) -> Result<BuildOutput, PlanError> {
    let Found { project, programs, code, query, target, release, toolchain, image, env: own_env, opens } = found;
    let build_platform = &cx.request().build_platform;
    let native = rust_platform(build_platform, cx.span())? == target;
    let (folder, workspace) = (query.source, project.workspace);
    cx.note(format!("Rust {}, from {}", release.version, release.by));
    let written = cx.eval_or(options.profile.as_ref(), "release")?;
    // Debuggers need symbols and the order of the source.
    let debugs = cx.purpose == Purpose::Debug;
    let profile = if debugs { "dev".to_owned() } else { written };
    // Each is one of `bin`, otherwise of `package`, in their order.
    let spans = if query.bins.is_empty() { &query.packages } else { &query.bins };
    let compiled = |(index, program): (usize, &Program)| Compiled {
        name: program.name.clone(),
        how: format!("cargo build --profile {profile} --locked --bin {}", program.name),
        span: spans.get(index).map_or(cx.span(), |wanted| wanted.span),
    };
    let compiled: Vec<_> = programs.iter().enumerate().map(compiled).collect();
    let destination = options.destination.as_ref();
    programs::check(cx, destination, &compiled)?;
    let choice = Choice {
        span: compiled.first().map_or(cx.span(), |program| program.span),
        programs,
        profile,
        features: query.features,
        is_static: options.link_static,
    };
    let packages = choice.programs.iter().map(|program| program.package.as_str());
    let closure: BTreeSet<_> = packages.flat_map(|package| workspace.closure(package)).collect();
    note_closure(cx, &workspace, &closure);

    let mut system = cx.packages.build.clone();
    let toolchain_image = image.clone();
    let bench = add_toolchain(cx, &wanted(&release, &toolchain, system.clone()), image.clone(), build_platform);
    let dependencies = fetch(cx, &workspace, &bench, &own_env)?;
    let lockfiles = dependencies.manifests;
    let cargo = Cargo { workspace: &workspace, version: &toolchain.key, dependencies, own_env: &own_env };
    if run_steps::any(cx) {
        run_steps::plan(cx, &cargo.place(&bench, &folder), |cx| {
            let sources = everything(cx, &workspace, &folder, false)?;
            Ok(cargo.setting(cx, &bench, sources, &folder).container)
        })?;
    }
    if cx.purpose == Purpose::Develop {
        let what = (&choice, compiled.as_slice());
        return Ok(develop::plan(cx, options, &cargo, what, (&bench, toolchain_image), &folder)?);
    }
    let checked = checks::wanted(cx, "cargo test --workspace")?;
    if !checked.is_empty() {
        let sources = everything(cx, &workspace, &folder, true)?;
        let setting = cargo.setting(cx, &bench, sources, &folder);
        for check in &checked {
            checks::run(cx, check, &setting)?;
        }
    }

    let bench = if native {
        bench
    } else {
        system.names.extend(target.packages.map(str::to_owned));
        let bench = add_toolchain(cx, &wanted(&release, &toolchain, system), image, build_platform);
        add_target(cx, bench, &target, &own_env)
    };
    let what = Compile { bench: &bench, target: &target, choice: &choice };
    let folders: Vec<_> = closure.iter().cloned().collect();
    let dependencies = cargo.dependencies(cx, &what, &folders);
    let sources = sources::select(cx, &workspace, &closure, &code, &folder)?;
    let compile = cargo.programs(cx, &what, &sources, dependencies, &folder);
    let runtimes = runtimes(choice.is_static).built_on(toolchain.distro);
    let start = Start { opens, ..Start::default() };
    let toolchain = Some(bench.base);
    let output = with_named_output(cx, compile, &folder, |cx| everything(cx, &workspace, &folder, false))?;
    let debugger = debugs.then_some(Debugger::Gdb);
    let installed = programs::install(cx, destination, &compiled, compile, runtimes)?;
    Ok(BuildOutput { start, lockfiles, toolchain, output, debugger, ..installed })
}

/// The requirements of programs: the C library and the unwinder, unless both are linked statically.
fn runtimes(is_static: bool) -> Runtimes {
    if is_static {
        return Runtimes::of("static");
    }
    let why = "programs of this build require the GNU C library; delete `runtime`, or add `static: true` to the build to link it statically";
    Runtimes::of("cc").needing(Need::Unwinder).loading(true).without_all(["scratch", "static", "base"], why)
}

/// Variables that the preset sets itself; a spec that names one would be ignored.
const OWNED: &[(&str, &str)] = &[
    ("CARGO_HOME", "dependencies are in a separate layer"),
    ("CARGO_TARGET_DIR", "it is a cache mount"),
    ("CARGO_BUILD_TARGET", "it follows `--platform`"),
];

/// Adds a note about the packages in the program.
fn note_closure(cx: &mut Context<'_, '_>, workspace: &Workspace, closure: &BTreeSet<String>) {
    let count = workspace.packages.len();
    if count > 1 {
        let names: Vec<_> = closure.iter().filter_map(|folder| workspace.packages.get(folder)).collect();
        let names: Vec<_> = names.into_iter().map(|package| format!("`{}`", package.name)).collect();
        cx.note(format!("made of {} of the workspace's {count} packages: {}", names.len(), names.join(", ")));
    }
}

/// The toolchain with additions for another platform.
fn add_target(
    cx: &mut Context<'_, '_>,
    bench: Toolchain,
    target: &RustPlatform,
    own_env: &[(String, String)],
) -> Toolchain {
    let script = shell::networked("rust-target", ADD_TARGET);
    let mut env = bench.env.clone();
    set_all(&mut env, own_env);
    let run = bench.container(env).run(script).args([target.triple]);
    let root = cx.add(cx.step_name("target", &format!("rustup target add {}", target.triple)), cx.span(), run);
    let mut env = bench.env;
    set_all(&mut env, &target.env());
    Toolchain { root, base: bench.base, manager: bench.manager, env, platform: bench.platform }
}
