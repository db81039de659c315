//! Modules with sources in the context: those of a workspace, and those replaced by folders.

use slipway_diagnostic::{Diagnostic, Span, join_path};

use super::go_mod::{GoMod, Replacement};
use crate::paths::in_folder;
use crate::{Error, Repository};

/// A module with sources in the context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Local {
    /// The prefix of imports of its packages.
    pub path: String,
    /// Its folder.
    pub folder: String,
    /// The Go version in its `go.mod`.
    pub go: Option<String>,
}

impl Local {
    /// The folder of a package, if it may belong to this module.
    pub fn folder_of(&self, import: &str) -> Option<String> {
        let inside = import.strip_prefix(&self.path)?;
        if inside.is_empty() {
            return Some(self.folder.clone());
        }
        Some(in_folder(&self.folder, inside.strip_prefix('/')?))
    }
}

/// A folder of the context that a file names as a module.
pub(super) struct Named {
    pub by: String,
    /// Its module path in imports; that of its own `go.mod` if absent.
    pub path: Option<String>,
    pub folder: String,
    pub written: String,
}

/// The folders that replace modules.
pub(super) fn replacements(
    by: &str,
    base: &str,
    replaced: &[Replacement],
    span: Span,
) -> Result<Vec<Named>, Diagnostic> {
    let named = replaced.iter().map(|Replacement { module, folder: written, .. }| {
        let folder = join_path(base, written).ok_or_else(|| {
            Diagnostic::error(span, format!("`{by}` replaces a module with `{written}`, which is outside the context"))
                .with_help("build from a folder that contains both, and set `source:` to the module's folder")
        })?;
        Ok(Named { by: by.to_owned(), path: Some(module.clone()), folder, written: written.clone() })
    });
    named.collect()
}

/// Reads the manifests of folders that are named as modules.
pub(super) async fn modules_of(
    repository: &Repository<'_>,
    named: Vec<Named>,
    span: Span,
) -> Result<Vec<(Local, GoMod)>, Error> {
    let paths: Vec<_> = named.iter().map(|named| in_folder(&named.folder, "go.mod")).collect();
    let texts = repository.read_all(&paths).await?;
    let mut modules = Vec::new();
    for ((Named { by, path, folder, written }, text), go_mod) in named.into_iter().zip(texts).zip(paths) {
        let Some(text) = text else {
            let what = match path {
                Some(_) => format!("`{by}` replaces a module with a folder, but there is no `{go_mod}` in the context"),
                None => format!("`{by}` uses `{written}`, but there is no `{go_mod}` in the context"),
            };
            return Err(Diagnostic::error(span, what).with_help("add it, or remove it from the ignore file").into());
        };
        let file = GoMod::parse(&String::from_utf8_lossy(&text));
        let path = path.or_else(|| file.module.clone()).ok_or_else(|| no_module_line(&go_mod, span))?;
        modules.push((Local { path, folder, go: file.go.clone() }, file));
    }
    Ok(modules)
}

pub(super) fn no_module_line(path: &str, span: Span) -> Diagnostic {
    Diagnostic::error(span, format!("`{path}` has no `module` line")).with_help("run `go mod init`")
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
