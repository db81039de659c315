//! Which files outside of packages their TypeScript settings name.
//!
//! Source of the format: <https://www.typescriptlang.org/tsconfig/>.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::jsonc;
use crate::presets::{Context, in_folder, join_path};
use crate::{PlanError, Project};

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
/// How many files are followed: nobody's settings are spread over more.
const MOST: usize = 200;

/// The settings of some packages, and those that they lead to.
#[derive(Debug, Default)]
pub(super) struct Settings(BTreeMap<String, Named>);

impl Settings {
    /// Reads the settings of folders, those that they extend, and those of projects that they refer to.
    pub(super) async fn read<P: Project>(cx: &Context<'_, P>, folders: &[&str]) -> Result<Self, PlanError> {
        let mut open = beginnings(folders);
        let mut seen = BTreeSet::new();
        let mut found = BTreeMap::new();
        while !open.is_empty() && seen.len() < MOST {
            open.retain(|path| seen.insert(path.clone()));
            let files = cx.project().read_all(&open).await?;
            let mut next = Vec::new();
            for (path, bytes) in open.into_iter().zip(files) {
                let Some(settings) = bytes.and_then(|bytes| jsonc::object(&bytes)) else { continue };
                let named = Named::of(&settings);
                next.extend(named.next(&path));
                found.insert(path, named);
            }
            open = next;
        }
        Ok(Self(found))
    }

    /// Where a package's compiler writes, as the first of its settings says that says it; relative to its folder.
    pub(super) fn output(&self, folder: &str) -> Option<String> {
        let settings = NAMES.iter().filter_map(|name| self.0.get(&in_folder(folder, name)));
        settings.filter_map(|named| join_path("", named.output.as_deref()?)).find(|output| !output.is_empty())
    }

    /// Files and folders that the settings of some folders name, as paths of the context, without those inside of these folders.
    pub(super) fn outside(&self, folders: &[&str]) -> BTreeSet<String> {
        let mut open = beginnings(folders);
        let mut seen = BTreeSet::new();
        let mut found = BTreeSet::new();
        while let Some(path) = open.pop() {
            let Some(named) = self.0.get(&path).filter(|_| seen.insert(path.clone())) else { continue };
            let folder = folder_of(&path);
            found.extend(named.projects.iter().filter_map(|written| join_path(folder, written)));
            found.extend(named.sources.iter().filter_map(|written| place(folder, written)));
            // Looking for modules everywhere is no reason to take everything.
            let modules = named.modules.iter().filter_map(|written| place(folder, written));
            found.extend(modules.filter(|place| !folders.iter().any(|folder| is_inside(folder, &[place]))));
            open.extend(named.next(&path));
            found.insert(path);
        }
        found.retain(|path| !path.is_empty() && !is_inside(path, folders));
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

/// Whether a path is below one of some folders.
fn is_inside(path: &str, folders: &[&str]) -> bool {
    folders.iter().any(|folder| folder.is_empty() || path == *folder || path.starts_with(&format!("{folder}/")))
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
    /// Where settings may stand that those of a path lead to.
    fn next(&self, path: &str) -> Vec<String> {
        let folder = folder_of(path);
        let extended = self.settings.iter().filter_map(|written| join_path(folder, written));
        let extended = extended.flat_map(|path| [format!("{path}.json"), path]);
        let projects = self.projects.iter().filter_map(|written| join_path(folder, written));
        extended
            .chain(projects.map(|path| if path.ends_with(".json") { path } else { in_folder(&path, "tsconfig.json") }))
            .collect()
    }

    fn of(settings: &Value) -> Self {
        let mut named = Self::default();
        let texts = |value: Option<&Value>| -> Vec<String> {
            let list = value.map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice));
            list.unwrap_or_default().iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
        };
        // What does not begin with a dot is a package.
        named.settings = texts(settings.get("extends")).into_iter().filter(|name| name.starts_with('.')).collect();
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
        assert_eq!(named.settings, ["../../tsconfig.base"]);
        assert_eq!(named.projects, ["../money"]);
        let places = |list: &[String]| list.iter().filter_map(|written| place("a/b", written)).collect::<Vec<_>>();
        assert_eq!(places(&named.sources), ["a/b/src", "shared"]);
        assert_eq!(places(&named.modules), ["a", "a/types", "a/x/src"]);
    }
}
