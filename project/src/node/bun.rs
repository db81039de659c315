//! Bun's own files: which packages may run install scripts, and which are only for some processors.
//!
//! Bun runs the install scripts of the packages in `trustedDependencies` of the root `package.json`. Without that list,
//! it uses a built-in list. Sources: <https://bun.sh/docs/pm/lifecycle> for scripts, <https://bun.sh/docs/pm/lockfile>
//! for `bun.lock`, which is JSON with trailing commas.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::jsonc;
use super::native::is_built;
use super::native::{Native, allows, name};
use crate::version::is_older;

/// The first version with an option for the processor to install for.
const CHOOSES: &str = "1.2.23";

/// Whether a version can install for another processor. If the project names no version, the newest release is used,
/// which can.
pub(crate) fn chooses_processor(version: Option<&str>) -> bool {
    !version.is_some_and(|version| is_older(version, CHOOSES))
}

/// A Bun lockfile.
#[derive(Debug)]
pub(crate) struct Lock {
    file: Value,
}

impl Lock {
    /// Reads a lockfile; `None` for the binary one of earlier releases.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let file = jsonc::object(bytes)?;
        file.get("packages")?.as_object()?;
        Some(Self { file })
    }

    /// The platform-specific packages that are installed for a folder of the workspace, or for all of it.
    ///
    /// # Errors
    /// The project does not determine them; the error says why.
    pub(crate) fn native(
        &self,
        folder: Option<&str>,
        with_dev: bool,
        trusted: Option<&[String]>,
    ) -> Result<Native, String> {
        let trusted = trusted.ok_or(
            "Bun runs install scripts of the packages in its built-in list, unless `package.json` sets `trustedDependencies`, for example to an empty list",
        )?;
        let mut found = Native::default();
        for key in self.installed(folder, with_dev) {
            let Some((name, package)) = self.package(&key) else { continue };
            if !allows(list(package, "os").as_ref(), "linux") {
                continue;
            }
            if trusted.iter().any(|trusted| trusted == name) {
                let needs = package.get("dependencies").and_then(Value::as_object);
                found.add_needs(name, needs.into_iter().flat_map(Map::keys));
                found.add_scripted(name.to_owned());
            } else if package.contains_key("cpu") {
                found.add_processor(name.to_owned(), list(package, "libc").as_ref());
            }
        }
        Ok(found.sorted())
    }

    /// Packages whose machine code comes from an install script that the project does not allow.
    pub(crate) fn blocked(&self, folder: Option<&str>, with_dev: bool, trusted: &[String]) -> Vec<String> {
        let installed = self.installed(folder, with_dev);
        let blocked = installed.iter().filter_map(|key| {
            let (name, package) = self.package(key)?;
            let names = package.get("dependencies").and_then(Value::as_object).into_iter().flat_map(Map::keys);
            (is_built(names) && !trusted.iter().any(|trusted| trusted == name)).then(|| name.to_owned())
        });
        blocked.collect()
    }

    fn table(&self, key: &str) -> Option<&Map<String, Value>> {
        self.file.get(key)?.as_object()
    }

    /// A package's name and metadata; `None` for a member of the workspace.
    fn package(&self, key: &str) -> Option<(&str, &Map<String, Value>)> {
        let entry = self.table("packages")?.get(key)?.as_array()?;
        Some((name(entry.first()?.as_str()?), entry.iter().find_map(Value::as_object)?))
    }

    /// The folder of a package that is a member of the workspace.
    fn member(&self, key: &str) -> Option<&str> {
        let id = self.table("packages")?.get(key)?.as_array()?.first()?.as_str()?;
        Some(id.split_once("@workspace:")?.1)
    }

    /// The keys of the installed packages.
    fn installed(&self, folder: Option<&str>, with_dev: bool) -> BTreeSet<String> {
        let members: Vec<&str> = match folder {
            Some(folder) => vec![folder],
            None => self.table("workspaces").into_iter().flat_map(Map::keys).map(String::as_str).collect(),
        };
        let mut seen = BTreeSet::new();
        let mut found = BTreeSet::new();
        // A dependency to resolve: the key of the dependent package, and the dependency's name.
        let mut open: Vec<(String, String)> = Vec::new();
        let mut folders: Vec<String> = members.into_iter().map(str::to_owned).collect();
        loop {
            while let Some(folder) = folders.pop() {
                let Some(member) = self.table("workspaces").and_then(|all| all.get(&folder)) else { continue };
                if seen.insert(folder.clone()) {
                    let name = member.get("name").and_then(Value::as_str).filter(|_| !folder.is_empty());
                    let at = name.unwrap_or_default().to_owned();
                    open.extend(needs(member, with_dev).map(|name| (at.clone(), name.clone())));
                }
            }
            let Some((at, name)) = open.pop() else { return found };
            let Some(key) = self.key(&at, &name) else { continue };
            if !found.insert(key.clone()) {
                continue;
            }
            match self.member(&key) {
                Some(folder) => folders.push(folder.to_owned()),
                None => {
                    let entry = self.table("packages").and_then(|packages| packages.get(&key)?.as_array());
                    let package = entry.into_iter().flatten().find(|part| part.is_object());
                    open.extend(
                        package
                            .into_iter()
                            .flat_map(|package| needs(package, false))
                            .map(|name| (key.clone(), name.clone())),
                    );
                }
            }
        }
    }

    /// The keys under which a package finds a dependency: nested under its own key, its parent's key, and so on.
    fn key(&self, at: &str, name: &str) -> Option<String> {
        let packages = self.table("packages")?;
        let mut at = at;
        loop {
            let key = if at.is_empty() { name.to_owned() } else { format!("{at}/{name}") };
            if packages.contains_key(&key) {
                return Some(key);
            }
            if at.is_empty() {
                return None;
            }
            let above = at.rsplit_once('/').map_or("", |(above, _)| above);
            // A scope is not a package.
            at = if above.rsplit('/').next().is_some_and(|part| part.starts_with('@')) {
                above.rsplit_once('/').map_or("", |(above, _)| above)
            } else {
                above
            };
        }
    }
}

/// The names of a package's dependencies.
fn needs(package: &Value, with_dev: bool) -> impl Iterator<Item = &String> {
    let keys = ["dependencies", "optionalDependencies", "peerDependencies"];
    let keys = keys.into_iter().chain(with_dev.then_some("devDependencies"));
    keys.filter_map(|key| package.get(key)?.as_object()).flat_map(Map::keys)
}

/// Names, either a single one or a list.
fn list(package: &Map<String, Value>, key: &str) -> Option<Value> {
    match package.get(key)? {
        list @ Value::Array(_) => Some(list.clone()),
        one => Some(Value::Array(vec![one.clone()])),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use super::*;

    const LOCK: &str = r#"{
      "lockfileVersion": 1,
      "workspaces": {
        "": { "name": "shop", "devDependencies": { "esbuild": "0.25", "@acme/log": "workspace:*" } },
        "services/api": { "name": "api", "dependencies": { "sharp": "0.34", "@acme/log": "workspace:*", "old": "1" } },
        "packages/log": { "name": "@acme/log", "dependencies": { "bcrypt": "5" }, "devDependencies": { "cypress": "1" } },
      },
      "packages": {
        "@acme/log": ["@acme/log@workspace:packages/log"],
        "@img/sharp-linux-x64": ["@img/sharp-linux-x64@0.34.0", "", { "os": "linux", "cpu": "x64" }, "sha512-a"],
        "@img/sharp-win32-x64": ["@img/sharp-win32-x64@0.34.0", "", { "os": "win32", "cpu": "x64" }, "sha512-a"],
        "bcrypt": ["bcrypt@5.1.1", "", { "dependencies": { "ms": "2" } }, "sha512-a"],
        "cypress": ["cypress@1.0.0", "", {}, "sha512-a"],
        "esbuild": ["esbuild@0.25.0", "", { "bin": { "esbuild": "bin/esbuild" } }, "sha512-a"],
        "ms": ["ms@2.1.3", "", {}, "sha512-a"],
        "old": ["old@1.0.0", "", { "dependencies": { "ms": "1" } }, "sha512-a"],
        "old/ms": ["ms@1.0.0", "", { "dependencies": { "left": "1" } }, "sha512-a"],
        "left": ["left@1.0.0", "", { "cpu": ["!arm64"] }, "sha512-a"],
        "sharp": ["sharp@0.34.0", "", { "optionalDependencies": { "@img/sharp-linux-x64": "0.34.0", "@img/sharp-win32-x64": "0.34.0" } }, "sha512-a"],
      }
    }"#;

    fn native(folder: Option<&str>, with_dev: bool, trusted: &[&str]) -> Native {
        let trusted: Vec<String> = trusted.iter().map(ToString::to_string).collect();
        Lock::parse(LOCK.as_bytes()).unwrap().native(folder, with_dev, Some(&trusted)).unwrap()
    }

    #[test]
    fn dependencies_are_followed_to_platform_specific_packages() {
        let found = native(Some("services/api"), false, &["bcrypt", "esbuild", "cypress"]);
        assert_eq!(found.scripted, ["bcrypt"]);
        assert_eq!(found.processor, ["@img/sharp-linux-x64", "left"]);
        assert_eq!(native(Some("services/api"), false, &[]).scripted, Vec::<String>::new());
        assert_eq!(native(None, true, &["bcrypt", "esbuild", "cypress"]).scripted, ["bcrypt", "cypress", "esbuild"]);
        assert_eq!(native(Some(""), false, &["bcrypt"]), Native::default());
    }

    #[test]
    fn missing_values_are_not_guessed() {
        assert!(Lock::parse(LOCK.as_bytes()).unwrap().native(None, false, None).is_err());
        for odd in ["", "{}", "[]", "{\"packages\":[]}", "#!binary\0"] {
            assert!(Lock::parse(odd.as_bytes()).is_none(), "{odd}");
        }
        let loose = r#"{"workspaces":{"":{"dependencies":{"a":"1","b":"1"}}},"packages":{"a":[],"b":["b@1","",{"dependencies":{"b":"1","c":"1"}}]}}"#;
        assert_eq!(Lock::parse(loose.as_bytes()).unwrap().native(None, true, Some(&[])), Ok(Native::default()));
    }
}
