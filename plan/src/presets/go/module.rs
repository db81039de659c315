//! A Go module as its manifests tell of it, and every way in which they can be wrong.

use futures_util::future::try_join_all;
use slipway_spec::{Diagnostic, Span};

use super::go_mod::GoMod;
use crate::presets::{Context, in_folder, join_path};
use crate::{PlanError, Project};

/// A module and the folders it needs, as the manifests tell.
pub(super) struct Module {
    pub(super) folder: String,
    pub(super) file: GoMod,
    pub(super) kind: ModuleKind,
    /// Folders of the context that stand in for modules.
    pub(super) replacements: Vec<String>,
}

pub(super) enum ModuleKind {
    /// Modules come with the sources.
    Vendored,
    /// There is nothing to download.
    WithoutRequirements,
    /// Modules are downloaded; the flag tells whether there are sums to check them against.
    Downloaded,
}

/// Reads the manifests of the module in a folder.
pub(super) async fn read_module<P: Project>(
    cx: &Context<'_, P>,
    folder: String,
    span: Span,
) -> Result<Module, PlanError> {
    let paths = ["go.mod", "go.sum", "vendor/modules.txt", "go.work"].map(|name| in_folder(&folder, name));
    let mut files = cx.project().manifests(&paths).await?.into_iter();
    let mut next = || files.next().flatten();
    let (go_mod, has_sums, is_vendored, is_workspace) = (next(), next().is_some(), next().is_some(), next().is_some());
    let [go_mod_path, ..] = paths;
    let Some(go_mod) = go_mod else {
        let what = if is_workspace {
            Diagnostic::error(span, format!("there is a `go.work` but no `{go_mod_path}` in the context"))
                .with_help("name the folder of one of its modules with `source:`")
        } else {
            Diagnostic::error(span, format!("there is no `{go_mod_path}` in the context")).with_help(
                "run `go mod init`, or name the module's folder with `source:`; an ignore file may also keep it out",
            )
        };
        return Err(what.into());
    };
    let file = GoMod::parse(&String::from_utf8_lossy(&go_mod));
    if file.module.is_none() {
        return Err(Diagnostic::error(span, format!("`{go_mod_path}` has no `module` line"))
            .with_help("run `go mod init`")
            .into());
    }
    let replacements = file
        .local_replacements
        .iter()
        .map(|path| {
            join_path(&folder, path).ok_or_else(|| {
                Diagnostic::error(
                    span,
                    format!("`{go_mod_path}` replaces a module by `{path}`, which is outside of the context"),
                )
                .with_help("build from a folder that holds both, and name the module's folder with `source:`")
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let missing = try_join_all(replacements.iter().map(|folder| async {
        let path = in_folder(folder, "go.mod");
        Ok::<_, PlanError>((!cx.project().exists(&path).await?).then_some(path))
    }))
    .await?;
    if let Some(path) = missing.into_iter().flatten().next() {
        return Err(Diagnostic::error(
            span,
            format!("`{go_mod_path}` replaces a module by a folder, but there is no `{path}` in the context"),
        )
        .with_help("add it, or take it out of the ignore file")
        .into());
    }
    let kind = if is_vendored {
        ModuleKind::Vendored
    } else if !file.has_requirements {
        ModuleKind::WithoutRequirements
    } else if !has_sums && replacements.is_empty() {
        return Err(Diagnostic::error(
            span,
            format!("there is no `{}` in the context, and `go.mod` requires modules", in_folder(&folder, "go.sum")),
        )
        .with_help("run `go mod tidy` and commit `go.sum`")
        .into());
    } else {
        ModuleKind::Downloaded
    };
    Ok(Module { folder, file, kind, replacements })
}
