//! The dependencies of a package: its part of the lockfile, and which of these packages are platform-specific.

use std::collections::BTreeSet;

use serde_json::Value;

use super::closure::{Lock, Places};
use super::manager::Manager;
use super::native::{Native, is_built, name, of_npm};
use super::project::NodeProject;

/// Packages with machine code for the C library of the installing machine, for lockfiles without that information.
const COMPILED: &[&str] = &["better-sqlite3", "canvas", "isolated-vm", "node-rdkafka", "re2", "sharp", "sqlite3"];

/// The part of a lockfile that one package of a workspace requires.
#[derive(Debug)]
pub struct Part {
    places: Places,
    /// The platform-specific packages in it.
    pub others: Native,
}

impl NodeProject {
    /// The platform-specific dependencies of an image, with or without those for development.
    ///
    /// # Errors
    /// The project does not determine them; the error says why.
    pub fn native(&self, with_dev: bool) -> Result<Native, String> {
        let unsaid = || "this lockfile does not record which packages are platform-specific".to_owned();
        let lockfile = self.lockfile.as_ref().ok_or_else(unsaid)?;
        if let Some(lock) = &lockfile.npm {
            return Ok(of_npm(self.tied(lock, with_dev)));
        }
        let alone = self.alone(with_dev);
        match (&lockfile.pnpm, &lockfile.bun) {
            (Some(lock), _) => lock.native(alone, with_dev, &self.scripts),
            (_, Some(lock)) => lock.native(alone, with_dev, self.root_package.trusted.as_deref()),
            _ => Err(unsaid()),
        }
    }

    /// Packages of an image with machine code for the GNU C library, and whether some may be compiled.
    pub fn linked(&self, with_dev: bool) -> (Vec<String>, bool) {
        // If the whole lockfile has no such package, the package's part is not computed.
        let is_without = self.npm_lock().is_some_and(|lock| lock.tied(true).next().is_none());
        if self.lockfile.is_none() || is_without {
            return (Vec::new(), false);
        }
        match self.native(with_dev) {
            Ok(found) => (found.linked, !found.scripted.is_empty()),
            Err(_) => {
                let dependencies = &self.package.dependencies;
                let linked = COMPILED.iter().filter(|name| dependencies.contains_key(**name));
                (linked.map(|name| (*name).to_owned()).collect(), true)
            }
        }
    }

    /// The package's part of the lockfile; `None` if that is all of it, or unknown.
    pub fn part(&self, with_dev: bool) -> Option<Part> {
        let places = self.closure(with_dev)?;
        let others = self.npm_lock().into_iter().flat_map(|lock| {
            let tied = lock.tied(with_dev);
            tied.filter(|(place, _)| !lock.is_among(place, &places))
        });
        Some(Part { others: of_npm(others), places })
    }

    /// The entries of the root `node_modules` that belong to a part of the lockfile.
    pub fn outermost(&self, part: &Part) -> Vec<String> {
        self.npm_lock().map(|lock| lock.names(&part.places)).unwrap_or_default()
    }

    /// Packages whose machine code comes from an install script that the project does not allow, so it is missing after
    /// the installation. Only certain cases are reported: packages that depend on a program which downloads or compiles
    /// code, and managers whose version or project settings are unambiguous.
    pub fn blocked(&self, with_dev: bool) -> Vec<String> {
        let Some(lockfile) = &self.lockfile else { return Vec::new() };
        let alone = self.alone(with_dev);
        let root = &self.root_package;
        let mut names = match self.manager {
            Manager::Pnpm => match &lockfile.pnpm {
                Some(lock) => lock.blocked(alone, with_dev, &self.scripts),
                None => Vec::new(),
            },
            // Without a list in the project, Bun uses its own.
            Manager::Bun => match (&lockfile.bun, &root.trusted) {
                (Some(lock), Some(trusted)) => lock.blocked(alone, with_dev, trusted),
                _ => Vec::new(),
            },
            Manager::Npm => {
                // This setting shows that the project is for an npm version that requires approval.
                let asks = !root.allow_scripts.is_empty() || self.manager_major().is_some_and(|major| major >= 12);
                match lockfile.npm.as_ref().filter(|_| asks) {
                    Some(lock) => self.blocked_by_npm(lock, with_dev),
                    None => Vec::new(),
                }
            }
            Manager::Yarn | Manager::Berry => Vec::new(),
        };
        names.sort();
        names.dedup();
        names
    }

    fn blocked_by_npm(&self, lock: &Lock, with_dev: bool) -> Vec<String> {
        let blocked = self.tied(lock, with_dev).filter_map(|(place, package)| {
            let package_name = place.rsplit_once("node_modules/")?.1;
            let is = |flag: &str| package.get(flag).and_then(Value::as_bool) == Some(true);
            let needs = package.get("dependencies").and_then(Value::as_object);
            let is_said = self.root_package.allow_scripts.keys().any(|said| name(said) == package_name);
            let is_built = is("hasInstallScript") && is_built(needs.into_iter().flat_map(serde_json::Map::keys));
            (is_built && !is("optional") && !is_said).then(|| package_name.to_owned())
        });
        blocked.collect()
    }

    /// What npm installs for production that the package does not require, because only optional peers of its
    /// dependencies name it: folders of packages and links to their programs, relative to the lockfile's folder.
    pub fn only_optional_peers(&self) -> BTreeSet<String> {
        let Some(lock) = self.npm_lock() else { return BTreeSet::new() };
        if self.folder != self.root {
            return lock.only_optional_peers(&[self.inside(&self.folder)]);
        }
        let members = self.workspace.members.iter().map(|member| self.inside(&member.folder));
        lock.only_optional_peers(&members.chain([""]).collect::<Vec<_>>())
    }

    /// The same with pnpm: names of dependencies in the lockfile.
    pub fn only_optional_peers_of_pnpm(&self) -> BTreeSet<String> {
        let lock = self.lockfile.as_ref().and_then(|lockfile| lockfile.pnpm.as_ref());
        lock.map(|lock| lock.only_optional_peers(self.alone(false))).unwrap_or_default()
    }

    /// The package's dependencies with platform-specific metadata.
    fn tied<'l>(&self, lock: &'l Lock, with_dev: bool) -> impl Iterator<Item = (&'l String, &'l Value)> {
        let own = self.closure(with_dev);
        let extra = if own.is_none() && !with_dev { self.only_optional_peers() } else { BTreeSet::new() };
        lock.tied(with_dev).filter(move |(place, _)| match &own {
            Some(own) => lock.is_among(place, own),
            None => !extra.contains(*place),
        })
    }

    /// The major version of the package manager, if the project names one.
    pub fn manager_major(&self) -> Option<u32> {
        self.manager_version.as_deref()?.split('.').next()?.parse().ok()
    }

    /// The only folder whose dependencies are installed, for managers other than npm.
    fn alone(&self, with_dev: bool) -> Option<&str> {
        (self.folder != self.root && !with_dev).then(|| self.inside(&self.folder))
    }

    /// npm's lockfile with the metadata of all packages, if there is one.
    fn npm_lock(&self) -> Option<&Lock> {
        self.lockfile.as_ref()?.npm.as_ref()
    }

    /// The packages of the lockfile that a package of a workspace requires; `None` if these are all, or unknown.
    fn closure(&self, with_dev: bool) -> Option<Places> {
        let lock = self.npm_lock().filter(|_| self.folder != self.root)?;
        let mut folders = vec![self.inside(&self.folder)];
        if with_dev {
            // Packages that it requires are built with their development dependencies, and tools often belong to the
            // workspace itself.
            let needed = self.workspace.needed(&self.folder, true);
            folders.extend(needed.iter().map(|member| self.inside(&member.folder)).chain([""]));
        }
        lock.closure(&folders, with_dev)
    }
}
