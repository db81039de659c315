//! What `poetry.lock` tells: which packages a program needs, which of them are folders of the repository, and the
//! Poetry that wrote it.

use std::collections::{BTreeMap, BTreeSet};

use super::name::normal_name;
use super::wheels::{self, Locked};
use crate::presets::common::{at, is_version};

/// What a program needs, as the lockfile has it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Closure {
    /// Packages that are installed from a folder, by name, with their paths relative to the lockfile.
    pub(super) folders: BTreeMap<String, String>,
    /// Files that are installed, relative to the lockfile.
    pub(super) files: Vec<String>,
    /// Packages from elsewhere.
    pub(super) locked: Vec<Locked>,
}

/// What the main dependencies of a project need, with those of some extras and groups; `None` for all groups.
pub(super) fn closure(
    pyproject: &toml::Table,
    lock: &toml::Table,
    extras: &[&str],
    groups: Option<&[&str]>,
) -> Closure {
    let packages: Vec<_> = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten().collect();
    let mut by_name: BTreeMap<String, Vec<&toml::Value>> = BTreeMap::new();
    for package in packages {
        let name = package.get("name").and_then(toml::Value::as_str).unwrap_or_default();
        by_name.entry(normal_name(name)).or_default().push(package);
    }
    let mut open = roots(pyproject, lock, extras, groups);
    let mut seen = BTreeSet::new();
    let mut found = Closure::default();
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        for package in by_name.get(&name).into_iter().flatten() {
            // Extras of dependencies are not followed one by one: what is optional comes along where the lockfile has
            // it.
            let dependencies = package.get("dependencies").and_then(toml::Value::as_table).into_iter().flatten();
            open.extend(dependencies.filter(|(_, wanted)| for_linux(wanted)).map(|(name, _)| normal_name(name)));
            let text =
                |key: &str| package.get("source").and_then(|source| source.get(key)).and_then(toml::Value::as_str);
            let place = text("url").unwrap_or_default().to_owned();
            match text("type") {
                Some("directory") => {
                    found.folders.insert(name.clone(), place);
                }
                Some("file") => found.files.push(place),
                _ => {
                    let files = package.get("files").and_then(toml::Value::as_array).into_iter().flatten();
                    let wheels = files.filter_map(|file| Some(file.get("file")?.as_str()?.to_owned()));
                    found.locked.push(Locked { name: name.clone(), wheels: wheels.collect() });
                }
            }
        }
    }
    found.locked.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// Names of what a project asks for itself.
fn roots(pyproject: &toml::Table, lock: &toml::Table, extras: &[&str], groups: Option<&[&str]>) -> Vec<String> {
    let table = |path: &[&str]| at(pyproject, path).and_then(toml::Value::as_table);
    let list = |value: Option<&toml::Value>| -> Vec<String> {
        let list = value.and_then(toml::Value::as_array).into_iter().flatten();
        list.filter_map(|value| Some(normal_name(value.as_str()?))).collect()
    };
    let keys = |table: Option<&toml::Table>| -> Vec<String> {
        let wanted = table.into_iter().flatten().filter(|(_, wanted)| for_linux(wanted));
        wanted.map(|(name, _)| normal_name(name)).filter(|name| name != "python").collect()
    };
    let mut found = list(at(pyproject, &["project", "dependencies"]));
    let main = table(&["tool", "poetry", "dependencies"]);
    // What is optional there comes with an extra.
    let optional: BTreeSet<_> = main
        .into_iter()
        .flatten()
        .filter(|(_, wanted)| wanted.get("optional").and_then(toml::Value::as_bool) == Some(true))
        .map(|(name, _)| normal_name(name))
        .collect();
    found.extend(keys(main).into_iter().filter(|name| !optional.contains(name)));
    for extra in extras {
        found.extend(list(at(pyproject, &["project", "optional-dependencies", extra])));
        found.extend(list(at(pyproject, &["tool", "poetry", "extras", extra])));
        found.extend(list(at(lock, &["extras", extra])));
    }
    let is_wanted = |name: &str| groups.is_none_or(|groups| groups.contains(&name));
    for (name, group) in table(&["tool", "poetry", "group"]).into_iter().flatten().filter(|(name, _)| is_wanted(name)) {
        found.extend(keys(group.get("dependencies").and_then(toml::Value::as_table)));
        found.extend(list(at(pyproject, &["dependency-groups", name])));
    }
    for (_, group) in table(&["dependency-groups"]).into_iter().flatten().filter(|(name, _)| is_wanted(name)) {
        found.extend(list(Some(group)));
    }
    if groups.is_none() {
        found.extend(keys(table(&["tool", "poetry", "dev-dependencies"])));
    }
    found
}

/// Whether a dependency can concern Linux.
fn for_linux(wanted: &toml::Value) -> bool {
    let marker = wanted.get("markers").and_then(toml::Value::as_str);
    marker.is_none_or(wheels::is_for_linux)
        && !matches!(wanted.get("platform").and_then(toml::Value::as_str), Some("win32" | "darwin"))
}

/// The Poetry that wrote a lockfile, from its first line.
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
        let closure = closure(&PYPROJECT.parse().unwrap(), &LOCK.parse().unwrap(), extras, groups);
        assert_eq!(closure.folders, BTreeMap::from([("shared".to_owned(), "../libs/shared".to_owned())]));
        closure.files.into_iter().chain(closure.locked.into_iter().map(|locked| locked.name)).collect()
    }

    #[test]
    fn a_program_needs_its_main_dependencies_and_what_is_asked_for() {
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
