//! A Go module, or a workspace of several, as the manifests tell of it, and every way in which they can be wrong.

use std::collections::BTreeSet;

use slipway_spec::{Diagnostic, Span};

use super::go_mod::{GoMod, Replacement};
use super::go_work::GoWork;
use super::workspace::{Workspace, above, members};
use crate::presets::{Context, in_folder, join_path};
use crate::{PlanError, Project};

/// A module and the folders it needs, as the manifests tell.
pub(super) struct Module {
    pub(super) folder: String,
    pub(super) file: GoMod,
    pub(super) kind: ModuleKind,
    /// Modules whose sources are in the context, this one first: those of the workspace, and those that folders stand in for.
    pub(super) locals: Vec<Local>,
    pub(super) workspace: Option<Workspace>,
}

/// A module whose sources are in the context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Local {
    /// What imports of its packages begin with.
    pub(super) path: String,
    pub(super) folder: String,
    /// What its `go.mod` asks for.
    pub(super) go: Option<String>,
}

impl Local {
    /// The folder of a package, if it can be one of this module.
    pub(super) fn folder_of(&self, import: &str) -> Option<String> {
        let inside = import.strip_prefix(&self.path)?;
        if inside.is_empty() {
            return Some(self.folder.clone());
        }
        Some(in_folder(&self.folder, inside.strip_prefix('/')?))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ModuleKind {
    /// Modules come with the sources.
    Vendored,
    /// There is nothing to download.
    WithoutRequirements,
    /// Modules are downloaded; the flag tells whether there are sums to check them against.
    Downloaded,
}

impl Module {
    /// The folder whose manifests rule: that of the workspace, if there is one.
    pub(super) fn root(&self) -> &str {
        self.workspace.as_ref().map_or(&self.folder, |workspace| &workspace.folder)
    }

    /// The name of the project among others on an engine: the module's path, or in a workspace that of the first of its modules.
    pub(super) fn project(&self) -> &str {
        let locals =
            if self.workspace.is_some() { self.locals.as_slice() } else { self.locals.get(..1).unwrap_or_default() };
        locals.iter().map(|local| local.path.as_str()).min().unwrap_or_default()
    }

    /// The files that requirements are written in; the same for all modules of a workspace.
    pub(super) fn manifests(&self) -> Vec<String> {
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

/// Reads the manifests of the module in a folder, and those of the workspace around it unless the build turns that off.
pub(super) async fn read_module<P: Project>(
    cx: &Context<'_, P>,
    folder: String,
    with_workspace: bool,
) -> Result<Module, PlanError> {
    let span = cx.span();
    let around = above(&folder);
    let mut paths: Vec<_> = ["go.mod", "go.sum"].map(|name| in_folder(&folder, name)).into();
    for folder in &around {
        paths.extend(["go.work", "go.work.sum", "vendor/modules.txt"].map(|name| in_folder(folder, name)));
    }
    let mut files = cx.project().manifests(&paths).await?.into_iter();
    let mut next = || files.next().flatten();
    let (go_mod, has_sums) = (next(), next().is_some());
    let mut workspace = None;
    let mut is_vendored = false;
    for around in around {
        let (work, sums, vendor) = (next(), next().is_some(), next().is_some());
        is_vendored |= vendor && around == folder;
        if let (Some(work), None) = (work, &workspace) {
            let file = GoWork::parse(&String::from_utf8_lossy(&work));
            workspace = Some((Workspace { folder: around.to_owned(), file }, sums, vendor));
        }
    }
    let go_mod_path = in_folder(&folder, "go.mod");
    let Some(go_mod) = go_mod else {
        let what = if let Some((workspace, ..)) = &workspace {
            let example = workspace.file.uses.first().map_or("./svc", String::as_str);
            Diagnostic::error(
                span,
                format!(
                    "there is a `{}` but no `{go_mod_path}` in the context",
                    in_folder(&workspace.folder, "go.work")
                ),
            )
            .with_help(format!("name the folder of one of its modules with `source:`, such as `{example}`"))
        } else {
            Diagnostic::error(span, format!("there is no `{go_mod_path}` in the context")).with_help(
                "run `go mod init`, or name the module's folder with `source:`; an ignore file may also keep it out",
            )
        };
        return Err(what.into());
    };
    let file = GoMod::parse(&String::from_utf8_lossy(&go_mod));
    let Some(path) = file.module.clone() else {
        return Err(no_module_line(&go_mod_path, span).into());
    };
    let main = Local { path, folder: folder.clone(), go: file.go.clone() };
    let workspace = workspace.filter(|_| with_workspace).filter(|(workspace, ..)| {
        let is_used = workspace.uses(&folder);
        if !is_used {
            let path = in_folder(&workspace.folder, "go.work");
            cx.note(format!("built without `{path}`, which does not use `{go_mod_path}`"));
        }
        is_used
    });
    let (kind, locals, workspace) = match workspace {
        Some((workspace, has_work_sums, is_vendored)) => {
            let members = members(cx, &workspace, &main, &file).await?;
            let kind = match &members.requiring {
                _ if is_vendored => ModuleKind::Vendored,
                None => ModuleKind::WithoutRequirements,
                // A module's sums need not be complete: those of the workspace and of its other modules add to them.
                Some(folder) if !has_work_sums && !members.has_sums => return Err(no_sums(folder, span).into()),
                Some(_) => ModuleKind::Downloaded,
            };
            (kind, members.locals, Some(workspace))
        }
        None => {
            let replaced = replacements(&go_mod_path, &folder, &file.replacements, span)?;
            let stand_ins = modules_of(cx, replaced).await?;
            let kind = if is_vendored {
                ModuleKind::Vendored
            } else if !file.has_requirements {
                ModuleKind::WithoutRequirements
            } else if !has_sums && stand_ins.is_empty() {
                return Err(no_sums(&folder, span).into());
            } else {
                ModuleKind::Downloaded
            };
            let locals = std::iter::once(main).chain(stand_ins.into_iter().map(|(local, _)| local)).collect();
            (kind, locals, None)
        }
    };
    Ok(Module { folder, file, kind, locals, workspace })
}

/// A folder of the context that is named as a module, and by which file.
pub(super) struct Named {
    pub(super) by: String,
    /// The module that imports know it as; that of its own `go.mod` if absent.
    pub(super) path: Option<String>,
    pub(super) folder: String,
    pub(super) written: String,
}

/// The folders that stand in for modules.
pub(super) fn replacements(
    by: &str,
    base: &str,
    replaced: &[Replacement],
    span: Span,
) -> Result<Vec<Named>, Diagnostic> {
    let named = replaced.iter().map(|Replacement { module, folder: written }| {
        let folder = join_path(base, written).ok_or_else(|| {
            Diagnostic::error(span, format!("`{by}` replaces a module by `{written}`, which is outside of the context"))
                .with_help("build from a folder that holds both, and name the module's folder with `source:`")
        })?;
        Ok(Named { by: by.to_owned(), path: Some(module.clone()), folder, written: written.clone() })
    });
    named.collect()
}

/// Reads the manifests of folders that are named as modules.
pub(super) async fn modules_of<P: Project>(
    cx: &Context<'_, P>,
    named: Vec<Named>,
) -> Result<Vec<(Local, GoMod)>, PlanError> {
    let span = cx.span();
    let paths: Vec<_> = named.iter().map(|named| in_folder(&named.folder, "go.mod")).collect();
    let texts = cx.project().read_all(&paths).await?;
    let mut modules = Vec::new();
    for ((Named { by, path, folder, written }, text), go_mod) in named.into_iter().zip(texts).zip(paths) {
        let Some(text) = text else {
            let what = match path {
                Some(_) => format!("`{by}` replaces a module by a folder, but there is no `{go_mod}` in the context"),
                None => format!("`{by}` uses `{written}`, but there is no `{go_mod}` in the context"),
            };
            return Err(Diagnostic::error(span, what).with_help("add it, or take it out of the ignore file").into());
        };
        let file = GoMod::parse(&String::from_utf8_lossy(&text));
        let path = path.or_else(|| file.module.clone()).ok_or_else(|| no_module_line(&go_mod, span))?;
        modules.push((Local { path, folder, go: file.go.clone() }, file));
    }
    Ok(modules)
}

fn no_module_line(path: &str, span: Span) -> Diagnostic {
    Diagnostic::error(span, format!("`{path}` has no `module` line")).with_help("run `go mod init`")
}

fn no_sums(folder: &str, span: Span) -> Diagnostic {
    let (sums, go_mod) = (in_folder(folder, "go.sum"), in_folder(folder, "go.mod"));
    Diagnostic::error(span, format!("there is no `{sums}` in the context, and `{go_mod}` requires modules"))
        .with_help("run `go mod tidy` and commit `go.sum`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_a_module() {
        let local = Local { path: "a.com/b".into(), folder: "x".into(), go: None };
        assert_eq!(local.folder_of("a.com/b"), Some("x".into()));
        assert_eq!(local.folder_of("a.com/b/c/d"), Some("x/c/d".into()));
        assert_eq!(local.folder_of("a.com/bc"), None);
        let root = Local { folder: String::new(), ..local };
        assert_eq!(root.folder_of("a.com/b/c"), Some("c".into()));
        assert_eq!(root.folder_of("a.com/b"), Some(String::new()));
    }
}
