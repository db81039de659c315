//! Go: modules in a layer of their own, a static binary for any platform from the build platform.
//!
//! Steps, for a program on a target platform:
//!
//! 1. *manifests*: `go.mod` and `go.sum`, those of modules that they replace by folders, and those of the workspace;
//! 2. *modules*: `go mod download` and `go mod verify` from the manifests alone, through a cache mount, into an
//!    ordinary layer;
//! 3. *sources*: the packages that the program imports, and what they embed;
//! 4. *dependencies*: what these import from elsewhere, compiled, in an ordinary layer;
//! 5. *build*: `go build` on the build platform for the target platform, without network, with the modules mounted
//!    read-only.
//!
//! A vendored module (`vendor/modules.txt`) downloads nothing.

mod cgo;
mod closure;
mod compile;
mod constraint;
mod dependencies;
mod embed;
mod environment;
mod folders;
mod go_file;
mod go_mod;
mod go_work;
mod local;
mod main_package;
mod module;
mod modules;
mod package;
mod platform;
mod sources;
mod toolchain;
mod workspace;

use futures_util::future::try_join;
use slipway_spec::Diagnostic;
use slipway_spec::model::GoOptions;

use self::closure::{Closure, closure};
use self::compile::Compiling;
use self::constraint::Target;
use self::folders::{COMPILE_CACHE, DEPENDENCIES, DOWNLOADS, MODULES, OUTPUT, SOURCES, workdir};
use self::main_package::{Wanted, no_folder};
use self::module::{Module, ModuleKind, nested_module, read_module};
use self::package::{main_folder, package, program};
use super::{BuildOutput, Context, OutputLayer, Start, in_folder, program_place, shown};
use crate::contents::Need;
use crate::runtime::Runtimes;
use crate::{LayerCopy, LayerItem, PlanError};

pub(super) async fn build(cx: &Context<'_>, options: &GoOptions) -> Result<BuildOutput, PlanError> {
    let span = cx.span();
    let wants_loader = environment::wants_loader(cx)?;
    let architecture = platform::go_platform(cx.target(), span)?;
    let source = cx.source_folder()?;
    let main = options.main.as_ref();
    let main_span = main.map_or(span, |main| main.span);
    let main_folder = main_folder(&cx.eval_or(main, ".")?, &source, main_span)?;
    let own_env = environment::own(cx)?;
    let with_workspace = environment::with_workspace(&own_env);
    let tags = compile::tags(cx, options)?;
    super::common::report_unused(cx);
    let mut wanted = Wanted {
        source: source.clone(),
        span: main_span,
        target: Target {
            architecture: architecture.into_iter().next().map(|(_, name)| name).unwrap_or_default(),
            tags: tags.clone(),
            cgo: options.cgo,
            release: String::new(),
        },
    };
    let mut from = source.clone();
    let (module, release, image, closure) = loop {
        let (module, ()) =
            try_join(read_module(cx, &from, &main_folder, &wanted, with_workspace), early(cx, options)).await?;
        let release = toolchain::release(cx, options, &module)?;
        wanted.target.release.clone_from(&release.version);
        let read = read_closure(cx, &module, &main_folder, &wanted);
        match try_join(toolchain::find(cx, &release), read).await? {
            (image, Read::Packages(closure)) => break (module, release, image, closure),
            (_, Read::Nested(folder)) if folder != from => from = folder,
            (_, Read::Nested(folder)) => return Err(no_folder(cx, &wanted, &folder).await?),
        }
    };
    if let Some(path) = &module.left_out {
        cx.note(format!("built without `{path}`, which does not use `{}`", in_folder(&module.folder, "go.mod")));
    }
    let package = package(&main_folder, &module.folder);
    let program = program(&package, &module.file).ok_or_else(|| {
        Diagnostic::error(main_span, "`go.mod` does not name its module").with_help("run `go mod init`")
    })?;
    let toolchain = toolchain::install(cx, &release, image)?;
    let modules = match module.kind {
        ModuleKind::Downloaded => Some(modules::download(cx, &module, &toolchain, &own_env)?),
        ModuleKind::Vendored | ModuleKind::WithoutRequirements => None,
    };
    let sources = match &closure {
        Some(closure) => sources::packages(cx, &source, &module, closure, &package)?,
        None => sources::whole(cx, &source, &module, true)?,
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
        closure: closure.as_ref(),
    };
    compiling.gates(cx)?;
    let compile = compiling.program(cx, options, sources, &package, &program, main_span)?;
    let runtimes = if options.cgo {
        cgo::runtimes(cx, &cx.eval_or(options.ldflags.as_ref(), "")?)?
    } else if wants_loader {
        let why = "`-buildmode=pie` makes a program that the GNU C library loads; leave `runtime` out, or delete it from `GOFLAGS`";
        let known = Runtimes::of("base").needing(Need::CLibrary);
        ["scratch", "static"].into_iter().fold(known, |known, word| known.without(word, why))
    } else {
        Runtimes::of("static")
    };
    let place = program_place(&program);
    let copy = LayerCopy { mode: Some(0o755), ..LayerCopy::whole(compile, format!("/{program}"), place.clone()) };
    Ok(BuildOutput {
        layers: vec![OutputLayer {
            what: format!("COPY {place}"),
            how: format!("go build -trimpath -ldflags \"-s -w\" {package}"),
            span: main_span,
            items: vec![LayerItem::Copy(copy)],
        }],
        output: compile,
        entrypoint: vec![place],
        cmd: Vec::new(),
        start: Start::default(),
        env: Vec::new(),
        workdir: None,
        kept: None,
        unchanged: Vec::new(),
        environment: None,
        runtimes,
    })
}

/// Names in a note, and how many more there are.
const NAMES: usize = 12;

/// What was found of a main package.
enum Read {
    /// The packages that it is made of; `None` when the modules are taken as a whole.
    Packages(Option<Closure>),
    /// The folder of the module that it belongs to, which is inside of the one that was looked at.
    Nested(String),
}

/// The image of the release that the spec names, while manifests are read.
async fn early(cx: &Context<'_>, options: &GoOptions) -> Result<(), PlanError> {
    toolchain::look_ahead(cx, options).await;
    Ok(())
}

/// The packages that the main package in a folder is made of, and why.
async fn read_closure(cx: &Context<'_>, module: &Module, main: &str, wanted: &Wanted) -> Result<Read, PlanError> {
    if let Some(folder) = nested_module(cx, &module.folder, main).await? {
        return Ok(Read::Nested(folder));
    }
    match closure(cx, &module.locals, main, wanted).await? {
        Ok(found) if found.missing.contains(main) => Err(no_folder(cx, wanted, main).await?),
        Ok(found) if wanted.target.cgo && found.packages.values().any(|package| package.uses_c) => {
            cx.note("compiled from the whole of its modules, since C code may include files from anywhere");
            Ok(Read::Packages(None))
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
            Ok(Read::Packages(Some(found)))
        }
        Err(unknown) => {
            cx.note(format!("compiled from the whole of its modules, since {}", unknown.why()));
            Ok(Read::Packages(None))
        }
    }
}
