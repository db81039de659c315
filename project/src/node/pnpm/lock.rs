//! `pnpm-lock.yaml`: what is installed for a package, and what ties it to a platform.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use slipway_diagnostic::join_path;

use super::Scripts;
use crate::node::native::{Native, allows, is_built, name};
use crate::node::package::is_archive;
use crate::node::yaml;

/// Whether plans use a value of a lockfile. Most values are unused: requested ranges, checksums.
fn is_read(path: &[String], key: &str) -> bool {
    match path {
        [] => !["time", "settings", "overrides", "catalogs"].contains(&key),
        [table, _] if table == "packages" => {
            let tables = ["dependencies", "optionalDependencies", "peerDependenciesMeta"];
            ["cpu", "os", "requiresBuild", "resolution"].contains(&key) || tables.contains(&key)
        }
        [table, _] if table == "snapshots" => {
            key == "optional" || key.ends_with("ependencies") && !key.starts_with("transitive")
        }
        [table, _, resolution] if table == "packages" && resolution == "resolution" => key != "integrity",
        [table, ..] if table == "importers" && path.len() == 4 => key != "specifier",
        _ => true,
    }
}

/// A lockfile of pnpm 8 or later.
#[derive(Debug)]
pub(crate) struct Lock {
    file: Value,
    /// Whether it is of pnpm 8: dependencies are part of a package's metadata, and keys start with `/`.
    old: bool,
}

impl Lock {
    /// Parses a lockfile; `None` for another version.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let file = yaml::read(bytes, is_read)?;
        match file.get("lockfileVersion")?.as_str()?.split('.').next() {
            Some("9") => Some(Self { file, old: false }),
            Some("6") => Some(Self { file, old: true }),
            _ => None,
        }
    }

    /// The platform-specific packages that are installed for a folder of the workspace, or for all of it.
    ///
    /// # Errors
    /// The lockfile does not determine them; the error says why.
    pub(crate) fn native(&self, folder: Option<&str>, with_dev: bool, scripts: &Scripts) -> Result<Native, String> {
        let mut found = Native::default();
        for key in self.installed(folder, with_dev) {
            let Some(package) = self.package(&key) else { continue };
            if !allows(package.get("os"), "linux") {
                continue;
            }
            let name = name(key.trim_start_matches('/')).to_owned();
            let marked = package.get("requiresBuild") == Some(&Value::Bool(true));
            match scripts {
                Scripts::All(why) if !self.old => return Err(why.clone()),
                _ if scripts.allow(&name) && (marked || !self.old) => {
                    let needs =
                        if self.old { Some(package) } else { self.table("snapshots").and_then(|all| all.get(&key)) };
                    let needs = needs.and_then(|needs| needs.get("dependencies")).and_then(Value::as_object);
                    found.add_needs(&name, needs.into_iter().flat_map(Map::keys));
                    found.add_scripted(name);
                }
                _ if package.get("cpu").is_some() => found.add_processor(name, package.get("libc")),
                _ => {}
            }
        }
        Ok(found.sorted())
    }

    /// Packages whose machine code comes from an install script that the project neither allows nor denies.
    pub(crate) fn blocked(&self, folder: Option<&str>, with_dev: bool, scripts: &Scripts) -> Vec<String> {
        if self.old {
            return Vec::new();
        }
        let installed = self.installed(folder, with_dev);
        let blocked = installed.iter().filter_map(|key| {
            let needs = self.table("snapshots")?.get(key)?;
            let names = needs.get("dependencies").and_then(Value::as_object).into_iter().flat_map(Map::keys);
            let is_optional = needs.get("optional") == Some(&Value::Bool(true));
            let name = name(key);
            (is_built(names) && !is_optional && !scripts.is_said(name)).then(|| name.to_owned())
        });
        blocked.collect()
    }

    /// Folders that are copied into `node_modules` instead of linked, and archives that are unpacked there; relative to
    /// the lockfile's folder.
    pub(crate) fn copied(&self) -> Vec<&str> {
        let packages = self.table("packages").into_iter().flat_map(Map::values);
        let resolutions = packages.filter_map(|package| package.get("resolution"));
        resolutions
            .filter_map(|resolution| {
                let folder = resolution.get("directory").and_then(Value::as_str);
                folder.or_else(|| {
                    let place = resolution.get("tarball")?.as_str()?.strip_prefix("file:")?;
                    Some(place).filter(|place| is_archive(place))
                })
            })
            .collect()
    }

    fn table(&self, key: &str) -> Option<&Map<String, Value>> {
        self.file.get(key)?.as_object()
    }

    /// The metadata of a package, which does not depend on its peers.
    fn package(&self, key: &str) -> Option<&Value> {
        let key = if self.old { key } else { key.split('(').next().unwrap_or(key) };
        self.table("packages")?.get(key)
    }

    /// The keys of the installed packages.
    fn installed(&self, folder: Option<&str>, with_dev: bool) -> BTreeSet<String> {
        self.reached(&self.direct(folder, with_dev), !with_dev && !self.old).0
    }

    /// The names of dependencies that pnpm installs without development dependencies, although only optional peers of
    /// installed packages name them: development dependencies, or those of other members of the workspace.
    pub(crate) fn only_optional_peers(&self, folder: Option<&str>) -> BTreeSet<String> {
        if self.old {
            return BTreeSet::new();
        }
        let mut direct = self.direct(folder, false);
        // Code of a workspace may rely on the package next to the lockfile.
        direct.extend(folder.into_iter().flat_map(|_| self.direct(Some(""), false)));
        let (found, mut peers) = self.reached(&direct, true);
        // What another package really depends on has this name, too.
        for (name, _) in &direct {
            peers.remove(name);
        }
        for key in &found {
            for (name, _) in self.edges(key).filter(|(name, _)| !self.is_optional_peer(key, name)) {
                peers.remove(name);
            }
        }
        peers
    }

    /// The direct dependencies of a folder of the workspace and of the members that it depends on, or of all of them:
    /// names and keys.
    fn direct(&self, folder: Option<&str>, with_dev: bool) -> Vec<(String, String)> {
        // In an older lockfile, a project without a workspace is the only importer.
        let importer = |folder: &str| match self.table("importers") {
            Some(importers) => importers.get(if folder.is_empty() { "." } else { folder }),
            None => Some(&self.file),
        };
        let all = || self.table("importers").into_iter().flat_map(Map::keys).map(|key| key.trim_start_matches("./"));
        let mut folders: Vec<String> = match folder {
            Some(folder) => vec![folder.to_owned()],
            None => all().map(|key| if key == "." { "" } else { key }.to_owned()).chain([String::new()]).collect(),
        };
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut direct: Vec<(String, String)> = Vec::new();
        while let Some(folder) = folders.pop() {
            if !seen.insert(folder.clone()) {
                continue;
            }
            let keys =
                ["dependencies", "optionalDependencies"].into_iter().chain(with_dev.then_some("devDependencies"));
            let tables = keys.filter_map(|key| importer(&folder)?.get(key)?.as_object());
            for (name, entry) in tables.flatten() {
                let Some(version) = entry.get("version").and_then(Value::as_str) else { continue };
                match version.strip_prefix("link:") {
                    Some(place) => folders.extend(join_path(&folder, place)),
                    None => direct.push((name.clone(), self.key(name, version))),
                }
            }
        }
        direct
    }

    /// The keys of packages that are needed, and the names of optional peers that are not among them, if these are left
    /// out. An optional peer stays if something else needs the package: both may have to be the same.
    fn reached(&self, direct: &[(String, String)], without_peers: bool) -> (BTreeSet<String>, BTreeSet<String>) {
        let mut found = BTreeSet::new();
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut open: Vec<String> = direct.iter().map(|(_, key)| key.clone()).collect();
        let mut peers: Vec<(String, String)> = Vec::new();
        loop {
            while let Some(key) = open.pop() {
                if found.contains(&key) {
                    continue;
                }
                for (dependency, to) in self.edges(&key) {
                    let to = self.key(dependency, to);
                    if without_peers && self.is_optional_peer(&key, dependency) {
                        peers.push((dependency.to_owned(), to));
                    } else {
                        open.push(to);
                    }
                }
                names.insert(name(&key).to_owned());
                found.insert(key);
            }
            let (stay, rest) = peers.into_iter().partition(|(_, to)| names.contains(name(to)));
            peers = rest;
            open.extend(Vec::<(String, String)>::into_iter(stay).map(|(_, to)| to));
            if open.is_empty() {
                return (found, peers.into_iter().map(|(dependency, _)| dependency).collect());
            }
        }
    }

    /// The dependencies of a package outside of the workspace.
    fn edges<'l>(&'l self, key: &str) -> impl Iterator<Item = (&'l String, &'l str)> + use<'l> {
        let package = self.table(if self.old { "packages" } else { "snapshots" }).and_then(|table| table.get(key));
        let tables = ["dependencies", "optionalDependencies"].into_iter();
        let tables = tables.filter_map(move |key| package?.get(key)?.as_object()).flatten();
        let tables = tables.filter_map(|(name, version)| Some((name, version.as_str()?)));
        tables.filter(|(_, to)| !to.starts_with("link:"))
    }

    /// Whether a dependency of a package is in the lockfile only because the package works with it.
    fn is_optional_peer(&self, key: &str, dependency: &str) -> bool {
        let peer = || self.package(key)?.get("peerDependenciesMeta")?.get(dependency)?.get("optional")?.as_bool();
        peer() == Some(true)
    }

    /// The key of a dependency: its version with its peers; or already a key, if the dependency is an alias.
    fn key(&self, name: &str, to: &str) -> String {
        if self.old {
            return if to.starts_with('/') { to.to_owned() } else { format!("/{name}@{to}") };
        }
        let is_before = |at: usize, mark: char| to.find(mark).is_none_or(|mark| at < mark);
        match to.find('@') {
            Some(at) if at == 0 || is_before(at, '(') && is_before(at, ':') => to.to_owned(),
            _ => format!("{name}@{to}"),
        }
    }
}

#[cfg(test)]
mod tests;
