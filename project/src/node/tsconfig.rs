//! Finds files outside packages that their TypeScript settings name.
//!
//! Source of the format: <https://www.typescriptlang.org/tsconfig/>.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::Value;
use slipway_diagnostic::join_path;

use super::files::MANIFEST;
use super::jsonc;
use super::workspace::{Workspace, is_below, is_in_any};
use crate::paths::in_folder;
use crate::{Error, Repository};

/// Names of settings files in a package's folder.
const NAMES: &[&str] = &[
    "tsconfig.json",
    "tsconfig.build.json",
    "tsconfig.prod.json",
    "tsconfig.app.json",
    "tsconfig.lib.json",
    "tsconfig.node.json",
    "jsconfig.json",
];
/// The maximum number of settings files that are followed from one package.
const MOST: usize = 200;
/// The numbers of packages, and of files of each, that are requested at once.
const AT_ONCE: usize = 32;

/// The settings of some packages, and of those that they refer to.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// By package folder.
    chains: BTreeMap<String, Arc<Chain>>,
}

/// The result of following one package's settings.
#[derive(Debug, Default)]
struct Chain {
    /// Files and folders that they name outside the package.
    named: BTreeSet<String>,
    /// Folders in which modules are looked up.
    modules: BTreeSet<String>,
    /// The nearest manifests of those that contain code: a manifest says which kind of modules the code consists of, for
    /// the compiler and for Node.js.
    manifests: BTreeMap<String, String>,
    /// The compiler's output folder, from the first of the package's own settings that names one; relative to its
    /// folder.
    output: Option<String>,
}

/// Reads the settings of packages, including settings that they extend, and those of referenced projects. Each file is
/// read once for all packages.
///
/// # Errors
/// The files cannot be read.
pub async fn settings(repository: &Repository<'_>, workspace: &Workspace, folders: &[&str]) -> Result<Settings, Error> {
    let chains = stream::iter(folders).map(|folder| chain_of(repository, workspace, folder)).buffered(AT_ONCE);
    Ok(Settings { chains: chains.try_collect().await? })
}

async fn chain_of(
    repository: &Repository<'_>,
    workspace: &Workspace,
    folder: &str,
) -> Result<(String, Arc<Chain>), Error> {
    let key = format!("TypeScript settings of {folder:?} in {:?}", workspace.root);
    let read = async |repository: &Repository<'_>| chain(repository, workspace, folder).await;
    Ok((folder.to_owned(), repository.once(&key, read).await?))
}

async fn chain(repository: &Repository<'_>, workspace: &Workspace, folder: &str) -> Result<Chain, Error> {
    let mut found = Chain::default();
    let mut code = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let own = own_settings(folder);
    let mut open = own.clone();
    while !open.is_empty() {
        open.retain(|path| seen.len() < MOST && seen.insert(path.clone()));
        let files: Vec<_> =
            stream::iter(&open).map(|path| named(repository, path)).buffered(AT_ONCE).try_collect().await?;
        let mut next = Vec::new();
        for (path, named) in open.into_iter().zip(files) {
            let Some(named) = &*named else { continue };
            let folder = folder_of(&path);
            code.extend(named.projects.iter().filter_map(|written| join_path(folder, written)));
            code.extend(named.sources.iter().filter_map(|written| place(folder, written)));
            found.modules.extend(named.modules.iter().filter_map(|written| place(folder, written)));
            if found.output.is_none() && own.contains(&path) {
                let output = named.output.as_deref().and_then(|output| join_path("", output));
                found.output = output.filter(|output| !output.is_empty());
            }
            for (path, manifest) in named.next(&path, workspace) {
                // Compilers find a package by its manifest.
                found.named.extend(manifest);
                next.push(path);
            }
            found.named.insert(path);
        }
        open = next;
    }
    let is_outside = |path: &String| path != folder && !is_below(path, folder);
    let places: Vec<_> = code.iter().chain(&found.modules).filter(|path| is_outside(path)).collect();
    let manifests = stream::iter(&places).map(|place| manifest(repository, place)).buffered(AT_ONCE);
    let manifests: Vec<_> = manifests.try_collect().await?;
    found.manifests =
        places.into_iter().zip(manifests).filter_map(|(place, manifest)| Some((place.clone(), manifest?))).collect();
    found.named.append(&mut code);
    found.named.retain(is_outside);
    Ok(found)
}

/// The manifest in the folder of a path, or in the nearest folder above it.
async fn manifest(repository: &Repository<'_>, path: &str) -> Result<Option<String>, Error> {
    let mut folder = Some(path);
    while let Some(here) = folder {
        let manifest = in_folder(here, MANIFEST);
        if repository.read(&manifest).await?.is_some() {
            return Ok(Some(manifest));
        }
        folder = (!here.is_empty()).then(|| folder_of(here));
    }
    Ok(None)
}

/// The contents of a settings file; `None` if the file does not exist.
async fn named(repository: &Repository<'_>, path: &str) -> Result<Arc<Option<Named>>, Error> {
    let read = async |repository: &Repository<'_>| {
        let settings = repository.read(path).await?.and_then(|bytes| jsonc::object(&bytes));
        Ok(settings.map(|settings| Named::of(&settings)))
    };
    repository.once(&format!("TypeScript settings {path:?}"), read).await
}

impl Settings {
    /// The output folder of a package's compiler according to its settings; relative to its folder.
    pub fn output(&self, folder: &str) -> Option<&str> {
        self.chains.get(folder)?.output.as_deref()
    }

    /// Files and folders outside some folders that their settings name, as paths of the context.
    pub fn outside(&self, folders: &BTreeSet<&str>) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for chain in folders.iter().filter_map(|folder| self.chains.get(*folder)) {
            found.extend(chain.named.iter().cloned());
            // A lookup of modules in all folders does not make all files inputs.
            let holds_any = |place: &str| folders.iter().any(|folder| *folder == place || is_below(folder, place));
            found.extend(chain.modules.iter().filter(|place| !is_in_any(place, folders) && !holds_any(place)).cloned());
            let manifests = chain.manifests.iter().filter(|(place, _)| found.contains(*place));
            let manifests: Vec<_> = manifests.map(|(_, manifest)| manifest.clone()).collect();
            found.extend(manifests);
        }
        found.retain(|path| !path.is_empty() && !is_in_any(path, folders));
        found
    }
}

/// Possible paths of a package's settings.
fn own_settings(folder: &str) -> Vec<String> {
    NAMES.iter().map(|name| in_folder(folder, name)).collect()
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The part of a path or pattern before the first wildcard; if it is empty, nothing is known.
fn place(folder: &str, written: &str) -> Option<String> {
    let fixed: Vec<&str> = written.split('/').take_while(|part| !part.contains(['*', '?', '$'])).collect();
    join_path(folder, &fixed.join("/"))
}

/// How settings use a path.
#[derive(Debug, Default)]
struct Named {
    settings: Vec<String>,
    projects: Vec<String>,
    /// For sources.
    sources: Vec<String>,
    /// For looking up modules.
    modules: Vec<String>,
    /// For the compiler's output.
    output: Option<String>,
}

impl Named {
    /// Possible paths of the settings that another path refers to, and the manifest of the package that contains them.
    fn next(&self, path: &str, workspace: &Workspace) -> Vec<(String, Option<String>)> {
        let folder = folder_of(path);
        let mut next = Vec::new();
        for written in &self.settings {
            let (place, manifest) = if written.starts_with('.') {
                (join_path(folder, written), None)
            } else {
                // A package, optionally with a path in it.
                let parts = if written.starts_with('@') { 2 } else { 1 };
                let end = written.match_indices('/').nth(parts - 1).map_or(written.len(), |(at, _)| at);
                let (name, inside) = written.split_at_checked(end).unwrap_or((written, ""));
                let Some(package) = workspace.named(name) else { continue };
                let inside = Some(inside.trim_start_matches('/')).filter(|inside| !inside.is_empty());
                (join_path(package, inside.unwrap_or("tsconfig.json")), Some(in_folder(package, MANIFEST)))
            };
            let Some(place) = place else { continue };
            next.push((format!("{place}.json"), manifest.clone()));
            next.push((place, manifest));
        }
        let projects = self.projects.iter().filter_map(|written| join_path(folder, written));
        next.extend(
            projects
                .map(|path| if path.ends_with(".json") { path } else { in_folder(&path, "tsconfig.json") })
                .map(|path| (path, None)),
        );
        next
    }

    fn of(settings: &Value) -> Self {
        let mut named = Self::default();
        let texts = |value: Option<&Value>| -> Vec<String> {
            let list = value.map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice));
            list.unwrap_or_default().iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
        };
        named.settings = texts(settings.get("extends"));
        let references = settings.get("references").and_then(Value::as_array).into_iter().flatten();
        named.projects = references.filter_map(|project| project.get("path")?.as_str().map(str::to_owned)).collect();
        for key in ["include", "files"] {
            named.sources.extend(texts(settings.get(key)));
        }
        let Some(options) = settings.get("compilerOptions") else { return named };
        for key in ["baseUrl", "rootDirs", "typeRoots"] {
            named.modules.extend(texts(options.get(key)));
        }
        named.output = options.get("outDir").and_then(Value::as_str).map(str::to_owned);
        let base = options.get("baseUrl").and_then(Value::as_str).unwrap_or(".");
        let paths = options.get("paths").and_then(Value::as_object).into_iter().flat_map(|paths| paths.values());
        named.modules.extend(paths.flat_map(|list| texts(Some(list))).map(|path| {
            // A module in a file has others next to it.
            let is_file = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx"].iter().any(|end| path.ends_with(end));
            let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
            format!("{base}/{}", if is_file { folder } else { &path })
        }));
        named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_parsed_as_compilers_do() {
        let settings = jsonc::object(
            br#"{ // comments
                "extends": ["../../tsconfig.base", "@tsconfig/node24/tsconfig.json"],
                "references": [{ "path": "../money" }],
                "include": ["src", "../../shared/**/*.ts"],
                "compilerOptions": { "baseUrl": "..", "paths": { "@x/*": ["x/src/index.ts"] }, "typeRoots": ["../types"], },
            }"#,
        );
        let named = Named::of(&settings.unwrap());
        assert_eq!(named.settings, ["../../tsconfig.base", "@tsconfig/node24/tsconfig.json"]);
        assert_eq!(named.projects, ["../money"]);
        let places = |list: &[String]| list.iter().filter_map(|written| place("a/b", written)).collect::<Vec<_>>();
        assert_eq!(places(&named.sources), ["a/b/src", "shared"]);
        assert_eq!(places(&named.modules), ["a", "a/types", "a/x/src"]);
    }
}
