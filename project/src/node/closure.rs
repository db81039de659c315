//! Finds the packages of an npm lockfile that one package of a workspace requires.
//!
//! npm records the folder of every package, so dependencies can be resolved without installing anything: as Node.js
//! does, in `node_modules` of the package's own folder and of those above. Source of the format:
//! <https://docs.npmjs.com/cli/configuring-npm/package-lock-json>.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use serde_json::{Map, Value};

use crate::paths::in_folder;

/// A lockfile of npm 7 or later.
#[derive(Debug)]
pub(crate) struct Lock {
    packages: Map<String, Value>,
    /// Folders of the project with their own `node_modules`.
    with_modules: BTreeSet<String>,
    /// The packages with platform-specific metadata: only a few of many.
    tied: BTreeSet<String>,
    /// The packages by number, computed for the first closure.
    graph: OnceLock<Graph>,
}

/// The packages of a lockfile by number: each image of a large workspace may require thousands.
#[derive(Debug)]
struct Graph {
    numbers: HashMap<String, usize>,
    /// The dependencies of each package, and when they count.
    needs: Vec<Vec<(Reach, usize)>>,
    /// The entries of the root `node_modules`, sorted, and those that belong to each package.
    names: Vec<String>,
    named: Vec<Vec<usize>>,
}

/// When a dependency counts; each includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// At run time.
    Run,
    /// Optional peers. Without development dependencies, npm still installs a package that is both an optional peer of a
    /// production dependency and a development dependency, such as a compiler: the lockfile says `devOptional`.
    OptionalPeers,
    /// For development.
    Develop,
}

/// A set of folders of packages, such as `node_modules/express`, by number.
#[derive(Debug)]
pub(crate) struct Places {
    is_in: Vec<bool>,
    found: Vec<usize>,
}

impl Lock {
    /// Reads a lockfile; `None` for a version without the folders of packages.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        match serde_json::from_slice::<Value>(bytes).ok()?.get_mut("packages")?.take() {
            Value::Object(packages) => {
                let places = packages.keys().filter_map(|place| place.split_once("/node_modules/"));
                let folders = places.map(|(folder, _)| folder).filter(|folder| !folder.starts_with("node_modules/"));
                let with_modules = folders.map(str::to_owned).collect();
                let is_tied = |package: &Value| is(package, "hasInstallScript") || package.get("cpu").is_some();
                let tied = packages.iter().filter(|(_, package)| is_tied(package)).map(|(place, _)| place.clone());
                Some(Self { tied: tied.collect(), with_modules, packages, graph: OnceLock::new() })
            }
            _ => None,
        }
    }

    /// Whether a folder of the project has its own `node_modules`, in addition to those above it.
    pub(crate) fn has_modules(&self, folder: &str) -> bool {
        self.with_modules.contains(folder)
    }

    /// Folders that are copied instead of linked (`install-links`), and archives that are unpacked; relative to the
    /// lockfile's folder.
    pub(crate) fn copied(&self) -> Vec<&str> {
        let installed =
            self.packages.iter().filter(|(place, package)| place.contains("node_modules/") && !is(package, "link"));
        installed.filter_map(|(_, package)| package.get("resolved")?.as_str()?.strip_prefix("file:")).collect()
    }

    /// The folders of packages that have an install script, or are only for some processors, with their metadata.
    /// Packages only for development are excluded unless requested.
    pub(crate) fn tied(&self, with_dev: bool) -> impl Iterator<Item = (&String, &Value)> {
        let tied = self.tied.iter().filter_map(|place| self.packages.get_key_value(place));
        tied.filter(move |(_, package)| with_dev || !is(package, "dev"))
    }

    /// The folders of all packages that some folders require at run time, directly or indirectly; with `with_dev`, also
    /// those for development. `None` if the lockfile does not contain the first folder.
    pub(crate) fn closure(&self, folders: &[&str], with_dev: bool) -> Option<Places> {
        let graph = self.graph.get_or_init(|| Graph::of(self));
        graph.numbers.get(*folders.first()?)?;
        Some(graph.reached(folders, if with_dev { Reach::Develop } else { Reach::Run }))
    }

    /// What npm installs for some folders without development dependencies although only optional peers of their
    /// dependencies name it: folders of packages, and links to their programs.
    pub(crate) fn only_optional_peers(&self, folders: &[&str]) -> BTreeSet<String> {
        let graph = self.graph.get_or_init(|| Graph::of(self));
        let (needed, installed) = (graph.reached(folders, Reach::Run), graph.reached(folders, Reach::OptionalPeers));
        let (mut places, mut programs, mut needed_programs) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for (number, (place, package)) in self.packages.iter().enumerate() {
            // A folder of the workspace belongs to the project, and the archive of a package may contain others.
            let stays = !place.contains("node_modules/") || is(package, "link") || is(package, "inBundle");
            if needed.contain(number) {
                needed_programs.extend(self.program_links(place));
            } else if installed.contain(number) && !stays {
                programs.extend(self.program_links(place));
                places.insert(place.clone());
            }
        }
        let is_inside_another = |place: &String| {
            let mut folders = place.match_indices("/node_modules/").filter_map(|(at, _)| place.get(..at));
            folders.any(|folder| places.contains(folder))
        };
        let outer = places.iter().filter(|place| !is_inside_another(place));
        let links = programs.difference(&needed_programs).filter(|link| !is_inside_another(link));
        outer.chain(links).cloned().collect()
    }

    /// Whether a folder is in a set.
    pub(crate) fn is_among(&self, place: &str, places: &Places) -> bool {
        let number = self.graph.get().and_then(|graph| graph.numbers.get(place));
        number.is_some_and(|number| places.contain(*number))
    }

    /// The direct dependencies of a package.
    fn finds(&self, place: &str, package: &Value) -> Vec<(Reach, String)> {
        let names = |key: &str| package.get(key).and_then(Value::as_object).into_iter().flat_map(Map::keys);
        let at_run_time = names("dependencies").chain(names("optionalDependencies")).map(|name| (Reach::Run, name));
        let optional = package.get("peerDependenciesMeta");
        let peers = names("peerDependencies").map(|name| {
            let is_optional = optional.and_then(|peers| peers.get(name)).is_some_and(|peer| is(peer, "optional"));
            let reach = if is_optional && !self.is_of_root(name) { Reach::OptionalPeers } else { Reach::Run };
            (reach, name)
        });
        // Packages from a registry are installed without their development dependencies.
        let develop = Some("devDependencies").filter(|_| !place.contains("node_modules/"));
        let develop = develop.into_iter().flat_map(names).map(|name| (Reach::Develop, name));
        let mut all = Vec::new();
        for (reach, name) in at_run_time.chain(peers).chain(develop) {
            let Some(found_at) = self.resolve(place, name) else { continue };
            let Some(package) = self.packages.get(&found_at) else { continue };
            let reach = if is(package, "dev") { Reach::Develop } else { reach };
            let target = package.get("resolved").and_then(Value::as_str).filter(|_| is(package, "link"));
            all.extend(target.map(|target| (reach, target.to_owned())));
            all.push((reach, found_at));
        }
        all
    }

    /// Whether the root package has a dependency at run time: code of its workspace may rely on it.
    fn is_of_root(&self, name: &str) -> bool {
        let Some(root) = self.packages.get("") else { return false };
        ["dependencies", "optionalDependencies"]
            .iter()
            .any(|key| root.get(key).and_then(|names| names.get(name)).is_some())
    }

    /// The links to the programs of an installed package.
    fn program_links(&self, place: &str) -> Vec<String> {
        let Some((folder, name)) = place.rsplit_once("node_modules/") else { return Vec::new() };
        let programs = self.programs(place, name);
        programs.into_iter().map(|program| format!("{folder}node_modules/.bin/{program}")).collect()
    }

    /// The folder in which a package finds another.
    fn resolve(&self, place: &str, name: &str) -> Option<String> {
        let mut folder = place;
        loop {
            let candidate = in_folder(folder, &format!("node_modules/{name}"));
            if self.packages.contains_key(&candidate) {
                return Some(candidate);
            }
            if folder.is_empty() {
                return None;
            }
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
    }

    /// The entries of the root `node_modules` that belong to some packages: names of folders, links and programs,
    /// sorted.
    pub(crate) fn names(&self, places: &Places) -> Vec<String> {
        let Some(graph) = self.graph.get() else { return Vec::new() };
        let mut is_in = vec![false; graph.names.len()];
        for name in places.found.iter().filter_map(|number| graph.named.get(*number)).flatten() {
            if let Some(is_in) = is_in.get_mut(*name) {
                *is_in = true;
            }
        }
        graph.names.iter().zip(is_in).filter(|(_, is_in)| *is_in).map(|(name, _)| name.clone()).collect()
    }

    /// The entries of the root `node_modules` that belong to a package.
    fn names_of(&self, place: &str) -> Vec<String> {
        let Some(inside) = place.strip_prefix("node_modules/") else { return Vec::new() };
        let parts = if inside.starts_with('@') { 2 } else { 1 };
        let name: Vec<&str> = inside.split('/').take(parts).collect();
        let name = name.join("/");
        let mut names = Vec::new();
        if inside == name {
            names.extend(self.programs(place, &name).into_iter().map(|program| format!(".bin/{program}")));
        }
        names.push(name);
        names
    }

    /// The folder in which a package is found, and the file of one of its programs.
    pub(crate) fn program(&self, folder: &str, name: &str, program: &str) -> Option<(String, String)> {
        let place = self.resolve(folder, name)?;
        let package = self.packages.get(&place).filter(|package| !is(package, "link"))?;
        let file = match package.get("bin")? {
            Value::Object(programs) => programs.get(program)?.as_str()?,
            Value::String(file) if name.rsplit('/').next() == Some(program) => file,
            _ => return None,
        };
        Some((place, file.to_owned()))
    }

    /// The names of a package's programs.
    fn programs(&self, place: &str, name: &str) -> Vec<String> {
        let package = self.packages.get(place);
        let target =
            package.filter(|package| is(package, "link")).and_then(|package| package.get("resolved")?.as_str());
        match target.map_or(package, |target| self.packages.get(target)).and_then(|package| package.get("bin")) {
            Some(Value::Object(programs)) => programs.keys().cloned().collect(),
            Some(Value::String(_)) => vec![name.rsplit('/').next().unwrap_or(name).to_owned()],
            _ => Vec::new(),
        }
    }
}

impl Graph {
    fn of(lock: &Lock) -> Self {
        let numbers: HashMap<String, usize> = lock.packages.keys().cloned().zip(0..).collect();
        let needs = lock.packages.iter().map(|(place, package)| {
            let found = lock.finds(place, package).into_iter();
            found.filter_map(|(reach, place)| Some((reach, *numbers.get(&place)?))).collect()
        });
        let needs = needs.collect();
        let of_places: Vec<Vec<String>> = lock.packages.keys().map(|place| lock.names_of(place)).collect();
        let names: BTreeSet<&String> = of_places.iter().flatten().collect();
        let by_name: HashMap<&String, usize> = names.iter().copied().zip(0..).collect();
        let numbers_of = |names: &Vec<String>| names.iter().filter_map(|name| by_name.get(name).copied()).collect();
        Self {
            needs,
            named: of_places.iter().map(numbers_of).collect(),
            names: names.into_iter().cloned().collect(),
            numbers,
        }
    }

    /// The packages that some folders require, directly or indirectly.
    fn reached(&self, folders: &[&str], wanted: Reach) -> Places {
        let mut places = Places { is_in: vec![false; self.needs.len()], found: Vec::new() };
        let mut open: Vec<usize> = folders.iter().filter_map(|folder| self.numbers.get(*folder).copied()).collect();
        while let Some(number) = open.pop() {
            let needs = self.needs.get(number).into_iter().flatten().filter(|(reach, _)| *reach <= wanted);
            for (_, found) in needs {
                if let Some(is_in) = places.is_in.get_mut(*found).filter(|is_in| !**is_in) {
                    *is_in = true;
                    places.found.push(*found);
                    open.push(*found);
                }
            }
        }
        places
    }
}

impl Places {
    fn contain(&self, number: usize) -> bool {
        self.is_in.get(number) == Some(&true)
    }
}

fn is(package: &Value, flag: &str) -> bool {
    package.get(flag).and_then(Value::as_bool) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"{"lockfileVersion":3,"packages":{
        "":{"workspaces":["packages/*"],"devDependencies":{"typescript":"5"}},
        "packages/api":{"dependencies":{"@acme/log":"*","express":"5"},"devDependencies":{"vitest":"3"}},
        "packages/log":{"bin":"bin.js","dependencies":{"ms":"2"},"devDependencies":{"chalk":"5"}},
        "packages/other":{"dependencies":{"koa":"3","ms":"1"}},
        "packages/other/node_modules/ms":{},
        "node_modules/@acme/api":{"link":true,"resolved":"packages/api"},
        "node_modules/@acme/log":{"link":true,"resolved":"packages/log"},
        "node_modules/chalk":{"dev":true},
        "node_modules/express":{"dependencies":{"qs":"6"},"peerDependencies":{"optional":"1","missing":"1"},"devDependencies":{"koa":"1"}},
        "node_modules/express/node_modules/qs":{"dependencies":{"side":"1"}},
        "node_modules/koa":{"bin":{"koa":"k.js"}},
        "node_modules/ms":{"bin":{"ms":"cli.js"}},
        "node_modules/optional":{"dev":true},
        "node_modules/qs":{},
        "node_modules/side":{},
        "node_modules/typescript":{"dev":true},
        "node_modules/vitest":{"dev":true}}}"#;

    #[test]
    fn a_package_that_only_an_optional_peer_wants_is_not_required() {
        // `devOptional` is what npm writes for a development dependency that is also an optional peer.
        let lock = r#"{"lockfileVersion":3,"packages":{
            "":{"dependencies":{"client":"1","orm":"1"},"devDependencies":{"compiler":"1","generator":"1","tester":"1"}},
            "node_modules/client":{"peerDependencies":{"generator":"*","compiler":"*","pg":"*"},
                "peerDependenciesMeta":{"generator":{"optional":true},"compiler":{"optional":true},"pg":{"optional":true}}},
            "node_modules/orm":{"dependencies":{"pg":"8"},"peerDependencies":{"core":"*","client":"*"},
                "peerDependenciesMeta":{"client":{"optional":true}}},
            "node_modules/core":{"peer":true,"bin":{"core":"core.js","tool":"tool.js"}},
            "node_modules/pg":{},
            "node_modules/compiler":{"devOptional":true,"bin":{"cc":"cc.js","tool":"tool.js"}},
            "node_modules/generator":{"devOptional":true,"dependencies":{"engine":"1","bundle":"1"},"optionalDependencies":{"pg":"1"}},
            "node_modules/generator/node_modules/pg":{"devOptional":true},
            "node_modules/engine":{"devOptional":true},
            "node_modules/bundle":{"devOptional":true,"dependencies":{"inside":"1"}},
            "node_modules/bundle/node_modules/inside":{"devOptional":true,"inBundle":true},
            "node_modules/tester":{"dev":true,"peerDependencies":{"compiler":"*"}}}}"#;
        let lock = Lock::parse(lock.as_bytes()).unwrap();
        let names = |with_dev: bool| lock.names(&lock.closure(&[""], with_dev).unwrap());
        assert_eq!(names(false), [".bin/core", ".bin/tool", "client", "core", "orm", "pg"]);
        assert!(names(true).contains(&"compiler".to_owned()));
        let extra: Vec<_> = lock.only_optional_peers(&[""]).into_iter().collect();
        let modules = ["node_modules/.bin/cc", "node_modules/bundle", "node_modules/compiler", "node_modules/engine"];
        assert_eq!(extra, [&modules[..], &["node_modules/generator"]].concat());
    }

    #[test]
    fn an_optional_peer_of_a_workspace_stays_if_its_root_has_it() {
        let lock = r#"{"lockfileVersion":3,"packages":{
            "":{"dependencies":{"pg":"8"},"workspaces":["*"]},
            "api":{"dependencies":{"orm":"1"},"devDependencies":{"mysql":"1"}},
            "node_modules/api":{"link":true,"resolved":"api"},
            "node_modules/orm":{"peerDependencies":{"pg":"*","mysql":"*"},
                "peerDependenciesMeta":{"pg":{"optional":true},"mysql":{"optional":true}}},
            "node_modules/pg":{},
            "api/node_modules/mysql":{"dev":true},
            "node_modules/mysql":{"devOptional":true}}}"#;
        let lock = Lock::parse(lock.as_bytes()).unwrap();
        assert_eq!(lock.names(&lock.closure(&["api"], false).unwrap()), ["orm", "pg"]);
        let extra: Vec<_> = lock.only_optional_peers(&["api"]).into_iter().collect();
        assert_eq!(extra, ["node_modules/mysql"]);
    }

    #[test]
    fn a_workspace_package_requires_what_node_would_find() {
        let lock = Lock::parse(LOCK.as_bytes()).unwrap();
        let names = |folder: &str, with_dev: bool| lock.names(&lock.closure(&[folder], with_dev).unwrap());
        assert_eq!(names("packages/api", false), [".bin/log", ".bin/ms", "@acme/log", "express", "ms", "side"]);
        assert_eq!(
            names("packages/api", true),
            [".bin/log", ".bin/ms", "@acme/log", "chalk", "express", "ms", "optional", "side", "vitest"]
        );
        assert_eq!(names("packages/other", false), [".bin/koa", "koa"]);
        assert!(lock.closure(&["packages/none"], false).is_none());
        assert!(Lock::parse(br#"{"lockfileVersion":1,"dependencies":{}}"#).is_none());
    }
}
