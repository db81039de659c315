//! Which files outside of packages their TypeScript settings name.
//!
//! Source of the format: <https://www.typescriptlang.org/tsconfig/>.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use serde_json::Value;

use super::files::MANIFEST;
use super::jsonc;
use super::workspace::{Workspace, is_below, is_in_any};
use crate::PlanError;
use crate::presets::{Context, in_folder, join_path};
use slipway_project::Paths;

/// The names that settings have in the folder of a package.
const NAMES: &[&str] = &[
    "tsconfig.json",
    "tsconfig.build.json",
    "tsconfig.prod.json",
    "tsconfig.app.json",
    "tsconfig.lib.json",
    "tsconfig.node.json",
    "jsconfig.json",
];
/// How many files are followed from one package: nobody's settings are spread over more.
const MOST: usize = 200;

/// The settings of a workspace's packages, and those that they lead to: each file is read once, whichever packages are
/// asked about.
#[derive(Debug, Default)]
pub(super) struct Settings {
    files: RefCell<HashMap<String, Option<Rc<Named>>>>,
    chains: RefCell<HashMap<String, Rc<Chain>>>,
}

/// What the settings of one package lead to.
#[derive(Debug)]
struct Chain {
    /// Where settings were looked for.
    read: Paths,
    /// Files and folders that they name, without those inside of the package.
    named: BTreeSet<String>,
    /// Folders in which modules are looked for.
    modules: BTreeSet<String>,
}

impl Settings {
    /// Reads the settings of folders, those that they extend, and those of projects that they refer to.
    pub(super) async fn read(cx: &Context<'_>, workspace: &Workspace, folders: &[&str]) -> Result<Rc<Self>, PlanError> {
        let name = format!("settings of TypeScript around {}", workspace.root);
        let known = cx.project().cache().and_then(|cache| cache.get::<Self>(&name));
        let settings = known.unwrap_or_default();
        let mut new = Vec::new();
        for folder in folders {
            match settings.chains.borrow().get(*folder) {
                Some(chain) => cx.project().depends_on(&chain.read),
                None => new.push(*folder),
            }
        }
        let mut open = beginnings(&new);
        for _ in 0..MOST {
            open.retain(|path| !settings.files.borrow().contains_key(path));
            open.sort();
            open.dedup();
            if open.is_empty() {
                break;
            }
            let contents = cx.project().read_all(&open).await?;
            let mut next = Vec::new();
            for (path, bytes) in open.into_iter().zip(contents) {
                let named = bytes.and_then(|bytes| jsonc::object(&bytes)).map(|settings| Rc::new(Named::of(&settings)));
                next.extend(named.iter().flat_map(|named| named.next(&path, workspace)).map(|(path, _)| path));
                settings.files.borrow_mut().insert(path, named);
            }
            open = next;
        }
        for folder in new {
            let chain = settings.chain(folder, workspace);
            cx.project().depends_on(&chain.read);
            settings.chains.borrow_mut().insert(folder.to_owned(), Rc::new(chain));
        }
        if let Some(cache) = cx.project().cache() {
            cache.put(&name, &settings);
        }
        Ok(settings)
    }

    fn chain(&self, folder: &str, workspace: &Workspace) -> Chain {
        let mut open = beginnings(&[folder]);
        let mut read = BTreeSet::new();
        let (mut all, mut modules) = (BTreeSet::new(), BTreeSet::new());
        while let Some(path) = open.pop() {
            if read.len() > MOST || !read.insert(path.clone()) {
                continue;
            }
            let files = self.files.borrow();
            let Some(Some(named)) = files.get(&path) else { continue };
            let folder = folder_of(&path);
            all.extend(named.projects.iter().filter_map(|written| join_path(folder, written)));
            all.extend(named.sources.iter().filter_map(|written| place(folder, written)));
            modules.extend(named.modules.iter().filter_map(|written| place(folder, written)));
            for (path, manifest) in named.next(&path, workspace) {
                // Compilers find a package by its manifest.
                all.extend(manifest);
                open.push(path);
            }
            all.insert(path);
        }
        all.retain(|path| path != folder && !is_below(path, folder));
        Chain { read: Rc::new(read), named: all, modules }
    }

    /// Where a package's compiler writes, as the first of its settings says that says it; relative to its folder.
    pub(super) fn output(&self, folder: &str) -> Option<String> {
        let files = self.files.borrow();
        let settings = NAMES.iter().filter_map(|name| files.get(&in_folder(folder, name))?.as_deref());
        let mut outputs = settings.filter_map(|named| join_path("", named.output.as_deref()?));
        outputs.find(|output| !output.is_empty())
    }

    /// Files and folders that the settings of some folders name, as paths of the context, without those inside of these
    /// folders.
    pub(super) fn outside(&self, folders: &BTreeSet<&str>) -> BTreeSet<String> {
        let chains = self.chains.borrow();
        let mut found = BTreeSet::new();
        for chain in folders.iter().filter_map(|folder| chains.get(*folder)) {
            found.extend(chain.named.iter().cloned());
            // Looking for modules everywhere is no reason to take everything.
            let holds_any = |place: &str| folders.iter().any(|folder| *folder == place || is_below(folder, place));
            found.extend(chain.modules.iter().filter(|place| !is_in_any(place, folders) && !holds_any(place)).cloned());
        }
        found.retain(|path| !path.is_empty() && !is_in_any(path, folders));
        found
    }
}

/// Where the settings of folders may stand.
fn beginnings(folders: &[&str]) -> Vec<String> {
    folders.iter().flat_map(|folder| NAMES.iter().map(|name| in_folder(folder, name))).collect()
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The fixed part of a path or pattern; without it nothing is known.
fn place(folder: &str, written: &str) -> Option<String> {
    let fixed: Vec<&str> = written.split('/').take_while(|part| !part.contains(['*', '?', '$'])).collect();
    join_path(folder, &fixed.join("/"))
}

/// What settings name.
#[derive(Debug, Default)]
struct Named {
    settings: Vec<String>,
    projects: Vec<String>,
    /// Where sources are.
    sources: Vec<String>,
    /// Where modules are looked for.
    modules: Vec<String>,
    /// Where the compiler writes.
    output: Option<String>,
}

impl Named {
    /// Where settings may stand that those of a path lead to, and the manifest of the package that they are looked for
    /// in.
    fn next(&self, path: &str, workspace: &Workspace) -> Vec<(String, Option<String>)> {
        let folder = folder_of(path);
        let mut next = Vec::new();
        for written in &self.settings {
            let (place, manifest) = if written.starts_with('.') {
                (join_path(folder, written), None)
            } else {
                // A package, and perhaps a path in it.
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
            // A module in a file has others beside it.
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
    fn reads_what_compilers_read() {
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
