//! The programs of packages, by Cargo's discovery rules: those that the manifest lists, and `src/main.rs`,
//! `src/bin/NAME.rs` and `src/bin/NAME/main.rs` unless the manifest lists their file or name. Source:
//! <https://doc.rust-lang.org/cargo/reference/cargo-targets.html>.

use std::collections::{BTreeMap, BTreeSet};

use super::package::Package;
use super::workspace::Workspace;
use crate::paths::in_folder;
use crate::toml_file::at;
use crate::{Error, Repository};

/// A program of a package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Target {
    pub(super) name: String,
    /// The package's folder.
    pub(super) folder: String,
    /// Features that Cargo requires to build it.
    pub(super) required_features: Vec<String>,
}

/// The programs of some packages.
pub(super) async fn programs(
    repository: &Repository<'_>,
    workspace: &Workspace,
    packages: &[(&String, &Package)],
) -> Result<BTreeSet<Target>, Error> {
    let folders: Vec<_> =
        packages.iter().flat_map(|(folder, _)| ["src", "src/bin"].map(|name| in_folder(folder, name))).collect();
    let listed = repository.list_all(&folders).await?;
    // Files by the target names that Cargo derives; a folder counts if it has a `main.rs`.
    let mut inferred: Vec<(usize, String, String)> = Vec::new();
    let mut nested = Vec::new();
    for (index, ((_, package), lists)) in packages.iter().zip(listed.chunks(2)).enumerate() {
        let entries = |list: usize| lists.get(list).and_then(Option::as_ref).into_iter().flatten();
        if entries(0).any(|entry| entry.name == "main.rs" && !entry.is_folder) {
            inferred.push((index, package.name.clone(), "src/main.rs".to_owned()));
        }
        for entry in entries(1).filter(|entry| !entry.name.starts_with('.')) {
            match entry.name.strip_suffix(".rs") {
                Some(name) if !entry.is_folder => {
                    inferred.push((index, name.to_owned(), format!("src/bin/{}", entry.name)));
                }
                _ if entry.is_folder => {
                    nested.push((index, entry.name.clone(), format!("src/bin/{}/main.rs", entry.name)));
                }
                _ => {}
            }
        }
    }
    let folder_of = |index: usize| packages.get(index).map_or("", |(folder, _)| folder.as_str());
    let paths: Vec<_> = nested.iter().map(|(index, _, place)| in_folder(folder_of(*index), place)).collect();
    let there = repository.exists_all(&paths).await?;
    inferred.extend(nested.into_iter().zip(there).filter(|(_, there)| *there).map(|(found, _)| found));

    let mut by_package: BTreeMap<usize, Vec<(String, String)>> = BTreeMap::new();
    inferred.into_iter().for_each(|(index, name, place)| by_package.entry(index).or_default().push((name, place)));
    let mut found = BTreeSet::new();
    for (index, (folder, package)) in packages.iter().enumerate() {
        let inferred = by_package.remove(&index).unwrap_or_default();
        let is_2015 = workspace.edition(folder, package).is_none_or(|edition| edition == "2015");
        found.extend(
            of_package(&package.manifest, is_2015, inferred).into_iter().map(|(name, required_features)| Target {
                name,
                folder: (*folder).clone(),
                required_features,
            }),
        );
    }
    Ok(found)
}

/// The programs of one package, with their required features.
fn of_package(manifest: &toml::Table, is_2015: bool, inferred: Vec<(String, String)>) -> BTreeMap<String, Vec<String>> {
    let text = |value: &toml::Value, key: &str| value.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let written = manifest.get("bin").and_then(toml::Value::as_array);
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut paths = BTreeSet::new();
    for target in written.into_iter().flatten() {
        let features = target.get("required-features").and_then(toml::Value::as_array).into_iter().flatten();
        let features = features.filter_map(toml::Value::as_str).map(str::to_owned).collect();
        paths.extend(text(target, "path").map(|path| plain(&path)));
        if let Some(name) = text(target, "name") {
            found.insert(name, features);
        }
    }
    // In the 2015 edition, a package that lists any program has no discovered programs.
    let looks = at(manifest, &["package", "autobins"]).and_then(toml::Value::as_bool);
    if looks.unwrap_or(written.is_none() || !is_2015) {
        for (name, path) in inferred {
            if !paths.contains(&path) {
                found.entry(name).or_default();
            }
        }
    }
    found
}

/// A path without redundant parts. Cargo does not resolve `..` when it compares two paths.
fn plain(path: &str) -> String {
    path.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>().join("/")
}

/// The required features of a program that are not enabled, as far as the manifest shows: with its default features,
/// the requested ones, and those that they enable.
pub(super) fn missing_features<'t>(package: &Package, target: &'t Target, wanted: &[String]) -> Vec<&'t str> {
    let table = package.manifest.get("features").and_then(toml::Value::as_table);
    // Cargo accepts several in one string.
    let words = wanted.iter().flat_map(|words| words.split([',', ' '])).filter(|word| !word.is_empty());
    // Features of the package itself may be prefixed with its name.
    let own = |feature: &str| match feature.split_once('/') {
        Some((name, feature)) if name == package.name => feature.to_owned(),
        _ => feature.to_owned(),
    };
    let mut open: Vec<String> = words.map(own).collect();
    open.push("default".to_owned());
    let mut on = BTreeSet::new();
    while let Some(feature) = open.pop() {
        let more = table.and_then(|table| table.get(&feature)).and_then(toml::Value::as_array);
        let dependency = feature.split_once('/').map(|(dependency, _)| dependency.to_owned());
        if on.insert(feature) {
            open.extend(more.into_iter().flatten().filter_map(toml::Value::as_str).map(str::to_owned));
            // `dependency/feature` enables an optional dependency, which is a feature with its name.
            open.extend(dependency.filter(|name| !name.ends_with('?')));
        }
    }
    target.required_features.iter().map(String::as_str).filter(|feature| !on.contains(*feature)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(manifest: &str, is_2015: bool, inferred: &[(&str, &str)]) -> String {
        let inferred = inferred.iter().map(|(name, path)| ((*name).to_owned(), (*path).to_owned())).collect();
        of_package(&manifest.parse().unwrap(), is_2015, inferred).into_keys().collect::<Vec<_>>().join(" ")
    }

    const ALL: [(&str, &str); 3] =
        [("shop", "src/main.rs"), ("main", "src/bin/main.rs"), ("dir", "src/bin/dir/main.rs")];

    #[test]
    fn programs_are_discovered_like_in_cargo() {
        let bin = |rest: &str| format!("[package]\nname = \"shop\"\n{rest}");
        assert_eq!(names(&bin(""), false, &ALL), "dir main shop");
        assert_eq!(names(&bin(""), true, &ALL), "dir main shop");
        let renamed = bin("[[bin]]\nname = \"shop-server\"\npath = \"./src/bin/main.rs\"\n");
        assert_eq!(names(&renamed, false, &ALL), "dir shop shop-server");
        assert_eq!(names(&renamed, true, &ALL), "shop-server");
        let main = bin("[[bin]]\nname = \"server\"\npath = \"src/main.rs\"\n");
        assert_eq!(names(&main, false, &ALL[..1]), "server");
        let same_name = bin("[[bin]]\nname = \"main\"\npath = \"other/x.rs\"\n");
        assert_eq!(names(&same_name, false, &ALL[1..2]), "main");
        let off = bin("autobins = false\n[[bin]]\nname = \"x\"\n");
        assert_eq!(names(&off, false, &ALL), "x");
        assert_eq!(names(&bin("autobins = true\n[[bin]]\nname = \"x\"\n"), true, &ALL[..1]), "shop x");
        let roundabout = bin("[[bin]]\nname = \"a\"\npath = \"src/../src/bin/main.rs\"\n");
        assert_eq!(names(&roundabout, false, &ALL[1..2]), "a main", "Cargo does not see that it is one file");
    }

    #[test]
    fn features_enable_others() {
        let package = |manifest: &str| Package {
            name: "shop".into(),
            manifest: manifest.parse().unwrap(),
            member: true,
            needs: BTreeSet::new(),
        };
        let shop = package(
            "[features]\ndefault = [\"a\"]\na = [\"b\"]\nb = [\"dep:x\"]\ncli = [\"clap/derive\", \"y?/std\", \"cli\"]\n",
        );
        let missing = |required: &[&str], wanted: &[&str]| {
            let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
            let target = Target { name: "x".into(), folder: String::new(), required_features: list(required) };
            missing_features(&shop, &target, &list(wanted)).join(" ")
        };
        assert_eq!(missing(&["a", "b"], &[]), "");
        assert_eq!(missing(&["a", "cli"], &[]), "cli");
        assert_eq!(missing(&["cli", "clap"], &["shop/cli,other"]), "");
        assert_eq!(missing(&["y"], &["cli"]), "y");
    }
}
