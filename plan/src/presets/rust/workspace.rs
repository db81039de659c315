//! A Cargo workspace as its manifests tell of it: packages, their programs, and the folders that they need.

use std::collections::{BTreeMap, BTreeSet};

use slipway_spec::{Diagnostic, Span};

use crate::presets::common::{at, toml};
use crate::presets::{Context, in_folder, join_path};
use crate::{PlanError, Project};

/// How many packages a workspace may have.
const MOST: usize = 2000;

/// A workspace, or a package that stands alone.
pub(super) struct Workspace {
    /// The folder of its lockfile.
    pub(super) root: String,
    /// Packages by their folders.
    pub(super) packages: BTreeMap<String, Package>,
    /// `rust-toolchain.toml` or `rust-toolchain`: its path and what is in it.
    pub(super) toolchain: Option<(String, Vec<u8>)>,
    /// The manifest at the root.
    pub(super) manifest: toml::Table,
}

/// A package.
pub(super) struct Package {
    pub(super) name: String,
    pub(super) manifest: toml::Table,
}

/// Reads the workspace that a folder is part of.
pub(super) async fn read<P: Project>(cx: &Context<'_, P>, folder: &str) -> Result<Workspace, PlanError> {
    const NAMES: [&str; 4] = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "rust-toolchain"];
    let span = cx.span();
    let folders: Vec<_> = ancestors(folder).collect();
    let paths: Vec<_> = folders.iter().flat_map(|folder| NAMES.map(|name| in_folder(folder, name))).collect();
    let files = cx.project().manifests(&paths).await?;
    let mut found: BTreeMap<String, Vec<u8>> =
        paths.into_iter().zip(files).filter_map(|(path, bytes)| Some((path, bytes?))).collect();
    let missing = |name: &str, help: &str| {
        Diagnostic::error(span, format!("there is no `{}` in the context", in_folder(folder, name))).with_help(help)
    };
    if !found.contains_key(&in_folder(folder, "Cargo.toml")) {
        let help = "name the folder of the package or workspace with `source:`; an ignore file may also keep it out";
        return Err(missing("Cargo.toml", help).into());
    }
    let root = folders
        .iter()
        .find(|folder| found.contains_key(&in_folder(folder, "Cargo.lock")))
        .ok_or_else(|| missing("Cargo.lock", "run `cargo generate-lockfile` and commit it"))?
        .clone();
    let toolchain = folders.iter().find_map(|folder| {
        ["rust-toolchain.toml", "rust-toolchain"]
            .into_iter()
            .find_map(|name| found.remove_entry(&in_folder(folder, name)))
    });
    let path = in_folder(&root, "Cargo.toml");
    let Some(bytes) = found.get(&path) else {
        return Err(Diagnostic::error(span, format!("there is a `Cargo.lock` beside which there is no `{path}`"))
            .with_help("commit the manifest of the workspace, or delete the lockfile there")
            .into());
    };
    let manifest = toml(bytes, &path, span)?;
    let mut open: Vec<String> = members(cx, &root, &manifest).await?;
    open.push(folder.to_owned());
    open.extend(local_dependencies(cx, &root, &manifest, &path)?);
    if manifest.contains_key("package") {
        open.push(root.clone());
    }
    let mut packages = BTreeMap::new();
    let mut seen = BTreeSet::new();
    while let Some(folder) = open.pop() {
        if !seen.insert(folder.clone()) {
            continue;
        }
        if seen.len() > MOST {
            return Err(Diagnostic::error(span, format!("the workspace has more than {MOST} packages"))
                .with_help("split it")
                .into());
        }
        let path = in_folder(&folder, "Cargo.toml");
        let Some(bytes) = cx.project().read(&path).await? else {
            return Err(Diagnostic::error(
                span,
                format!("the workspace has the package `{folder}`, but there is no `{path}` in the context"),
            )
            .with_help("add it, or take it out of the ignore file")
            .into());
        };
        let manifest = toml(&bytes, &path, span)?;
        open.extend(local_dependencies(cx, &folder, &manifest, &path)?);
        if let Some(name) = at(&manifest, &["package", "name"]).and_then(toml::Value::as_str) {
            packages.insert(folder, Package { name: name.to_owned(), manifest });
        }
    }
    Ok(Workspace { root, packages, toolchain, manifest })
}

/// A folder and those above it, the nearest first.
fn ancestors(folder: &str) -> impl Iterator<Item = String> {
    let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let folders: Vec<_> =
        (0..=parts.len()).rev().map(|count| parts.iter().take(count).copied().collect::<Vec<_>>().join("/")).collect();
    folders.into_iter()
}

/// The folders that `workspace.members` means.
async fn members<P: Project>(
    cx: &Context<'_, P>,
    root: &str,
    manifest: &toml::Table,
) -> Result<Vec<String>, PlanError> {
    let list = |key: &str| {
        let list = at(manifest, &["workspace", key]).and_then(toml::Value::as_array);
        list.into_iter().flatten().filter_map(toml::Value::as_str).map(str::to_owned).collect::<Vec<_>>()
    };
    let excluded: BTreeSet<_> = list("exclude").iter().filter_map(|path| join_path(root, path)).collect();
    let mut found = Vec::new();
    for pattern in list("members") {
        let mut folders = vec![root.to_owned()];
        for part in pattern.split('/').filter(|part| !part.is_empty() && *part != ".") {
            if !part.contains(['*', '?', '[']) {
                folders = folders.iter().filter_map(|folder| join_path(folder, part)).collect();
                continue;
            }
            let mut next = Vec::new();
            for folder in &folders {
                let entries = cx.project().list(folder).await?.unwrap_or_default();
                let matching = entries.iter().filter(|entry| entry.is_folder && matches(part, &entry.name));
                next.extend(matching.map(|entry| in_folder(folder, &entry.name)));
            }
            folders = next;
        }
        if pattern.contains(['*', '?', '[']) {
            // As Cargo does, folders without a manifest are passed over.
            for folder in folders {
                if cx.project().exists(&in_folder(&folder, "Cargo.toml")).await? {
                    found.push(folder);
                }
            }
        } else {
            found.extend(folders);
        }
    }
    found.retain(|folder| !excluded.contains(folder));
    Ok(found)
}

/// Whether a name is one that a pattern with `*` and `?` means.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    // Where each prefix of the name can be reached; the pattern is walked once.
    let mut reached = vec![false; name.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    for sign in pattern {
        let mut next = vec![false; name.len() + 1];
        for (index, slot) in next.iter_mut().enumerate() {
            let before = index.checked_sub(1);
            let from_before = |list: &[bool]| before.and_then(|before| list.get(before)).copied().unwrap_or(false);
            *slot = match sign {
                '*' => reached.iter().take(index + 1).any(|reached| *reached),
                '?' => from_before(&reached),
                sign => from_before(&reached) && before.and_then(|before| name.get(before)) == Some(&sign),
            };
        }
        reached = next;
    }
    reached.last().copied().unwrap_or(false)
}

/// The folders of the context that a manifest's dependencies are in.
fn local_dependencies<P: Project>(
    cx: &Context<'_, P>,
    folder: &str,
    manifest: &toml::Table,
    path: &str,
) -> Result<Vec<String>, Diagnostic> {
    const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let tables = std::iter::once(manifest)
        .chain(targets.into_iter().flatten().filter_map(|(_, table)| table.as_table()))
        .chain(manifest.get("workspace").and_then(toml::Value::as_table))
        .flat_map(|table| KINDS.into_iter().filter_map(|kind| table.get(kind)?.as_table()));
    let patches = manifest.get("patch").and_then(toml::Value::as_table).into_iter().flatten();
    let patches = patches.filter_map(|(_, table)| table.as_table());
    tables
        .chain(patches)
        .flatten()
        .filter_map(|(_, dependency)| dependency.get("path")?.as_str())
        .map(|place| join_path(folder, place).ok_or_else(|| outside(path, place, cx.span())))
        .collect()
}

fn outside(path: &str, place: &str, span: Span) -> Diagnostic {
    Diagnostic::error(span, format!("`{path}` depends on `{place}`, which is outside of the context"))
        .with_help("build from a folder that holds both, and name the package's folder with `source:`")
}

impl Package {
    /// Files that Cargo wants to see before it resolves anything, relative to the package's folder; what is in them does not matter.
    pub(super) fn stubs(&self) -> Vec<String> {
        let mut files = vec!["src/lib.rs".to_owned(), "src/main.rs".to_owned()];
        let path = |table: &toml::Value| table.get("path").and_then(toml::Value::as_str).map(str::to_owned);
        files.extend(self.manifest.get("lib").and_then(path));
        files.extend(at(&self.manifest, &["package", "build"]).and_then(toml::Value::as_str).map(str::to_owned));
        for (kind, folder) in [("bin", "src/bin"), ("example", "examples"), ("test", "tests"), ("bench", "benches")] {
            for target in self.targets(kind) {
                let name =
                    target.get("name").and_then(toml::Value::as_str).filter(|name| *name != self.name || kind != "bin");
                files.extend(path(target).or_else(|| Some(format!("{folder}/{}.rs", name?))));
            }
        }
        files
    }

    /// The targets of a kind that the manifest writes out.
    fn targets(&self, kind: &str) -> impl Iterator<Item = &toml::Value> {
        self.manifest.get(kind).and_then(toml::Value::as_array).into_iter().flatten()
    }

    /// The package's programs.
    pub(super) async fn programs<P: Project>(
        &self,
        cx: &Context<'_, P>,
        folder: &str,
    ) -> Result<BTreeSet<String>, PlanError> {
        let mut names: BTreeSet<String> = self
            .targets("bin")
            .filter_map(|target| target.get("name").and_then(toml::Value::as_str))
            .map(str::to_owned)
            .collect();
        let found = at(&self.manifest, &["package", "autobins"]).and_then(toml::Value::as_bool).unwrap_or(true);
        if !found {
            return Ok(names);
        }
        // A program that the manifest writes out with this path has its own name.
        let main_is_named = self.targets("bin").any(|target| {
            target
                .get("path")
                .and_then(toml::Value::as_str)
                .is_some_and(|path| path.trim_start_matches("./") == "src/main.rs")
        });
        if !main_is_named && cx.project().exists(&in_folder(folder, "src/main.rs")).await? {
            names.insert(self.name.clone());
        }
        let more = in_folder(folder, "src/bin");
        for entry in cx.project().list(&more).await?.unwrap_or_default() {
            match entry.name.strip_suffix(".rs") {
                Some(name) if !entry.is_folder => {
                    names.insert(name.to_owned());
                }
                _ if entry.is_folder && cx.project().exists(&format!("{more}/{}/main.rs", entry.name)).await? => {
                    names.insert(entry.name);
                }
                _ => {}
            }
        }
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_cargo() {
        for (pattern, name, expected) in [
            ("*", "api", true),
            ("svc-*", "svc-a", true),
            ("svc-*", "api", false),
            ("a?i", "api", true),
            ("a?i", "ai", false),
            ("*i*", "api", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn the_nearest_folder_comes_first() {
        assert_eq!(ancestors("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(ancestors("").collect::<Vec<_>>(), [""]);
    }
}
