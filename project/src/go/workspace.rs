//! The workspace (`go.work`) of a module: its modules, and the folders that replace modules.

use slipway_diagnostic::{Diagnostic, Span, join_path};

use super::go_mod::GoMod;
use super::go_work::GoWork;
use super::local::{Local, Named, modules_of, replacements};
use crate::paths::in_folder;
use crate::{Error, Repository};

/// The workspace of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// The folder of `go.work`.
    pub folder: String,
    /// Its contents.
    pub file: GoWork,
}

/// A summary of the modules of a workspace.
pub(super) struct Members {
    pub locals: Vec<Local>,
    /// The folder of a module that requires others, if any.
    pub requiring: Option<String>,
    /// Whether any of them has checksums.
    pub has_sums: bool,
}

impl Workspace {
    /// Whether the workspace uses the module in a folder.
    pub fn uses(&self, folder: &str) -> bool {
        self.file.uses.iter().any(|used| join_path(&self.folder, used).as_deref() == Some(folder))
    }
}

/// Reads the manifests of a workspace's modules; the one that is built is known.
pub(super) async fn members(
    repository: &Repository<'_>,
    workspace: &Workspace,
    main: &Local,
    file: &GoMod,
    span: Span,
) -> Result<Members, Error> {
    let by = in_folder(&workspace.folder, "go.work");
    let mut used = Vec::new();
    for written in &workspace.file.uses {
        let folder = join_path(&workspace.folder, written).ok_or_else(|| {
            Diagnostic::error(span, format!("`{by}` uses `{written}`, which is outside the context")).with_help(
                "build from a folder that contains all of its modules, or build only this one with `env: { GOWORK: \
                 off }`",
            )
        })?;
        if folder != main.folder {
            used.push(Named { by: by.clone(), path: None, folder, written: written.clone() });
        }
    }
    let mut replaced = replacements(&by, &workspace.folder, &workspace.file.replacements, span)?;
    let mut modules = vec![(main.clone(), file.clone())];
    modules.extend(modules_of(repository, used, span).await?);
    let own: Vec<_> = modules.iter().map(|(local, _)| local.path.clone()).collect();
    // In a workspace, the replacements of all its modules count.
    for (local, file) in &modules {
        replaced.extend(replacements(&in_folder(&local.folder, "go.mod"), &local.folder, &file.replacements, span)?);
    }
    modules.extend(modules_of(repository, replaced, span).await?);
    let own: Vec<_> = own.iter().map(String::as_str).collect();
    let stand_ins: Vec<_> =
        workspace.file.replacements.iter().chain(modules.iter().flat_map(|(_, file)| &file.replacements)).collect();
    let requiring: Vec<_> = modules
        .iter()
        .filter(|(_, file)| file.requires_beside(&own, &stand_ins))
        .map(|(local, _)| local.folder.clone())
        .collect();
    let sums: Vec<_> = requiring.iter().map(|folder| in_folder(folder, "go.sum")).collect();
    let has_sums = repository.read_all(&sums).await?.iter().any(Option::is_some);
    let mut locals = Vec::new();
    for (local, _) in modules {
        if !locals.contains(&local) {
            locals.push(local);
        }
    }
    Ok(Members { locals, requiring: requiring.into_iter().next(), has_sums })
}
