//! `uv.lock`: the packages that a program requires, those that are folders of the repository, and the part of the
//! lockfile about them.
//!
//! Source of the format: uv's documentation of its lockfile,
//! <https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile>, and the output of uv 0.13.

mod parts;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use slipway_diagnostic::Span;

use self::parts::{Package, Place, UvLock};
use super::uv_part::without_groups;
use super::wheels::Locked;
use crate::toml_file;
use crate::{Error, Repository};

/// The contents of a `uv.lock`. All members of a workspace share it.
#[derive(Debug, Clone, PartialEq)]
pub struct UvWorkspace {
    /// The lockfile; `None` for an unknown format, which is used as a whole.
    lock: Option<UvLock>,
    /// The Python versions that all members allow.
    pub(super) requires_python: Option<String>,
}

/// What to install for a package of a lockfile.
pub(super) struct Wanted<'a> {
    /// The folder of the package, relative to the lockfile's folder.
    pub(super) folder: &'a str,
    pub(super) extras: Vec<&'a str>,
    pub(super) groups: Vec<&'a str>,
}

/// What a package requires, according to a lockfile.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Closure {
    /// The package's name.
    pub(super) name: String,
    /// The part of the lockfile about it.
    pub(super) lock: String,
    /// Packages that are installed from a folder of the repository, by name, with their folders.
    pub(super) folders: BTreeMap<String, String>,
    /// Files of the repository that are installed.
    pub(super) files: Vec<String>,
    /// Packages from elsewhere.
    pub(super) locked: Vec<Locked>,
}

impl UvWorkspace {
    /// What a package requires; `None` if the lockfile's format is unknown.
    pub(super) fn closure(&self, wanted: &Wanted<'_>) -> Option<Closure> {
        self.lock.as_ref()?.closure(wanted)
    }

    /// Folders of all local packages, relative to the lockfile; without `.`.
    pub(super) fn folders(&self) -> impl Iterator<Item = &str> {
        self.lock.iter().flat_map(UvLock::folders)
    }

    /// Whether a folder is a package of the lockfile, if its format is known.
    pub(super) fn may_have(&self, folder: &str) -> bool {
        self.lock.as_ref().is_none_or(|lock| lock.find(folder).is_some())
    }
}

/// Reads a `uv.lock`, once for all members of a workspace.
pub(super) async fn workspace(
    repository: &Repository<'_>,
    bytes: &[u8],
    path: &str,
    span: Span,
) -> Result<Arc<UvWorkspace>, Error> {
    let read = async |_: &Repository<'_>| {
        let table = toml_file::parse(bytes, path, span)?;
        let lock = UvLock::read(&String::from_utf8_lossy(bytes), &table);
        let requires_python = table.get("requires-python").and_then(toml::Value::as_str).map(str::to_owned);
        Ok(UvWorkspace { lock, requires_python })
    };
    repository.once(&format!("Python lockfile {path:?}"), read).await
}

impl UvLock {
    /// Folders of all local packages, relative to the lockfile; without `.`.
    fn folders(&self) -> impl Iterator<Item = &str> {
        self.packages.iter().filter_map(|package| match &package.place {
            Place::Folder { path, .. } if path != "." => Some(path.as_str()),
            _ => None,
        })
    }

    fn find(&self, folder: &str) -> Option<&Package> {
        let folder = if folder.is_empty() { "." } else { folder };
        self.packages.iter().find(|package| matches!(&package.place, Place::Folder { path, .. } if path == folder))
    }

    fn closure(&self, wanted: &Wanted<'_>) -> Option<Closure> {
        let root = self.find(wanted.folder)?;
        let installed = self.reach(root, wanted, false);
        // uv requires every name in the part to be defined there, even if it is not installed.
        let kept = self.reach(root, wanted, true);
        let mut lock = self.head.clone();
        for (index, package) in self.packages.iter().enumerate() {
            if kept.contains(&index) {
                let groups: &[&str] = if std::ptr::eq(package, root) { &wanted.groups } else { &[] };
                lock.push_str("\n[[package]]\n");
                lock.push_str(&without_groups(&package.text, groups));
            } else if package.place == (Place::Folder { path: ".".to_owned(), installed: false })
                || package.place == (Place::Folder { path: ".".to_owned(), installed: true })
            {
                // uv requires the workspace's root, which is a member; its dependencies do not matter.
                lock.push_str("\n[[package]]\n");
                let lines =
                    package.text.lines().take_while(|line| !line.starts_with("dependencies") && !line.is_empty());
                lines.for_each(|line| {
                    lock.push_str(line);
                    lock.push('\n');
                });
            }
        }
        let (mut folders, mut files, mut locked) = (BTreeMap::new(), Vec::new(), Vec::new());
        for package in installed.iter().filter_map(|index| self.packages.get(*index)) {
            match &package.place {
                Place::Folder { path, installed } => {
                    if *installed && package.name != root.name {
                        folders.insert(package.name.clone(), path.clone());
                    }
                }
                Place::File(path) => files.push(path.clone()),
                Place::Elsewhere => locked.push(Locked { name: package.name.clone(), wheels: package.wheels.clone() }),
            }
        }
        Some(Closure { name: root.name.clone(), lock, folders, files, locked })
    }

    /// The numbers of the packages that one requires; with all optional dependencies, or with those of some extras.
    fn reach(&self, root: &Package, wanted: &Wanted<'_>, optional: bool) -> BTreeSet<usize> {
        let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, package) in self.packages.iter().enumerate() {
            by_name.entry(&package.name).or_default().push(index);
        }
        let extras = wanted.extras.iter().map(|extra| (*extra).to_owned()).collect::<Vec<_>>();
        let mut open = vec![(root.name.as_str(), extras.as_slice())];
        let groups = wanted.groups.iter().filter_map(|group| root.groups.get(*group)).flatten();
        open.extend(groups.map(|dependency| (dependency.name.as_str(), dependency.extras.as_slice())));
        let mut seen: BTreeSet<(&str, Option<&str>)> = BTreeSet::new();
        let mut found = BTreeSet::new();
        while let Some((name, extras)) = open.pop() {
            let words = std::iter::once(None).chain(extras.iter().map(|extra| Some(extra.as_str())));
            for word in words.filter(|word| seen.insert((name, *word))).collect::<Vec<_>>() {
                for index in by_name.get(name).into_iter().flatten() {
                    let Some(package) = self.packages.get(*index) else { continue };
                    found.insert(*index);
                    let own = match word {
                        None => Some(&package.dependencies),
                        Some(extra) => package.optional.get(extra),
                    };
                    let rest = package.optional.values().filter(|_| optional);
                    let next = own.into_iter().chain(rest).flatten().filter(|dependency| optional || dependency.here);
                    open.extend(next.map(|dependency| (dependency.name.as_str(), dependency.extras.as_slice())));
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use super::*;

    const LOCK: &str = r#"version = 1
requires-python = ">=3.11"

[manifest]
members = ["api", "root", "shared", "worker"]

[[package]]
name = "api"
version = "0.0.0"
source = { virtual = "services/api" }
dependencies = [
    { name = "shared", extra = ["pg"] },
    { name = "uvicorn" },
]

[package.dev-dependencies]
dev = [
    { name = "pytest" },
]
load = [
    { name = "locust" },
]

[package.metadata]
requires-dist = [{ name = "uvicorn" }]

[[package]]
name = "locust"
version = "1"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "psycopg"
version = "3"
source = { registry = "https://pypi.org/simple" }
wheels = [
    { url = "https://files.pythonhosted.org/packages/psycopg-3-py3-none-any.whl" },
]

[[package]]
name = "pytest"
version = "8"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "pywin32"
version = "1"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "root"
version = "0.0.0"
source = { virtual = "." }
dependencies = [
    { name = "worker" },
]

[[package]]
name = "shared"
version = "0.0.0"
source = { editable = "libs/shared" }

[package.optional-dependencies]
pg = [
    { name = "psycopg" },
]

[[package]]
name = "uvicorn"
version = "1"
source = { registry = "https://pypi.org/simple" }
dependencies = [
    { name = "pywin32", marker = "sys_platform == 'win32'" },
]

[[package]]
name = "worker"
version = "0.0.0"
source = { virtual = "services/worker" }
"#;

    fn closure(groups: Vec<&str>) -> Closure {
        let lock = UvLock::read(LOCK, &LOCK.parse().unwrap()).unwrap();
        lock.closure(&Wanted { folder: "services/api", extras: Vec::new(), groups }).unwrap()
    }

    fn names(lock: &str) -> Vec<String> {
        lock.lines().filter_map(|line| line.strip_prefix("name = ")).map(str::to_owned).collect()
    }

    #[test]
    fn a_part_of_a_lockfile_is_a_lockfile() {
        let closure = closure(Vec::new());
        assert_eq!(
            names(&closure.lock),
            [r#""api""#, r#""psycopg""#, r#""pywin32""#, r#""root""#, r#""shared""#, r#""uvicorn""#]
        );
        let parsed: toml::Table = closure.lock.parse().unwrap();
        let packages = parsed["package"].as_array().unwrap();
        assert!(packages.iter().all(|package| package.get("dev-dependencies").is_none()));
        assert!(packages.iter().all(|package| package.get("metadata").is_none()));
        let root = packages.iter().find(|package| package["name"].as_str() == Some("root")).unwrap();
        assert!(root.get("dependencies").is_none());
        assert!(parsed["manifest"].get("members").is_none());
    }

    #[test]
    fn only_packages_for_linux_are_installed() {
        let closure = closure(Vec::new());
        assert_eq!(closure.folders, BTreeMap::from([("shared".to_owned(), "libs/shared".to_owned())]));
        assert_eq!(
            closure.locked.iter().map(|locked| locked.name.as_str()).collect::<Vec<_>>(),
            ["psycopg", "uvicorn"]
        );
    }

    #[test]
    fn groups_are_installed_on_request() {
        let closure = closure(vec!["dev"]);
        assert!(names(&closure.lock).contains(&r#""pytest""#.to_owned()));
        assert!(!names(&closure.lock).contains(&r#""locust""#.to_owned()));
        let parsed: toml::Table = closure.lock.parse().unwrap();
        let groups = parsed["package"][0]["dev-dependencies"].as_table().unwrap();
        assert_eq!(groups.keys().collect::<Vec<_>>(), ["dev"]);
    }
}
