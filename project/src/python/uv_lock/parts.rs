//! `uv.lock` in its parts: the packages, with their text, and what each depends on.

use std::collections::BTreeMap;

use slipway_diagnostic::join_path;

use crate::python::uv_part::without_members;
use crate::python::uv_settings::is_local;
use crate::python::wheels;
use crate::toml_file::at;

/// A lockfile in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UvLock {
    /// The text before the first package.
    pub(super) head: String,
    pub(super) packages: Vec<Package>,
}

/// A package of a lockfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Package {
    pub(super) name: String,
    /// Its text after `[[package]]`.
    pub(super) text: String,
    pub(super) place: Place,
    pub(super) dependencies: Vec<Dependency>,
    pub(super) optional: BTreeMap<String, Vec<Dependency>>,
    pub(super) groups: BTreeMap<String, Vec<Dependency>>,
    pub(super) wheels: Vec<String>,
}

/// Where a package comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// An index, a git repository or a URL.
    Elsewhere,
    /// A folder of the repository, relative to the lockfile's folder.
    Folder {
        path: String,
        /// Whether uv installs it; for a virtual package, it only installs the dependencies.
        installed: bool,
    },
    /// A file of the repository, relative to the lockfile's folder.
    File(String),
}

/// What a package names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) extras: Vec<String>,
    /// Whether it can apply to Linux.
    pub(super) here: bool,
}

impl UvLock {
    /// Splits a lockfile. The caller has already parsed it to report errors. `None` for an unknown format.
    pub(super) fn read(text: &str, table: &toml::Table) -> Option<Self> {
        const HEADER: &str = "\n[[package]]\n";
        let text = text.replace("\r\n", "\n");
        let mut blocks = text.split(HEADER);
        let head = without_members(blocks.next()?);
        let tables: Vec<_> =
            table.get("package").and_then(toml::Value::as_array).into_iter().flatten().collect::<Vec<_>>();
        let blocks: Vec<_> = blocks.collect();
        // A manually edited lockfile may have packages in another format: it is then used as a whole.
        if blocks.len() != tables.len() {
            return None;
        }
        let packages = tables
            .into_iter()
            .zip(blocks)
            .map(|(table, block)| Some(package(table.as_table()?, block)))
            .collect::<Option<Vec<_>>>()?;
        Some(Self { head, packages })
    }
}

fn package(table: &toml::Table, block: &str) -> Package {
    let text = |path: &[&str]| at(table, path).and_then(toml::Value::as_str);
    let folder = |kind: &str, installed| Some(Place::Folder { path: normal(text(&["source", kind])?), installed });
    let place = folder("editable", true)
        .or_else(|| folder("directory", true))
        .or_else(|| folder("virtual", false))
        .or_else(|| Some(Place::File(normal(text(&["source", "path"])?))))
        .or_else(|| {
            text(&["source", "registry"]).filter(|place| is_local(place)).map(|place| Place::File(normal(place)))
        })
        .unwrap_or(Place::Elsewhere);
    let wheels = table.get("wheels").and_then(toml::Value::as_array).into_iter().flatten();
    let wheels = wheels.filter_map(|wheel| {
        let word = ["url", "filename", "path"].iter().find_map(|key| wheel.get(*key)?.as_str())?;
        Some(word.rsplit('/').next().unwrap_or(word).to_owned())
    });
    Package {
        name: text(&["name"]).unwrap_or_default().to_owned(),
        text: block.to_owned(),
        place,
        dependencies: dependencies(table.get("dependencies")),
        optional: named(table.get("optional-dependencies")),
        groups: named(table.get("dev-dependencies")),
        wheels: wheels.collect(),
    }
}

/// A path in a lockfile in normalized form: `./libs/a` is `libs/a`.
fn normal(path: &str) -> String {
    match join_path("", path) {
        Some(path) if path.is_empty() => ".".to_owned(),
        Some(path) => path,
        None => path.to_owned(),
    }
}

fn named(value: Option<&toml::Value>) -> BTreeMap<String, Vec<Dependency>> {
    let table = value.and_then(toml::Value::as_table).into_iter().flatten();
    table.map(|(name, list)| (name.clone(), dependencies(Some(list)))).collect()
}

fn dependencies(list: Option<&toml::Value>) -> Vec<Dependency> {
    let list = list.and_then(toml::Value::as_array).into_iter().flatten();
    list.filter_map(|dependency| {
        let extras = dependency.get("extra").and_then(toml::Value::as_array).into_iter().flatten();
        Some(Dependency {
            name: dependency.get("name")?.as_str()?.to_owned(),
            extras: extras.filter_map(|extra| Some(extra.as_str()?.to_owned())).collect(),
            here: dependency.get("marker").and_then(toml::Value::as_str).is_none_or(wheels::is_for_linux),
        })
    })
    .collect()
}
