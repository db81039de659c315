//! Go: modules in a separate layer, and static binaries for any platform, compiled on the build platform.
//!
//! Steps, for a program on a target platform:
//!
//! 1. *manifests*: `go.mod` and `go.sum`, those of modules that folders replace, and those of the workspace;
//! 2. *modules*: `go mod download` with only the manifests, through a cache mount; the archives of modules are an
//!    ordinary layer;
//! 3. *run*: commands of the spec, on the modules of the repository and 2; their output is added to the sources;
//! 4. *dependencies*: the standard library and the program's external imports, compiled, in ordinary layers; those of
//!    2 that the program needs, and manifests of these alone;
//! 5. *sources*: the packages that the program imports, the files that they embed, and the manifests of 4;
//! 6. *build*: `go build` on the build platform for the target platform, without network access, with the archives as
//!    its module proxy and a cache mount of what is unpacked.
//!
//! A vendored module (`vendor/modules.txt`) downloads nothing.

mod cgo;
mod compile;
mod delve;
mod dependencies;
mod develop;
mod environment;
mod folders;
mod modules;
mod platform;
mod sources;
mod standard_library;
mod toolchain;

use std::sync::Arc;

use futures_util::future::try_join;
use slipway_project::go::{self, Module, ModuleKind, Packages, Query, Release, Target, Unknown};
use slipway_project::opened_files::{self, OpenedFile};
use slipway_project::paths::{in_folder, is_within, self_and_above, shown};
use slipway_spec::model::GoOptions;
use slipway_spec::{Diagnostic, Spanned, Template};

use self::compile::Compiling;
use self::folders::{
    ARCHIVES, COMPILE_CACHE, DEPENDENCIES, DOWNLOADS, MODULES, OUTPUT, SOURCES, STANDARD_LIBRARY, workdir,
};
use self::sources::Use;
use super::common::{refuse_install_options, with_named_output};
use super::language::Language;
use super::programs::{self, Compiled};
use super::toolchain_image::{ToolchainImage, version};
use super::{BuildOutput, Context, Start, run_steps};
use crate::contents::Need;
use crate::output::Debugger;
use crate::purpose::Purpose;
use crate::runtime::Runtimes;
use crate::{BaseImage, PlanError};

/// Go modules.
pub(super) struct Go;

/// The spec's options for the project.
pub(super) struct Asked {
    query: Query,
    /// The Go release.
    release: Option<Spanned<String>>,
    /// The build's own environment.
    env: Vec<(String, String)>,
    tags: Vec<String>,
}

/// The facts for a Go build.
pub(super) struct Found {
    module: Arc<Module>,
    packages: Arc<Packages>,
    release: Release,
    /// The toolchain's image.
    toolchain: ToolchainImage,
    image: BaseImage,
    /// The build's own environment.
    env: Vec<(String, String)>,
    /// The folders of the main packages.
    mains: Vec<Spanned<String>>,
    tags: Vec<String>,
    /// Files that the program opens at run time.
    opens: Vec<OpenedFile>,
    /// For development: the files with requirements that exist.
    manifests: Vec<String>,
}

impl Language for Go {
    type Options = GoOptions;
    type Asked = Asked;
    type Found = Found;

    fn manifests(_: &GoOptions) -> &'static [&'static str] {
        &["go.mod", "go.sum"]
    }

    fn toolchain(options: &GoOptions) -> Option<(&Template, &'static str)> {
        Some((options.go.as_ref()?, "`go.mod`"))
    }

    fn early_runtimes(options: &GoOptions) -> Option<Runtimes> {
        (!options.cgo).then(|| Runtimes::of("static"))
    }

    fn ask(cx: &mut Context<'_, '_>, options: &GoOptions) -> Result<Asked, PlanError> {
        refuse_install_options(cx, "go mod download", "GOPROXY: \"https://proxy.example.com\"")?;
        let env = environment::own(cx)?;
        let tags = compile::tags(cx, options)?;
        let query = query(cx, options, &env, &tags)?;
        Ok(Asked { query, release: version(cx, options.go.as_ref())?, env, tags })
    }

    async fn find(cx: &Context<'_, '_>, _: &GoOptions, asked: Asked) -> Result<Found, PlanError> {
        let Asked { mut query, release: asked, env, tags } = asked;
        let repository = cx.project();
        let early = async {
            // The image of a release in the spec is looked up while manifests are read.
            if let Some(version) = &asked {
                toolchain::look_ahead(cx, &version.value).await;
            }
            Ok(())
        };
        let (module, ()) = try_join(go::module(repository, &query), early).await?;
        let release = module.release(asked.as_ref(), cx.span())?;
        query.target.release.clone_from(&release.version);
        let packages = async {
            let packages = go::packages(repository, &query, &module).await?;
            packages.check(repository, &query).await?;
            Ok(packages)
        };
        let toolchain = toolchain::image_of(cx, &release.version, release.span)?;
        let (image, packages) = try_join(toolchain::find(cx, &release, &toolchain), packages).await?;
        let calls = packages.closure.as_ref().map(|closure| closure.opens.clone()).unwrap_or_default();
        let mains: Vec<_> = query.mains().cloned().collect();
        let folders = [query.source.as_str(), &module.folder];
        let folders: Vec<_> = folders.into_iter().chain(mains.iter().map(|main| main.value.as_str())).collect();
        let mut opens = opened_files::there(repository, &folders, calls).await?;
        // What the program contains, it opens only for development.
        opens.retain(|file| !packages.closure.as_ref().is_ok_and(|closure| closure.embeds(&file.place)));
        let mut manifests = Vec::new();
        if cx.purpose == Purpose::Develop {
            manifests = module.manifests();
            let mut exist = repository.exists_all(&manifests).await?.into_iter();
            manifests.retain(|_| exist.next() == Some(true));
        }
        Ok(Found { module, packages, release, toolchain, image, env, mains, tags, opens, manifests })
    }

    fn plan(cx: &mut Context<'_, '_>, options: &GoOptions, found: Found) -> Result<BuildOutput, PlanError> {
        plan(cx, options, found)
    }
}

/// The build's query about the project.
fn query(
    cx: &mut Context<'_, '_>,
    options: &GoOptions,
    env: &[(String, String)],
    tags: &[String],
) -> Result<Query, Diagnostic> {
    let source = cx.source_folder()?;
    let mut written = cx.eval_words(&options.main.0)?.into_iter();
    let first = written.next().unwrap_or_else(|| Spanned::new(".".to_owned(), cx.span()));
    let folder = |main: Spanned<String>| {
        Ok::<_, Diagnostic>(Spanned::new(go::main_folder(&main.value, &source, main.span)?, main.span))
    };
    let main = folder(first)?;
    let others: Vec<Spanned<String>> = written.map(folder).collect::<Result<_, _>>()?;
    let architecture = platform::go_platform(cx.target(), cx.span())?;
    let mut laid_over: Vec<String> = cx.inputs.iter().map(|input| input.target.trim_matches('/').to_owned()).collect();
    // Steps run in the folder of the module, which is one of these.
    for main in std::iter::once(&main).chain(&others) {
        for folder in self_and_above(main).filter(|folder| is_within(&source, folder)) {
            laid_over.extend(run_steps::written(cx, folder)?);
        }
    }
    Ok(Query {
        source,
        main,
        others,
        with_workspace: environment::with_workspace(env),
        laid_over,
        target: Target {
            platform: cx.target().to_string(),
            architecture: architecture.into_iter().next().map(|(_, name)| name).unwrap_or_default(),
            tags: tags.to_vec(),
            cgo: options.cgo,
            release: String::new(),
        },
        span: cx.span(),
    })
}

fn plan(cx: &mut Context<'_, '_>, options: &GoOptions, found: Found) -> Result<BuildOutput, PlanError> {
    let Found { module, packages, release, toolchain, image, env: own_env, mains, tags, opens, manifests } = found;
    let wants_loader = environment::wants_loader(cx)?;
    let source = cx.source_folder()?;
    let closure = packages.closure.as_ref();
    note(cx, options, closure);
    let closure = closure.ok().filter(|closure| !(options.cgo && closure.uses_c()));
    if let Some(path) = &module.left_out {
        cx.note(format!("built without `{path}`, which does not use `{}`", in_folder(&module.folder, "go.mod")));
    }
    let mut packages = Vec::new();
    let mut compiled = Vec::new();
    for main in &mains {
        let package = go::package(&main.value, &module.folder);
        let name = go::program(&package, &module.file).ok_or_else(|| {
            Diagnostic::error(main.span, "`go.mod` does not name its module").with_help("run `go mod init`")
        })?;
        let how = match cx.purpose {
            Purpose::Debug => format!("go build {} {package}", compile::UNOPTIMIZED),
            Purpose::Production | Purpose::Develop => format!("go build -trimpath -ldflags \"-s -w\" {package}"),
        };
        packages.push(package);
        compiled.push(Compiled { name, how, span: main.span });
    }
    let destination = options.destination.as_ref();
    programs::check(cx, destination, &compiled)?;
    let toolchain_image = image.clone();
    let toolchain = toolchain::install(cx, &release, toolchain, image)?;
    let modules = match module.kind {
        ModuleKind::Downloaded => Some(modules::download(cx, &module, &toolchain, &own_env)?),
        ModuleKind::Vendored | ModuleKind::WithoutRequirements => None,
    };
    let env = environment::compiling(&module, &toolchain, &own_env, options.cgo);
    let compiling = Compiling {
        source: &source,
        module: &module,
        toolchain: &toolchain,
        modules,
        env,
        tags: &tags,
        cgo: options.cgo,
        closure,
    };
    let folder = if is_within(&source, &module.folder) { module.folder.as_str() } else { &source };
    compiling.run_steps(cx, folder, &own_env)?;
    if cx.purpose == Purpose::Develop {
        let (module, tags) = (&module, tags.as_slice());
        let programs = develop::Programs { module, packages: &packages, compiled: &compiled, tags, manifests };
        return Ok(develop::plan(cx, options, programs, (&toolchain, toolchain_image), modules, own_env)?);
    }
    let compiled_before = compiling.before(cx, own_env.is_empty())?;
    let manifests = compiled_before.manifests().filter(|_| cx.purpose == Purpose::Production);
    let sources = match closure {
        Some(closure) => sources::packages(cx, &source, &module, closure, (&packages, manifests))?,
        None => sources::whole(cx, &source, &module, Use::Compile)?,
    };
    compiling.gates(cx, &compiled_before)?;
    let compile = compiling.programs(cx, options, sources, (&packages, &compiled), &compiled_before)?;
    let debugger = match cx.purpose {
        Purpose::Debug => Some(Debugger::Delve { from: delve::install(cx, &release, &toolchain, &own_env)? }),
        Purpose::Production | Purpose::Develop => None,
    };
    let runtimes = if options.cgo {
        let flags = cx.eval_or(options.ldflags.as_ref(), "")?;
        cgo::runtimes(cx, &toolchain, &flags)
    } else if wants_loader {
        let why = "`-buildmode=pie` creates a program that requires the GNU C library; delete `runtime`, or the option in `GOFLAGS`";
        Runtimes::of("base").needing(Need::CLibrary).without_all(["scratch", "static"], why)
    } else {
        Runtimes::of("static")
    };
    let runtimes = runtimes.built_on(toolchain.image.distro);
    let (start, toolchain) = (Start { opens, ..Start::default() }, Some(toolchain.base));
    let output = with_named_output(cx, compile, folder, |cx| sources::whole(cx, &source, &module, Use::Commands))?;
    let output = BuildOutput {
        start,
        lockfiles: modules.map(|modules| modules.manifests),
        toolchain,
        output,
        debugger,
        ..programs::install(cx, destination, &compiled, compile, runtimes)?
    };
    Ok(output)
}

/// Names in a note, with the number of others.
const NAMES: usize = 12;

/// Adds a note about the sources of the program.
fn note(cx: &mut Context<'_, '_>, options: &GoOptions, closure: Result<&go::Closure, &Unknown>) {
    match closure {
        Ok(found) if options.cgo && found.uses_c() => {
            cx.note("compiled from its whole modules, because C code may include any file");
        }
        Ok(found) => {
            let mut names: Vec<_> = found.packages.keys().take(NAMES).map(|folder| shown(folder)).collect();
            let more = format!("and {} more", found.packages.len().saturating_sub(NAMES));
            if found.packages.len() > NAMES {
                names.push(&more);
            }
            let (count, s) = (found.packages.len(), if found.packages.len() == 1 { "" } else { "s" });
            cx.note(format!("compiled from {count} package{s} of this repository: {}", names.join(", ")));
            if !found.missing.is_empty() {
                let names: Vec<_> = found.missing.iter().map(String::as_str).collect();
                cx.note(format!("imported, but not in the context: {}", names.join(", ")));
            }
        }
        Err(unknown) => cx.note(format!("compiled from its whole modules, because {}", unknown.why())),
    }
}
