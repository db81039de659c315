//! The workspace of a folder, and the Rust release that the project requires.

use std::collections::BTreeMap;
use std::sync::Arc;

use slipway_diagnostic::{Diagnostic, Span, Spanned};

use super::query::Query;
use super::workspace::{Root, Workspace, read};
use crate::paths::{in_folder, self_and_above};
use crate::toml_file::{at, parse};
use crate::version::{is_older, is_version};
use crate::{Error, Repository};

/// A Rust project.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    /// The workspace, or the package without one.
    pub workspace: Arc<Workspace>,
    /// `rust-toolchain.toml` or `rust-toolchain`: its path and contents.
    toolchain: Option<(String, Vec<u8>)>,
}

/// A Rust release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// `1`, `1.90`, `1.90.0`.
    pub version: String,
    /// The location of the specification.
    pub span: Span,
    /// What specifies it, in words.
    pub by: String,
}

/// Reads the project of a folder.
pub(super) async fn project(repository: &Repository<'_>, query: &Query) -> Result<Project, Error> {
    const NAMES: [&str; 4] = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "rust-toolchain"];
    let (folder, span) = (query.source.as_str(), query.span);
    let folders: Vec<_> = self_and_above(folder).collect();
    let paths: Vec<_> = folders.iter().flat_map(|folder| NAMES.map(|name| in_folder(folder, name))).collect();
    let files = repository.manifests(&paths).await?;
    let mut found: BTreeMap<String, Vec<u8>> =
        paths.into_iter().zip(files).filter_map(|(path, bytes)| Some((path, bytes?))).collect();
    let missing = |name: &str, help: &str| {
        Diagnostic::error(span, format!("there is no `{}` in the context", in_folder(folder, name))).with_help(help)
    };
    if !found.contains_key(&in_folder(folder, "Cargo.toml")) {
        let help = "set `source:` to the folder of the package or workspace; also check the ignore file";
        return Err(missing("Cargo.toml", help).into());
    }
    let with_lockfile =
        |folder: &&str| Some(((*folder).to_owned(), found.get(&in_folder(folder, "Cargo.lock"))?.clone()));
    let (root, lockfile) = folders
        .iter()
        .find_map(with_lockfile)
        .ok_or_else(|| missing("Cargo.lock", "run `cargo generate-lockfile` and commit it"))?;
    let toolchain = folders.iter().find_map(|folder| {
        ["rust-toolchain.toml", "rust-toolchain"]
            .into_iter()
            .find_map(|name| found.remove_entry(&in_folder(folder, name)))
    });
    let path = in_folder(&root, "Cargo.toml");
    let Some(manifest) = found.remove(&path) else {
        return Err(Diagnostic::error(span, format!("there is a `Cargo.lock`, but no `{path}` next to it"))
            .with_help("commit the manifest of the workspace, or delete the lockfile there")
            .into());
    };
    let root = Root { folder: root, manifest, lockfile };
    let workspace = workspace(repository, &root, folder, span).await?;
    Ok(Project { workspace, toolchain })
}

/// The workspace of a root, with the package in a folder. All members share it, because there may be hundreds.
async fn workspace(
    repository: &Repository<'_>,
    root: &Root,
    folder: &str,
    span: Span,
) -> Result<Arc<Workspace>, Error> {
    let key = format!("Rust workspace {:?}", root.folder);
    let shared = repository.once(&key, async |repository| read(repository, root, None, span).await).await?;
    if folder == root.folder || shared.packages.contains_key(folder) {
        return Ok(shared);
    }
    let key = format!("{key} with {folder:?}");
    repository.once(&key, async |repository| read(repository, root, Some(folder), span).await).await
}

impl Project {
    /// The Rust release for compiling: the requested one, otherwise that of the toolchain file, otherwise the oldest
    /// that the manifests allow, otherwise the latest.
    ///
    /// # Errors
    /// The specified value is not a release, or a manifest requires a later one.
    pub fn release(&self, query: &Query, asked: Option<&Spanned<String>>) -> Result<Release, Diagnostic> {
        let span = query.span;
        let least = self.least(&query.source);
        let (version, span, by) = if let Some(asked) = asked {
            (asked.value.clone(), asked.span, "`rust`".to_owned())
        } else if let Some((path, bytes)) = &self.toolchain {
            // The older form of the file contains only the channel's name.
            let older = || String::from_utf8_lossy(bytes).trim().to_owned();
            let is_table = path.ends_with(".toml") || bytes.contains(&b'[');
            let channel =
                if is_table { text(&parse(bytes, path, span)?, &["toolchain", "channel"]) } else { Some(older()) };
            (channel.unwrap_or_else(|| "stable".to_owned()), span, format!("`{path}`"))
        } else {
            match &least {
                Some((path, version)) => (version.clone(), span, format!("`rust-version` of `{path}`")),
                None => ("1".to_owned(), span, "the default".to_owned()),
            }
        };
        let version = if version == "stable" { "1".to_owned() } else { version };
        if !is_version(&version) {
            return Err(Diagnostic::error(
                span,
                format!("{by} specifies the toolchain `{version}`, for which there is no image"),
            )
            .with_help("write a release, as in `rust: \"1.90\"`, to the build"));
        }
        // Cargo refuses to compile a package that requires a later release than its own.
        if let Some((path, least)) = least.filter(|(_, least)| is_older(&version, least)) {
            return Err(Diagnostic::error(
                span,
                format!("{by} specifies Rust {version}, but `rust-version` of `{path}` requires at least {least}"),
            )
            .with_help(format!("change one of them, or write `rust: \"{least}\"` to the build")));
        }
        Ok(Release { version, span, by })
    }

    /// The oldest release that may compile a package, and the manifest that specifies it.
    fn least(&self, folder: &str) -> Option<(String, String)> {
        let workspace = &self.workspace;
        let manifest = |folder: &str| in_folder(folder, "Cargo.toml");
        let own =
            workspace.packages.get(folder).and_then(|package| text(&package.manifest, &["package", "rust-version"]));
        own.map(|version| (manifest(folder), version)).or_else(|| {
            let shared = text(&workspace.manifest, &["workspace", "package", "rust-version"])?;
            Some((manifest(&workspace.root), shared))
        })
    }
}

fn text(table: &toml::Table, path: &[&str]) -> Option<String> {
    at(table, path).and_then(toml::Value::as_str).map(str::to_owned)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // Everything here is test code.
mod tests {
    use futures_util::FutureExt as _;

    use super::*;
    use crate::ReadCache;

    #[test]
    fn all_members_share_one_workspace() {
        let files: BTreeMap<String, Vec<u8>> = [
            ("Cargo.toml", "[workspace]\nmembers = ['a', 'b']\nexclude = ['other']\n"),
            ("Cargo.lock", ""),
            ("a/Cargo.toml", "[package]\nname = 'a'\n"),
            ("b/Cargo.toml", "[package]\nname = 'b'\n"),
            ("other/Cargo.toml", "[package]\nname = 'other'\ndependencies = { b = { path = '../b' } }\n"),
        ]
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into();
        let cache = ReadCache::default();
        let of = |source: &str| {
            let repository = Repository::new(&files, Some(&cache));
            let source = source.to_owned();
            let query =
                Query { source, bins: Vec::new(), packages: Vec::new(), features: Vec::new(), span: Span::START };
            let found = project(&repository, &query).now_or_never().unwrap().unwrap().workspace;
            let asked: Vec<_> = repository.take_asked().iter().map(str::to_owned).collect();
            assert!(asked.contains(&"b/Cargo.toml".to_owned()), "{asked:?}");
            found
        };
        let names = |workspace: &Workspace| workspace.packages.keys().cloned().collect::<Vec<_>>().join(" ");
        let first = of("a");
        assert_eq!(names(&first), "a b");
        assert!(Arc::ptr_eq(&first, &of("b")) && Arc::ptr_eq(&first, &of("")));
        assert_eq!(names(&of("other")), "a b other");
    }
}
