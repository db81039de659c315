//! A Cargo workspace as its manifests tell of it: its packages, what each needs of the others, and what one program
//! needs of all.

use std::collections::{BTreeMap, BTreeSet};

use slipway_spec::{Diagnostic, Span};

use super::members::{Members, members};
use super::package::{Kind, LocalPath, Package, locals, patches};
use crate::PlanError;
use crate::presets::common::{at, toml};
use crate::presets::excluded_files::matches;
use crate::presets::{Context, in_folder, join_path};

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
    /// Manifests above packages of other workspaces, which those may inherit from.
    above: BTreeMap<String, toml::Table>,
    /// Packages that take the place of a registry's: what comes from there may need them.
    patched: BTreeSet<String>,
    /// The folder that the project keeps its dependencies in, where its configuration of Cargo says so.
    pub(super) vendored: Option<String>,
    /// Folders that the project's configuration of Cargo gives to code by variables.
    pub(super) variables: BTreeMap<String, String>,
    /// Flags for the compiler that the project's configuration of Cargo has for all targets, and the targets for which
    /// it has others, which then hold alone.
    pub(super) flags: (Vec<String>, BTreeSet<String>),
    /// Whether its lockfile has packages from repositories of git.
    pub(super) from_git: bool,
    /// Whether the project's configuration of Cargo puts another registry in the place of crates.io.
    pub(super) mirrored: bool,
}

/// Reads the workspace that a folder is part of.
pub(super) async fn read(cx: &Context<'_>, folder: &str) -> Result<Workspace, PlanError> {
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
    let lockfile = found.get(&in_folder(&root, "Cargo.lock")).map(|bytes| String::from_utf8_lossy(bytes));
    let from_git = lockfile.is_some_and(|text| text.contains("source = \"git+"));
    let path = in_folder(&root, "Cargo.toml");
    let Some(bytes) = found.get(&path) else {
        return Err(Diagnostic::error(span, format!("there is a `Cargo.lock` beside which there is no `{path}`"))
            .with_help("commit the manifest of the workspace, or delete the lockfile there")
            .into());
    };
    let manifest = toml(bytes, &path, span)?;
    let members = members(cx, &root, &manifest).await?;
    let mut workspace = Workspace {
        root,
        packages: BTreeMap::new(),
        toolchain,
        manifest,
        above: BTreeMap::new(),
        patched: BTreeSet::new(),
        vendored: None,
        variables: BTreeMap::new(),
        flags: Default::default(),
        from_git,
        mirrored: false,
    };
    workspace.read_configuration(cx).await?;
    workspace.load(cx, folder, &members).await?;
    Ok(workspace)
}

/// A folder and those above it, the nearest first.
pub(super) fn ancestors(folder: &str) -> impl Iterator<Item = String> {
    let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let folders: Vec<_> =
        (0..=parts.len()).rev().map(|count| parts.iter().take(count).copied().collect::<Vec<_>>().join("/")).collect();
    folders.into_iter()
}

/// Words that Cargo takes as a list or as one text.
fn words(value: &toml::Value) -> Vec<String> {
    match value {
        toml::Value::String(text) => text.split_whitespace().map(str::to_owned).collect(),
        toml::Value::Array(list) => list.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn outside(path: &str, place: &str, span: Span) -> Diagnostic {
    Diagnostic::error(span, format!("`{path}` depends on `{place}`, which is outside of the context"))
        .with_help("build from a folder that holds both, and name the package's folder with `source:`")
}

impl Workspace {
    /// Reads what the project's configuration of Cargo says of dependencies: a folder that has them all, and packages
    /// that take a registry's place.
    async fn read_configuration(&mut self, cx: &Context<'_>) -> Result<(), PlanError> {
        let paths = [".cargo/config.toml", ".cargo/config"].map(|name| in_folder(&self.root, name));
        for (path, bytes) in paths.iter().zip(cx.project().read_all(&paths).await?) {
            let Some(bytes) = bytes else { continue };
            let config = toml(&bytes, path, cx.span())?;
            let source = |name: &str, key: &str| at(&config, &["source", name, key]).and_then(toml::Value::as_str);
            let folder = source("crates-io", "replace-with").and_then(|name| source(name, "directory"));
            self.vendored = self.vendored.take().or(folder.and_then(|folder| join_path(&self.root, folder)));
            self.mirrored |= self.vendored.is_none() && source("crates-io", "replace-with").is_some();
            for (name, value) in config.get("env").and_then(toml::Value::as_table).into_iter().flatten() {
                let is_relative = value.get("relative").and_then(toml::Value::as_bool) == Some(true);
                let folder = value.get("value").and_then(toml::Value::as_str).filter(|_| is_relative);
                self.variables.extend(folder.and_then(|folder| Some((name.clone(), join_path(&self.root, folder)?))));
            }
            let targets = config.get("target").and_then(toml::Value::as_table).into_iter().flatten();
            let targets = targets.filter(|(_, target)| target.get("rustflags").is_some());
            self.flags.0.extend(at(&config, &["build", "rustflags"]).into_iter().flat_map(words));
            self.flags.1.extend(targets.map(|(name, _)| name.clone()));
            let paths = config.get("paths").and_then(toml::Value::as_array).into_iter().flatten();
            let paths = paths.filter_map(toml::Value::as_str).chain(patches(&config));
            self.patched.extend(paths.filter_map(|place| join_path(&self.root, place)));
        }
        Ok(())
    }

    /// Reads the manifests, those at the same distance from the root at once.
    async fn load(&mut self, cx: &Context<'_>, folder: &str, members: &Members) -> Result<(), PlanError> {
        let span = cx.span();
        let path = in_folder(&self.root, "Cargo.toml");
        let place = |place: &str| join_path(&self.root, place).ok_or_else(|| outside(&path, place, span));
        for patch in patches(&self.manifest) {
            self.patched.insert(place(patch)?);
        }
        let shared = at(&self.manifest, &["workspace", "dependencies"]).and_then(toml::Value::as_table);
        let shared = shared.into_iter().flatten().filter_map(|(_, value)| value.get("path")?.as_str());
        let mut open: BTreeSet<String> = shared.map(place).collect::<Result<_, _>>()?;
        open.extend(members.named.iter().chain(&members.matched).chain(&self.patched).cloned());
        open.insert(folder.to_owned());
        if self.manifest.contains_key("package") {
            open.insert(self.root.clone());
        }
        let mut seen = BTreeSet::new();
        while !open.is_empty() {
            let folders: Vec<_> = std::mem::take(&mut open).into_iter().collect();
            seen.extend(folders.iter().cloned());
            if seen.len() > MOST {
                return Err(Diagnostic::error(span, format!("the workspace has more than {MOST} packages"))
                    .with_help("split it")
                    .into());
            }
            let paths: Vec<_> = folders.iter().map(|folder| in_folder(folder, "Cargo.toml")).collect();
            let files = cx.project().read_all(&paths).await?;
            for ((folder, path), bytes) in folders.into_iter().zip(paths).zip(files) {
                let Some(bytes) = bytes else {
                    if members.matched.contains(&folder) {
                        continue;
                    }
                    return Err(Diagnostic::error(
                        span,
                        format!("the workspace has the package `{folder}`, but there is no `{path}` in the context"),
                    )
                    .with_help("add it, or take it out of the ignore file")
                    .into());
                };
                let manifest = toml(&bytes, &path, span)?;
                let member = members.takes_in(&self.root, &folder);
                if !member {
                    self.look_above(cx, &folder).await?;
                }
                let (needs, tests_need) = self.local_dependencies(&folder, &manifest, member, span)?;
                open.extend(needs.iter().chain(&tests_need).filter(|folder| !seen.contains(*folder)).cloned());
                if let Some(name) = at(&manifest, &["package", "name"]).and_then(toml::Value::as_str) {
                    let name = name.to_owned();
                    self.packages.insert(folder, Package { name, manifest, member, needs });
                }
            }
        }
        Ok(())
    }

    /// Reads the manifests above a package of another workspace.
    async fn look_above(&mut self, cx: &Context<'_>, folder: &str) -> Result<(), PlanError> {
        let folders: Vec<_> = ancestors(folder).skip(1).filter(|folder| *folder != self.root).collect();
        let folders: Vec<_> = folders.into_iter().filter(|folder| !self.above.contains_key(folder)).collect();
        let paths: Vec<_> = folders.iter().map(|folder| in_folder(folder, "Cargo.toml")).collect();
        for ((folder, path), bytes) in folders.into_iter().zip(&paths).zip(cx.project().read_all(&paths).await?) {
            if let Some(bytes) = bytes {
                self.above.insert(folder, toml(&bytes, path, cx.span())?);
            }
        }
        Ok(())
    }

    /// The folders that a manifest's dependencies are in: of its code, and of its tests alone.
    fn local_dependencies(
        &self,
        folder: &str,
        manifest: &toml::Table,
        member: bool,
        span: Span,
    ) -> Result<(BTreeSet<String>, BTreeSet<String>), Diagnostic> {
        let (mut needs, mut tests_need) = (BTreeSet::new(), BTreeSet::new());
        for local in locals(manifest) {
            let (base, place) = match &local.path {
                LocalPath::Own(path) => (folder.to_owned(), path.as_str()),
                LocalPath::Inherited(name) => {
                    let Some((base, shared)) = self.inherited(folder, member) else { continue };
                    let shared = at(shared, &["workspace", "dependencies", name.as_str(), "path"]);
                    let Some(path) = shared.and_then(toml::Value::as_str) else { continue };
                    (base, path)
                }
            };
            let found =
                join_path(&base, place).ok_or_else(|| outside(&in_folder(folder, "Cargo.toml"), place, span))?;
            match local.kind {
                Kind::Code => needs.insert(found),
                Kind::Tests => tests_need.insert(found),
            };
        }
        Ok((needs, tests_need))
    }

    /// The workspace that a package inherits from.
    fn inherited(&self, folder: &str, member: bool) -> Option<(String, &toml::Table)> {
        if member {
            return Some((self.root.clone(), &self.manifest));
        }
        let own = |above: String| Some((above.clone(), self.above.get(&above)?));
        ancestors(folder).skip(1).filter_map(own).find(|(_, manifest)| manifest.contains_key("workspace"))
    }

    /// The edition of a package's code; `None` for the first, which need not be written.
    pub(super) fn edition<'p>(&'p self, folder: &str, package: &'p Package) -> Option<&'p str> {
        match at(&package.manifest, &["package", "edition"])? {
            toml::Value::String(edition) => Some(edition),
            _ => at(self.inherited(folder, package.member)?.1, &["workspace", "package", "edition"])?.as_str(),
        }
    }

    /// The members that Cargo takes where none is named and there is no package at the root; empty for all.
    pub(super) fn default_members(&self) -> BTreeSet<String> {
        let list = at(&self.manifest, &["workspace", "default-members"]).and_then(toml::Value::as_array);
        let patterns: Vec<_> =
            list.into_iter().flatten().filter_map(|value| join_path(&self.root, value.as_str()?)).collect();
        let is_one = |folder: &&String| patterns.iter().any(|pattern| pattern == *folder || matches(pattern, folder));
        self.packages.keys().filter(is_one).cloned().collect()
    }

    /// The folders of what a program of a package is compiled from. Packages that take a registry's place are among
    /// them: which of them are needed is known to Cargo only.
    pub(super) fn closure(&self, package: &str) -> BTreeSet<String> {
        let mut closure = BTreeSet::new();
        let mut open: Vec<&String> = self.patched.iter().collect();
        open.extend(self.packages.iter().filter(|(_, each)| each.name == package).map(|(folder, _)| folder));
        while let Some(folder) = open.pop() {
            let Some(package) = self.packages.get(folder) else { continue };
            if closure.insert(folder.clone()) {
                open.extend(&package.needs);
            }
        }
        closure
    }

    /// Whether a package is compiled as if it came from a registry: what comes from there may need it, or Cargo does
    /// not count it to the workspace.
    pub(super) fn is_foreign(&self, folder: &str) -> bool {
        self.patched.contains(folder) || self.packages.get(folder).is_some_and(|package| !package.member)
    }

    /// Everything that Cargo reads before it looks at code, when it starts in a folder.
    pub(super) fn manifests(&self, start: &str) -> Vec<String> {
        let mut paths: BTreeSet<_> =
            ["Cargo.toml", "Cargo.lock"].iter().map(|name| in_folder(&self.root, name)).collect();
        paths.extend(self.packages.keys().chain(self.above.keys()).map(|folder| in_folder(folder, "Cargo.toml")));
        let configs = [".cargo/config.toml", ".cargo/config"];
        paths.extend(ancestors(start).flat_map(|folder| configs.map(|name| in_folder(&folder, name))));
        paths.extend(self.vendored.clone());
        paths.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_folder_comes_first() {
        assert_eq!(ancestors("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(ancestors("").collect::<Vec<_>>(), [""]);
    }
}
