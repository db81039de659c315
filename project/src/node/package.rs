//! The parts of `package.json` that a build uses.
//!
//! Source of the format: <https://docs.npmjs.com/cli/configuring-npm/package-json>.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The contents of a `package.json`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Package {
    /// Its name, which other packages of a workspace use for dependencies.
    pub name: Option<String>,
    /// Its scripts.
    pub scripts: BTreeMap<String, String>,
    /// The file that is imported as this package.
    pub main: Option<String>,
    /// The file of its program, if it has exactly one.
    pub program: Option<String>,
    /// Its dependencies at run time: name → version, range or path.
    pub dependencies: BTreeMap<String, String>,
    /// Its additional dependencies for development.
    pub dev_dependencies: BTreeMap<String, String>,
    /// The Node.js versions that it supports.
    pub engine: Option<String>,
    /// The package manager and its version, such as `pnpm@10.1.0`.
    pub(crate) manager: Option<String>,
    /// The package manager and its versions for development.
    pub(crate) dev_manager: Option<Tool>,
    /// The Node.js versions for development.
    pub(crate) dev_engine: Option<String>,
    /// Patterns of the folders in its workspace.
    pub(crate) workspaces: Vec<String>,
    /// The path of its Prisma schema, if set.
    pub prisma_schema: Option<String>,
    /// Its settings for pnpm.
    pub(crate) pnpm: Value,
    /// The packages whose install scripts Bun may run, if set.
    pub(crate) trusted: Option<Vec<String>>,
    /// Paths that replace indirect dependencies, relative to its folder: `overrides` and `resolutions`.
    pub(crate) overrides: Vec<String>,
    /// Other files that package managers read, relative to its folder: patches of dependencies.
    pub(crate) named_files: Vec<String>,
    /// The packages whose install scripts npm may run, or may not, if set.
    pub(crate) allow_scripts: BTreeMap<String, bool>,
}

/// A tool of `devEngines`: its name, and a range of versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tool {
    pub(crate) name: String,
    pub(crate) version: Option<String>,
}

/// Scripts that package managers run before or after an installation.
pub const INSTALL_SCRIPTS: &[&str] =
    &["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"];

impl Package {
    /// Parses the file; the error is the JSON parser's.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, String> {
        // Some editors add a byte order mark, which npm ignores as well.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let Value::Object(file) = value else {
            return Err("it is not a JSON object".to_owned());
        };
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let workspaces = file.get("workspaces").map(|value| value.get("packages").unwrap_or(value));
        let mut dependencies = table(&file, "dependencies");
        dependencies.extend(table(&file, "optionalDependencies"));
        let dev_dependencies = table(&file, "devDependencies");
        let scripts = table(&file, "scripts");
        let program = match file.get("bin") {
            Some(Value::Object(programs)) if programs.len() == 1 => text(programs.values().next()),
            one => text(one),
        };
        // Either field may be one tool or a list of alternatives.
        let dev_engine = |key: &str| {
            let tools = file.get("devEngines").and_then(|engines| engines.get(key))?;
            let tools = tools.as_array().map_or(std::slice::from_ref(tools), Vec::as_slice);
            let tools = tools
                .iter()
                .filter_map(|tool| Some(Tool { name: text(tool.get("name"))?, version: text(tool.get("version")) }));
            Some(tools.collect::<Vec<_>>())
        };
        let runtimes = dev_engine("runtime").unwrap_or_default();
        let pnpm = file.get("pnpm").cloned().unwrap_or_default();
        let replaced = [file.get("overrides"), file.get("resolutions"), pnpm.get("overrides")];
        let replaced: Vec<&str> = replaced.into_iter().flatten().flat_map(all_texts).collect();
        let wanted = dependencies.values().chain(dev_dependencies.values()).map(String::as_str);
        let patched = [file.get("patchedDependencies"), pnpm.get("patchedDependencies")];
        let named_files = patched
            .into_iter()
            .flatten()
            .flat_map(all_texts)
            .chain(wanted.chain(replaced.iter().copied()).filter_map(patch_file));
        Ok(Self {
            named_files: named_files.map(str::to_owned).collect(),
            overrides: replaced.iter().filter_map(|place| local_place(place)).map(str::to_owned).collect(),
            dev_manager: dev_engine("packageManager").and_then(|tools| tools.into_iter().next()),
            dev_engine: runtimes.into_iter().find(|tool| tool.name == "node").and_then(|tool| tool.version),
            allow_scripts: file
                .get("allowScripts")
                .and_then(Value::as_object)
                .map(|allowed| allowed.iter().filter_map(|(name, may)| Some((name.clone(), may.as_bool()?))).collect())
                .unwrap_or_default(),
            name: text(file.get("name")),
            scripts,
            main: text(file.get("main")),
            program,
            pnpm: pnpm.clone(),
            dependencies: dependencies.clone(),
            dev_dependencies: dev_dependencies.clone(),
            engine: text(file.get("engines").and_then(|engines| engines.get("node"))),
            manager: text(file.get("packageManager")),
            workspaces: workspaces
                .and_then(Value::as_array)
                .map(|list| list.iter().filter_map(|pattern| text(Some(pattern))).collect())
                .unwrap_or_default(),
            trusted: file
                .get("trustedDependencies")
                .and_then(Value::as_array)
                .map(|list| list.iter().filter_map(|name| text(Some(name))).collect()),
            prisma_schema: text(file.get("prisma").and_then(|prisma| prisma.get("schema"))),
        })
    }

    /// Whether it has any dependencies.
    pub(crate) fn needs_packages(&self) -> bool {
        !self.dependencies.is_empty() || !self.dev_dependencies.is_empty()
    }

    /// Whether it depends on the package with a name.
    pub fn depends_on(&self, name: &str) -> bool {
        self.dependencies.contains_key(name) || self.dev_dependencies.contains_key(name)
    }

    /// Folders and archives that it depends on by path, relative to its own folder.
    pub(crate) fn local_places(&self) -> impl Iterator<Item = &str> {
        let all = self.dependencies.values().chain(self.dev_dependencies.values());
        all.filter_map(|place| local_place(place))
    }
}

/// The path of a dependency that is a folder or an archive of the project, relative to the folder of the dependent
/// package.
pub(crate) fn local_place(wanted: &str) -> Option<&str> {
    if wanted.starts_with("./") || wanted.starts_with("../") {
        return Some(wanted);
    }
    let of_workspace =
        wanted.strip_prefix("workspace:").filter(|place| place.starts_with("./") || place.starts_with("../"));
    // Yarn appends the dependent package after `::`.
    let place = ["file:", "link:", "portal:"].iter().find_map(|scheme| wanted.strip_prefix(scheme)).or(of_workspace)?;
    Some(place.split("::").next().unwrap_or(place))
}

/// The patch file of a Yarn dependency: `patch:ms@npm%3A2.1.3#./tools/ms.patch`, where `~/` is the root of the project.
fn patch_file(wanted: &str) -> Option<&str> {
    let files = wanted.strip_prefix("patch:")?.split_once('#')?.1;
    let file = files.split(['&', ':']).next().unwrap_or(files);
    Some(file).filter(|file| !file.is_empty() && !file.contains('!'))
}

/// All strings in a value, at any depth.
pub(crate) fn all_texts(value: &Value) -> Vec<&str> {
    let mut open = vec![value];
    let mut found = Vec::new();
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => found.push(text.as_str()),
            Value::Array(list) => open.extend(list.iter().rev()),
            Value::Object(table) => open.extend(table.values()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    found
}

/// The strings of an object, by name.
fn table(file: &Map<String, Value>, key: &str) -> BTreeMap<String, String> {
    let entries = file.get(key).and_then(Value::as_object).into_iter().flatten();
    entries.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

/// Whether a path is that of a packed package.
pub(crate) fn is_archive(place: &str) -> bool {
    [".tgz", ".tar.gz", ".tar"].iter().any(|ending| place.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relevant_parts_are_parsed() {
        let text = "\u{feff}{\"name\":\"a\",\"scripts\":{\"build\":\"x\"},\"dependencies\":{\"b\":\"^1\",\"c\":\"file:../c\"},\
                    \"optionalDependencies\":{\"d\":\"1\"},\"devDependencies\":{\"e\":\"link:./e\"},\"engines\":{\"node\":\">=20\"},\
                    \"packageManager\":\"pnpm@10.1.0+sha512.00\",\"workspaces\":{\"packages\":[\"p/*\"]},\"prisma\":{\"schema\":\"db/schema.prisma\"}}";
        let package = Package::parse(text.as_bytes()).unwrap();
        assert_eq!(package.name.as_deref(), Some("a"));
        assert!(package.scripts.contains_key("build"));
        assert!(package.depends_on("d") && package.depends_on("e") && !package.depends_on("f"));
        assert_eq!(package.local_places().collect::<Vec<_>>(), ["../c", "./e"]);
        assert_eq!(package.engine.as_deref(), Some(">=20"));
        assert_eq!(package.workspaces, ["p/*"]);
        assert_eq!(package.prisma_schema.as_deref(), Some("db/schema.prisma"));
    }

    #[test]
    fn local_folders_and_archives_are_found() {
        let text = r#"{"dependencies":{"a":"../a","b":"workspace:../b","c":"patch:ms@npm%3A2.1.3#./tools/ms.patch","d":"workspace:*"},
            "resolutions":{"e":"portal:./e","f":"patch:f@npm:1#~/.yarn/patches/f.patch"},"overrides":{"g":{"h":"file:vendor/h"}},
            "pnpm":{"overrides":{"i":"link:../i"},"patchedDependencies":{"ms@2.1.3":"tools/patches/ms.patch"}},
            "patchedDependencies":{"j@1":"fixes/j.patch"},"allowScripts":{"bcrypt@5":true,"core-js":false},
            "devEngines":{"packageManager":{"name":"pnpm","version":"^10.1"},"runtime":[{"name":"bun"},{"name":"node","version":">=22"}]}}"#;
        let package = Package::parse(text.as_bytes()).unwrap();
        assert_eq!(package.local_places().collect::<Vec<_>>(), ["../a", "../b"]);
        assert_eq!(package.overrides, ["vendor/h", "./e", "../i"]);
        assert_eq!(
            package.named_files,
            ["fixes/j.patch", "tools/patches/ms.patch", "./tools/ms.patch", "~/.yarn/patches/f.patch"]
        );
        assert_eq!(package.dev_manager, Some(Tool { name: "pnpm".to_owned(), version: Some("^10.1".to_owned()) }));
        assert_eq!(package.dev_engine.as_deref(), Some(">=22"));
        assert_eq!(package.allow_scripts.len(), 2);
    }

    #[test]
    fn unusual_files_are_accepted() {
        assert_eq!(Package::parse(br#"{"scripts":[],"dependencies":{"a":1},"workspaces":7}"#), Ok(Package::default()));
        assert!(Package::parse(b"[]").is_err());
        assert!(Package::parse(b"{").is_err());
    }
}
