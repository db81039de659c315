//! `poetry.lock`: which packages a program needs, which of them are folders of the repository, and the release of
//! Poetry that wrote it.

use std::collections::{BTreeMap, BTreeSet};

use super::name::normal_name;
use super::wheels::{self, Locked};
use crate::toml_file::at;
use crate::version::is_version;

/// A lockfile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PoetryLock {
    /// Packages by normalized name; one may occur several times, with different markers.
    packages: BTreeMap<String, Vec<Package>>,
    /// Names that extras of the project add.
    extras: BTreeMap<String, Vec<String>>,
}

/// A package of a lockfile.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Package {
    /// Normalized names of its dependencies on Linux, including optional ones, for any extra.
    dependencies: Vec<String>,
    source: Source,
}

/// Where a package comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    /// An index or an address, with the names of its wheels.
    Elsewhere { wheels: Vec<String> },
    /// A git repository.
    Git,
    /// A folder, relative to the lockfile.
    Folder(String),
    /// A file, relative to the lockfile.
    File(String),
}

/// What a program requires, according to the lockfile.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Closure {
    /// Packages that are installed from a folder, by name, with their paths relative to the lockfile.
    pub(super) folders: BTreeMap<String, String>,
    /// Files that are installed, relative to the lockfile.
    pub(super) files: Vec<String>,
    /// Packages that are not in the repository.
    pub(super) locked: Vec<Locked>,
}

impl PoetryLock {
    /// Reads a lockfile.
    pub(super) fn read(table: &toml::Table) -> Self {
        let mut found = Self::default();
        for package in table.get("package").and_then(toml::Value::as_array).into_iter().flatten() {
            let name = package.get("name").and_then(toml::Value::as_str).unwrap_or_default();
            found.packages.entry(normal_name(name)).or_default().push(Package::read(package));
        }
        for (extra, names) in table.get("extras").and_then(toml::Value::as_table).into_iter().flatten() {
            found.extras.insert(extra.clone(), names_of(Some(names)));
        }
        found
    }

    /// Whether a package comes from a git repository.
    pub(super) fn names_git(&self) -> bool {
        self.packages.values().flatten().any(|package| package.source == Source::Git)
    }

    /// The main dependencies of a project with all of their dependencies, and those of some extras and groups; `None`
    /// for all groups.
    pub(super) fn closure(&self, pyproject: &toml::Table, extras: &[&str], groups: Option<&[&str]>) -> Closure {
        let mut open = roots(pyproject, self, extras, groups);
        let mut seen = BTreeSet::new();
        let mut found = Closure::default();
        while let Some(name) = open.pop() {
            if !seen.insert(name.clone()) {
                continue;
            }
            for package in self.packages.get(&name).into_iter().flatten() {
                open.extend(package.dependencies.iter().cloned());
                match &package.source {
                    Source::Folder(place) => _ = found.folders.insert(name.clone(), place.clone()),
                    Source::File(place) => found.files.push(place.clone()),
                    Source::Git => found.locked.push(Locked { name: name.clone(), wheels: Vec::new() }),
                    Source::Elsewhere { wheels } => {
                        found.locked.push(Locked { name: name.clone(), wheels: wheels.clone() });
                    }
                }
            }
        }
        found.locked.sort_by(|one, other| one.name.cmp(&other.name));
        found
    }
}

impl Package {
    fn read(package: &toml::Value) -> Self {
        let dependencies = package.get("dependencies").and_then(toml::Value::as_table).into_iter().flatten();
        let dependencies = dependencies.filter(|(_, wanted)| for_linux(wanted)).map(|(name, _)| normal_name(name));
        let text = |key: &str| package.get("source").and_then(|source| source.get(key)).and_then(toml::Value::as_str);
        let place = || text("url").unwrap_or_default().to_owned();
        let source = match text("type") {
            Some("directory") => Source::Folder(place()),
            Some("file") => Source::File(place()),
            Some("git") => Source::Git,
            _ => {
                let files = package.get("files").and_then(toml::Value::as_array).into_iter().flatten();
                let wheels = files.filter_map(|file| Some(file.get("file")?.as_str()?.to_owned()));
                Source::Elsewhere { wheels: wheels.collect() }
            }
        };
        Self { dependencies: dependencies.collect(), source }
    }
}

/// The normalized names of a list of requirements.
fn names_of(list: Option<&toml::Value>) -> Vec<String> {
    let list = list.and_then(toml::Value::as_array).into_iter().flatten();
    list.filter_map(|value| Some(normal_name(value.as_str()?))).collect()
}

/// Names of the dependencies that a project lists itself.
fn roots(pyproject: &toml::Table, lock: &PoetryLock, extras: &[&str], groups: Option<&[&str]>) -> Vec<String> {
    let table = |path: &[&str]| at(pyproject, path).and_then(toml::Value::as_table);
    let keys = |table: Option<&toml::Table>| -> Vec<String> {
        let wanted = table.into_iter().flatten().filter(|(_, wanted)| for_linux(wanted));
        wanted.map(|(name, _)| normal_name(name)).filter(|name| name != "python").collect()
    };
    let mut found = names_of(at(pyproject, &["project", "dependencies"]));
    let main = table(&["tool", "poetry", "dependencies"]);
    // Optional dependencies are added by an extra.
    let optional: BTreeSet<_> = main
        .into_iter()
        .flatten()
        .filter(|(_, wanted)| wanted.get("optional").and_then(toml::Value::as_bool) == Some(true))
        .map(|(name, _)| normal_name(name))
        .collect();
    found.extend(keys(main).into_iter().filter(|name| !optional.contains(name)));
    for extra in extras {
        found.extend(names_of(at(pyproject, &["project", "optional-dependencies", extra])));
        found.extend(names_of(at(pyproject, &["tool", "poetry", "extras", extra])));
        found.extend(lock.extras.get(*extra).into_iter().flatten().cloned());
    }
    let is_wanted = |name: &str| groups.is_none_or(|groups| groups.contains(&name));
    for (name, group) in table(&["tool", "poetry", "group"]).into_iter().flatten().filter(|(name, _)| is_wanted(name)) {
        found.extend(keys(group.get("dependencies").and_then(toml::Value::as_table)));
        found.extend(names_of(at(pyproject, &["dependency-groups", name])));
    }
    for (_, group) in table(&["dependency-groups"]).into_iter().flatten().filter(|(name, _)| is_wanted(name)) {
        found.extend(names_of(Some(group)));
    }
    if groups.is_none() {
        found.extend(keys(table(&["tool", "poetry", "dev-dependencies"])));
    }
    found
}

/// Whether a dependency can apply to Linux.
fn for_linux(wanted: &toml::Value) -> bool {
    let marker = wanted.get("markers").and_then(toml::Value::as_str);
    marker.is_none_or(wheels::is_for_linux)
        && !matches!(wanted.get("platform").and_then(toml::Value::as_str), Some("win32" | "darwin"))
}

/// The release of Poetry that wrote a lockfile, from its first line.
pub(super) fn version(lock: &[u8]) -> Option<&str> {
    let first = std::str::from_utf8(lock).ok()?.lines().next()?;
    let (_, after) = first.split_once("by Poetry ")?;
    let version = after.split_whitespace().next()?;
    is_version(version).then_some(version)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use super::*;

    const PYPROJECT: &str = "
[tool.poetry.dependencies]
python = '^3.11'
Flask = '^3'
shared = { path = '../libs/shared', develop = true }
psycopg = { version = '*', optional = true }
pywin32 = { version = '*', markers = \"sys_platform == 'win32'\" }
[tool.poetry.extras]
pg = ['psycopg']
[tool.poetry.group.dev.dependencies]
pytest = '^8'
[tool.poetry.group.tasks.dependencies]
celery = '*'
";
    const LOCK: &str = "
[[package]]
name = 'flask'
files = [{ file = 'flask-3-py3-none-any.whl', hash = '' }]
[[package]]
name = 'shared'
[package.dependencies]
structlog = '>=24'
colorama = { version = '*', markers = \"sys_platform == 'win32'\" }
[package.source]
type = 'directory'
url = '../libs/shared'
[[package]]
name = 'structlog'
[[package]]
name = 'colorama'
[[package]]
name = 'psycopg'
[[package]]
name = 'pytest'
[[package]]
name = 'celery'
[package.source]
type = 'file'
url = 'wheels/celery.whl'
[[package]]
name = 'pywin32'
";

    fn names(extras: &[&str], groups: Option<&[&str]>) -> Vec<String> {
        let lock = PoetryLock::read(&LOCK.parse().unwrap());
        let closure = lock.closure(&PYPROJECT.parse().unwrap(), extras, groups);
        assert_eq!(closure.folders, BTreeMap::from([("shared".to_owned(), "../libs/shared".to_owned())]));
        closure.files.into_iter().chain(closure.locked.into_iter().map(|locked| locked.name)).collect()
    }

    #[test]
    fn a_program_requires_its_main_dependencies_and_requested_groups() {
        assert_eq!(names(&[], Some(&[])), ["flask", "structlog"]);
        assert_eq!(names(&["pg"], Some(&["tasks"])), ["wheels/celery.whl", "flask", "psycopg", "structlog"]);
        assert_eq!(names(&[], None), ["wheels/celery.whl", "flask", "pytest", "structlog"]);
    }

    #[test]
    fn the_version_is_in_the_first_line() {
        assert_eq!(version(b"# This file is automatically @generated by Poetry 2.1.3 and should not"), Some("2.1.3"));
        assert_eq!(version(b"# by Poetry -x"), None);
    }
}
