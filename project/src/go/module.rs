//! A Go module, or a workspace of several, according to its manifests, with all errors in them.

use std::collections::BTreeSet;

use slipway_diagnostic::{Diagnostic, Span};

use super::go_mod::GoMod;
use super::go_work::GoWork;
use super::local::{Local, modules_of, no_module_line, replacements};
use super::main_package::{no_folder, programs};
use super::query::Query;
use super::workspace::{Workspace, members};
use crate::paths::{in_folder, is_within, self_and_above, shown};
use crate::{Error, Repository};

/// A module and the folders it needs, according to its manifests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Its folder.
    pub folder: String,
    /// Its `go.mod`.
    pub file: GoMod,
    /// The source of the modules that it requires.
    pub kind: ModuleKind,
    /// Modules with sources in the context, this one first: those of the workspace, and those replaced by folders.
    pub locals: Vec<Local>,
    /// Its workspace.
    pub workspace: Option<Workspace>,
    /// A `go.work` above it that does not use it.
    pub left_out: Option<String>,
}

/// The source of required modules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModuleKind {
    /// They are vendored.
    Vendored,
    /// There is nothing to download.
    WithoutRequirements,
    /// They are downloaded; the flag shows whether there are checksums.
    Downloaded,
}

impl Module {
    /// The folder with the effective manifests: that of the workspace, if any.
    pub fn root(&self) -> &str {
        self.workspace.as_ref().map_or(&self.folder, |workspace| &workspace.folder)
    }

    /// The name of the project among others on an engine: the module's path, or in a workspace that of its first
    /// module.
    pub fn project(&self) -> &str {
        let locals =
            if self.workspace.is_some() { self.locals.as_slice() } else { self.locals.get(..1).unwrap_or_default() };
        locals.iter().map(|local| local.path.as_str()).min().unwrap_or_default()
    }

    /// The files with requirements; the same for all modules of a workspace.
    pub fn manifests(&self) -> Vec<String> {
        let workspace = self.workspace.iter().flat_map(|workspace| {
            [in_folder(&workspace.folder, "go.work"), in_folder(&workspace.folder, "go.work.sum")]
        });
        let modules = self
            .locals
            .iter()
            .flat_map(|local| [in_folder(&local.folder, "go.mod"), in_folder(&local.folder, "go.sum")]);
        let files: BTreeSet<_> = workspace.chain(modules).collect();
        files.into_iter().collect()
    }
}

/// Reads the module of a main package: the module in the build's own folder, otherwise the nearest at or above the
/// package's, like Go. A module in between takes precedence, as in Go.
///
/// The build's own folder is requested separately, so that all services of a module request the same files, which the
/// client then sends once.
pub(super) async fn read(repository: &Repository<'_>, query: &Query) -> Result<Module, Error> {
    let mut from = query.source.clone();
    loop {
        let module = read_around(repository, &from, query).await?;
        match nested_module(repository, &module.folder, &query.main.value).await? {
            None => {
                check_others(repository, query, &module).await?;
                return Ok(module);
            }
            Some(folder) if folder != from => from = folder,
            Some(folder) => return Err(no_folder(repository, query, (&folder, query.main.span)).await?),
        }
    }
}

/// Rejects a main package of another module than that of the first one: one `go build` compiles packages of one module.
async fn check_others(repository: &Repository<'_>, query: &Query, module: &Module) -> Result<(), Error> {
    for other in &query.others {
        let is_in_module = is_within(&module.folder, &other.value)
            && nested_module(repository, &module.folder, &other.value).await?.is_none();
        if !is_in_module {
            let (other_folder, folder) = (shown(&other.value), shown(&module.folder));
            let what = format!("`{other_folder}` is not in the module of the first main package, which is `{folder}`");
            return Err(Diagnostic::error(other.span, what)
                .with_label(query.main.span, "the first one")
                .with_help("write another build for it, and copy its program with `files: { /NAME: \"BUILD:/NAME\" }`")
                .into());
        }
    }
    Ok(())
}

async fn read_around(repository: &Repository<'_>, from: &str, query: &Query) -> Result<Module, Error> {
    let around = read_manifests(repository, from).await?;
    if around.first().is_some_and(|manifests| manifests.go_mod.is_some()) {
        return read_from(repository, &around, query).await;
    }
    let main = query.main.value.as_str();
    let around_main = read_manifests(repository, main).await?;
    match around_main.iter().position(|manifests| manifests.go_mod.is_some()) {
        Some(nearest) => read_from(repository, around_main.get(nearest..).unwrap_or_default(), query).await,
        None if !main.is_empty() && !repository.exists(main).await? => {
            Err(no_folder(repository, query, (main, query.main.span)).await?)
        }
        None => Err(no_module(repository, &around, query).await?),
    }
}

/// The folder of a module between a module and a main package in its folder, which the package therefore belongs to.
async fn nested_module(repository: &Repository<'_>, module: &str, main: &str) -> Result<Option<String>, Error> {
    let between: Vec<_> = self_and_above(main).take_while(|folder| *folder != module).collect();
    let paths: Vec<_> = between.iter().map(|folder| in_folder(folder, "go.mod")).collect();
    let files = repository.read_all(&paths).await?;
    Ok(between.into_iter().zip(files).find_map(|(folder, file)| file.map(|_| folder.to_owned())))
}

/// The files of a folder about modules.
struct Manifests {
    folder: String,
    go_mod: Option<Vec<u8>>,
    has_sums: bool,
    go_work: Option<Vec<u8>>,
    has_work_sums: bool,
    is_vendored: bool,
}

/// The manifests in a folder and in those above it, nearest first.
async fn read_manifests(repository: &Repository<'_>, folder: &str) -> Result<Vec<Manifests>, Error> {
    const NAMES: [&str; 5] = ["go.mod", "go.sum", "go.work", "go.work.sum", "vendor/modules.txt"];
    let folders: Vec<_> = self_and_above(folder).collect();
    let paths: Vec<_> = folders.iter().flat_map(|folder| NAMES.map(|name| in_folder(folder, name))).collect();
    let mut files = repository.manifests(&paths).await?.into_iter();
    let mut next = || files.next().flatten();
    let read = |folder: &str| Manifests {
        folder: folder.to_owned(),
        go_mod: next(),
        has_sums: next().is_some(),
        go_work: next(),
        has_work_sums: next().is_some(),
        is_vendored: next().is_some(),
    };
    Ok(folders.into_iter().map(read).collect())
}

/// There is no module at or above the main package's folder.
async fn no_module(repository: &Repository<'_>, around: &[Manifests], query: &Query) -> Result<Error, Error> {
    let main = query.main.value.as_str();
    let programs = programs(repository, query, main).await?;
    let go_work = around.iter().find(|folder| folder.go_work.is_some());
    let found = match go_work {
        Some(Manifests { folder, .. }) => {
            let (go_work, go_mod) = (in_folder(folder, "go.work"), in_folder(&query.source, "go.mod"));
            Diagnostic::error(query.span, format!("there is a `{go_work}` but no `{go_mod}` in the context"))
                .with_help(programs)
        }
        None if main.is_empty() => {
            let help = format!("run `go mod init`, or {programs}; also check the ignore file");
            Diagnostic::error(query.span, "there is no `go.mod` in the context").with_help(help)
        }
        None => {
            let what = format!("there is no `go.mod` in `{main}` or a folder above it");
            let help = "run `go mod init`; also check the ignore file";
            Diagnostic::error(query.span, what).with_help(help)
        }
    };
    Ok(found.into())
}

/// Reads the module in the first of these folders; the others are those above it.
async fn read_from(repository: &Repository<'_>, around: &[Manifests], query: &Query) -> Result<Module, Error> {
    let span = query.span;
    let Some(Manifests { folder, go_mod: Some(go_mod), has_sums, is_vendored, .. }) = around.first() else {
        return Err(Diagnostic::error(span, "there is no `go.mod` in the context")
            .with_help("run `go mod init`")
            .into());
    };
    let go_mod_path = in_folder(folder, "go.mod");
    let workspace = around.iter().find_map(|above| {
        let file = GoWork::parse(&String::from_utf8_lossy(above.go_work.as_ref()?));
        Some((Workspace { folder: above.folder.clone(), file }, above.has_work_sums, above.is_vendored))
    });
    let file = GoMod::parse(&String::from_utf8_lossy(go_mod));
    let file_replacements: Vec<_> = file.replacements.iter().collect();
    let Some(path) = file.module.clone() else {
        return Err(no_module_line(&go_mod_path, span).into());
    };
    let main = Local { path, folder: folder.clone(), go: file.go.clone() };
    let (workspace, left_out) = match workspace.filter(|_| query.with_workspace) {
        Some((workspace, ..)) if !workspace.uses(folder) => (None, Some(in_folder(&workspace.folder, "go.work"))),
        workspace => (workspace, None),
    };
    let (kind, locals, workspace) = match workspace {
        Some((workspace, has_work_sums, is_vendored)) => {
            let members = members(repository, &workspace, &main, &file, span).await?;
            let kind = match &members.requiring {
                _ if is_vendored => ModuleKind::Vendored,
                None => ModuleKind::WithoutRequirements,
                // The checksums of a module may be incomplete: those of the workspace and of its other modules are
                // added.
                Some(folder) if !has_work_sums && !members.has_sums => return Err(no_sums(folder, span).into()),
                Some(_) => ModuleKind::Downloaded,
            };
            (kind, members.locals, Some(workspace))
        }
        None => {
            let replaced = replacements(&go_mod_path, folder, &file.replacements, span)?;
            let stand_ins = modules_of(repository, replaced, span).await?;
            let requires = |file: &GoMod| file.requires_beside(&[], &file_replacements);
            let kind = if *is_vendored {
                ModuleKind::Vendored
            } else if requires(&file) && !has_sums {
                return Err(no_sums(folder, span).into());
            } else if requires(&file) || stand_ins.iter().any(|(_, file)| requires(file)) {
                ModuleKind::Downloaded
            } else {
                ModuleKind::WithoutRequirements
            };
            let locals = std::iter::once(main).chain(stand_ins.into_iter().map(|(local, _)| local)).collect();
            (kind, locals, None)
        }
    };
    Ok(Module { folder: folder.clone(), file, kind, locals, workspace, left_out })
}

fn no_sums(folder: &str, span: Span) -> Diagnostic {
    let (sums, go_mod) = (in_folder(folder, "go.sum"), in_folder(folder, "go.mod"));
    Diagnostic::error(span, format!("there is no `{sums}` in the context, but `{go_mod}` requires modules"))
        .with_help("run `go mod tidy` and commit `go.sum`")
}
