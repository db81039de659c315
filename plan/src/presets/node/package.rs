//! What a build reads of `package.json`; the rest of the file is the package manager's business.
//!
//! Source of the format: <https://docs.npmjs.com/cli/configuring-npm/package-json>.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What a `package.json` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Package {
    /// Its name, by which other packages of a workspace depend on it.
    pub(super) name: Option<String>,
    /// Its scripts.
    pub(super) scripts: BTreeMap<String, String>,
    /// The file that other packages get when they import it.
    pub(super) main: Option<String>,
    /// The file of its program, when it has just one.
    pub(super) program: Option<String>,
    /// What it needs where it runs: name → version, range or place.
    pub(super) dependencies: BTreeMap<String, String>,
    /// What it needs where it is developed, beside those.
    pub(super) dev_dependencies: BTreeMap<String, String>,
    /// Which versions of Node.js it runs on.
    pub(super) engine: Option<String>,
    /// The package manager and its version, as `pnpm@10.1.0`.
    pub(super) manager: Option<String>,
    /// Patterns of the folders of its workspace.
    pub(super) workspaces: Vec<String>,
    /// Where its Prisma schema stands, when it says so.
    pub(super) prisma_schema: Option<String>,
    /// What it says to pnpm.
    pub(super) pnpm: Value,
    /// The packages that Bun may run scripts of, where it says.
    pub(super) trusted: Option<Vec<String>>,
}

/// Scripts that package managers run by themselves around an installation.
pub(super) const INSTALL_SCRIPTS: &[&str] =
    &["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"];

impl Package {
    /// Reads the file; the error says what is wrong with it as JSON.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        // Editors of some systems put a mark at the beginning, which npm ignores, too.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let Value::Object(file) = value else {
            return Err("it is not a JSON object".to_owned());
        };
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let workspaces = file.get("workspaces").map(|value| value.get("packages").unwrap_or(value));
        let mut dependencies = table(&file, "dependencies");
        dependencies.extend(table(&file, "optionalDependencies"));
        let scripts = table(&file, "scripts");
        let program = match file.get("bin") {
            Some(Value::Object(programs)) if programs.len() == 1 => text(programs.values().next()),
            one => text(one),
        };
        Ok(Self {
            name: text(file.get("name")),
            scripts,
            main: text(file.get("main")),
            program,
            dependencies,
            dev_dependencies: table(&file, "devDependencies"),
            engine: text(file.get("engines").and_then(|engines| engines.get("node"))),
            manager: text(file.get("packageManager")),
            workspaces: workspaces
                .and_then(Value::as_array)
                .map(|list| list.iter().filter_map(|pattern| text(Some(pattern))).collect())
                .unwrap_or_default(),
            pnpm: file.get("pnpm").cloned().unwrap_or_default(),
            trusted: file
                .get("trustedDependencies")
                .and_then(Value::as_array)
                .map(|list| list.iter().filter_map(|name| text(Some(name))).collect()),
            prisma_schema: text(file.get("prisma").and_then(|prisma| prisma.get("schema"))),
        })
    }

    /// Whether it needs any other package.
    pub(super) fn needs_packages(&self) -> bool {
        !self.dependencies.is_empty() || !self.dev_dependencies.is_empty()
    }

    /// Whether it depends on a package by name.
    pub(super) fn depends_on(&self, name: &str) -> bool {
        self.dependencies.contains_key(name) || self.dev_dependencies.contains_key(name)
    }

    /// Folders and archives that it depends on by their place, relative to its own.
    pub(super) fn local_places(&self) -> impl Iterator<Item = &str> {
        let all = self.dependencies.values().chain(self.dev_dependencies.values());
        all.filter_map(|place| ["file:", "link:", "portal:"].iter().find_map(|scheme| place.strip_prefix(scheme)))
    }
}

/// The texts of an object, by name.
fn table(file: &Map<String, Value>, key: &str) -> BTreeMap<String, String> {
    let entries = file.get(key).and_then(Value::as_object).into_iter().flatten();
    entries.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_a_build_needs() {
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
    fn odd_files_are_no_harm() {
        assert_eq!(Package::parse(br#"{"scripts":[],"dependencies":{"a":1},"workspaces":7}"#), Ok(Package::default()));
        assert!(Package::parse(b"[]").is_err());
        assert!(Package::parse(b"{").is_err());
    }
}
