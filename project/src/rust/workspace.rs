//! A Cargo workspace according to its manifests: its packages, their dependencies on each other, and the packages that
//! a program requires.

use std::collections::{BTreeMap, BTreeSet};

use slipway_diagnostic::{Diagnostic, Span, join_path};

use super::members::{Members, members};
use super::package::{Kind, LocalPath, Package, locals, patches};
use crate::excluded_files::matches;
use crate::paths::{in_folder, self_and_above};
use crate::toml_file::{at, parse};
use crate::{Error, Repository};

/// The maximum number of packages in a workspace.
const MOST: usize = 2000;

/// A workspace, or a package without one.
#[derive(Debug, Clone, PartialEq)]
pub struct Workspace {
    /// The folder of its lockfile.
    pub root: String,
    /// Packages by folder.
    pub packages: BTreeMap<String, Package>,
    /// The manifest at the root.
    pub(super) manifest: toml::Table,
    /// Manifests above packages of other workspaces, from which those may inherit.
    above: BTreeMap<String, toml::Table>,
    /// Packages that replace those of a registry: packages of the registry may depend on them.
    patched: BTreeSet<String>,
    /// The folder of vendored dependencies, if the project's Cargo configuration names one.
    pub vendored: Option<String>,
    /// Folders that the project's Cargo configuration passes to code in variables.
    pub(super) variables: BTreeMap<String, String>,
    /// Compiler flags for all targets in the project's Cargo configuration.
    pub flags: Vec<String>,
    /// The targets with separate flags, which replace those for all targets.
    pub targets_with_flags: BTreeSet<String>,
    /// Whether its lockfile has packages from git repositories.
    pub from_git: bool,
    /// Whether the project's Cargo configuration replaces crates.io with another registry.
    pub mirrored: bool,
}

/// The files at the root of a workspace.
pub(super) struct Root {
    /// Its folder.
    pub(super) folder: String,
    /// The contents of `Cargo.toml`.
    pub(super) manifest: Vec<u8>,
    /// The contents of `Cargo.lock`.
    pub(super) lockfile: Vec<u8>,
}

/// Reads a workspace, and one more package, which need not be a member.
pub(super) async fn read(
    repository: &Repository<'_>,
    root: &Root,
    more: Option<&str>,
    span: Span,
) -> Result<Workspace, Error> {
    let manifest = parse(&root.manifest, &in_folder(&root.folder, "Cargo.toml"), span)?;
    let members = members(repository, &root.folder, &manifest).await?;
    let mut workspace = Workspace {
        root: root.folder.clone(),
        packages: BTreeMap::new(),
        manifest,
        above: BTreeMap::new(),
        patched: BTreeSet::new(),
        vendored: None,
        variables: BTreeMap::new(),
        flags: Vec::new(),
        targets_with_flags: BTreeSet::new(),
        from_git: String::from_utf8_lossy(&root.lockfile).contains("source = \"git+"),
        mirrored: false,
    };
    workspace.read_configuration(repository, span).await?;
    workspace.load(repository, more, &members, span).await?;
    Ok(workspace)
}

/// Values that Cargo accepts as a list or as one string.
fn words(value: &toml::Value) -> Vec<String> {
    match value {
        toml::Value::String(text) => text.split_whitespace().map(str::to_owned).collect(),
        toml::Value::Array(list) => list.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn outside(path: &str, place: &str, span: Span) -> Diagnostic {
    Diagnostic::error(span, format!("`{path}` depends on `{place}`, which is outside the context"))
        .with_help("build from a folder that contains both, and set `source:` to the package's folder")
}

impl Workspace {
    /// Reads what the project's Cargo configuration says about dependencies: a vendor folder, and packages that replace
    /// those of a registry.
    async fn read_configuration(&mut self, repository: &Repository<'_>, span: Span) -> Result<(), Error> {
        let paths = [".cargo/config.toml", ".cargo/config"].map(|name| in_folder(&self.root, name));
        for (path, bytes) in paths.iter().zip(repository.read_all(&paths).await?) {
            let Some(bytes) = bytes else { continue };
            let config = parse(&bytes, path, span)?;
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
            self.flags.extend(at(&config, &["build", "rustflags"]).into_iter().flat_map(words));
            self.targets_with_flags.extend(targets.map(|(name, _)| name.clone()));
            let paths = config.get("paths").and_then(toml::Value::as_array).into_iter().flatten();
            let paths = paths.filter_map(toml::Value::as_str).chain(patches(&config));
            self.patched.extend(paths.filter_map(|place| join_path(&self.root, place)));
        }
        Ok(())
    }

    /// Reads the manifests, those with the same distance from the root at once.
    async fn load(
        &mut self,
        repository: &Repository<'_>,
        more: Option<&str>,
        members: &Members,
        span: Span,
    ) -> Result<(), Error> {
        let path = in_folder(&self.root, "Cargo.toml");
        let place = |place: &str| join_path(&self.root, place).ok_or_else(|| outside(&path, place, span));
        for patch in patches(&self.manifest) {
            self.patched.insert(place(patch)?);
        }
        let shared = at(&self.manifest, &["workspace", "dependencies"]).and_then(toml::Value::as_table);
        let shared = shared.into_iter().flatten().filter_map(|(_, value)| value.get("path")?.as_str());
        let mut open: BTreeSet<String> = shared.map(place).collect::<Result<_, _>>()?;
        open.extend(members.named.iter().chain(&members.matched).chain(&self.patched).cloned());
        open.extend(more.map(str::to_owned));
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
            let files = repository.read_all(&paths).await?;
            for ((folder, path), bytes) in folders.into_iter().zip(paths).zip(files) {
                let Some(bytes) = bytes else {
                    if members.matched.contains(&folder) {
                        continue;
                    }
                    return Err(Diagnostic::error(
                        span,
                        format!("the workspace has the package `{folder}`, but there is no `{path}` in the context"),
                    )
                    .with_help("add it, or remove it from the ignore file")
                    .into());
                };
                let manifest = parse(&bytes, &path, span)?;
                let member = members.takes_in(&self.root, &folder);
                if !member {
                    self.look_above(repository, &folder, span).await?;
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
    async fn look_above(&mut self, repository: &Repository<'_>, folder: &str, span: Span) -> Result<(), Error> {
        let folders: Vec<_> = self_and_above(folder)
            .skip(1)
            .filter(|folder| *folder != self.root && !self.above.contains_key(*folder))
            .collect();
        let paths: Vec<_> = folders.iter().map(|folder| in_folder(folder, "Cargo.toml")).collect();
        for ((folder, path), bytes) in folders.into_iter().zip(&paths).zip(repository.read_all(&paths).await?) {
            if let Some(bytes) = bytes {
                self.above.insert(folder.to_owned(), parse(&bytes, path, span)?);
            }
        }
        Ok(())
    }

    /// The folders of a manifest's dependencies: of its code, and only of its tests.
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

    /// The workspace from which a package inherits.
    fn inherited(&self, folder: &str, member: bool) -> Option<(String, &toml::Table)> {
        if member {
            return Some((self.root.clone(), &self.manifest));
        }
        let own = |above: &str| Some((above.to_owned(), self.above.get(above)?));
        self_and_above(folder).skip(1).filter_map(own).find(|(_, manifest)| manifest.contains_key("workspace"))
    }

    /// The edition of a package's code; `None` for 2015, the default.
    pub(super) fn edition<'p>(&'p self, folder: &str, package: &'p Package) -> Option<&'p str> {
        match at(&package.manifest, &["package", "edition"])? {
            toml::Value::String(edition) => Some(edition),
            _ => at(self.inherited(folder, package.member)?.1, &["workspace", "package", "edition"])?.as_str(),
        }
    }

    /// The packages that Cargo builds by default if there is no package at the root; empty for all.
    pub(super) fn default_members(&self) -> BTreeSet<String> {
        let list = at(&self.manifest, &["workspace", "default-members"]).and_then(toml::Value::as_array);
        let patterns: Vec<_> =
            list.into_iter().flatten().filter_map(|value| join_path(&self.root, value.as_str()?)).collect();
        let is_one = |folder: &&String| patterns.iter().any(|pattern| pattern == *folder || matches(pattern, folder));
        self.packages.keys().filter(is_one).cloned().collect()
    }

    /// The folders of the packages that a program is compiled from. They include packages that replace those of a
    /// registry: only Cargo knows which of them are used.
    #[must_use]
    pub fn closure(&self, package: &str) -> BTreeSet<String> {
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

    /// The name of the project among others on an engine: that of the package at the root, otherwise of the first
    /// member.
    #[must_use]
    pub fn name(&self) -> &str {
        let first = self.packages.get(&self.root).or_else(|| self.packages.values().find(|package| package.member));
        first.map_or("workspace", |package| package.name.as_str())
    }

    /// Whether a package is compiled like one from a registry: packages of a registry may depend on it, or it is not a
    /// member of the workspace.
    #[must_use]
    pub fn is_foreign(&self, folder: &str) -> bool {
        self.patched.contains(folder) || self.packages.get(folder).is_some_and(|package| !package.member)
    }

    /// Everything that Cargo reads before it reads code, when it starts in a folder.
    #[must_use]
    pub fn manifests(&self, start: &str) -> Vec<String> {
        let mut paths: BTreeSet<_> =
            ["Cargo.toml", "Cargo.lock"].iter().map(|name| in_folder(&self.root, name)).collect();
        paths.extend(self.packages.keys().chain(self.above.keys()).map(|folder| in_folder(folder, "Cargo.toml")));
        let configs = [".cargo/config.toml", ".cargo/config"];
        paths.extend(self_and_above(start).flat_map(|folder| configs.map(|name| in_folder(folder, name))));
        paths.extend(self.vendored.clone());
        paths.into_iter().collect()
    }
}
