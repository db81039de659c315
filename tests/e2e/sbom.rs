//! What an SBOM has of a lockfile: all packages that an image contains, or that its program was compiled from.

use std::collections::BTreeSet;

use serde_json::Value;
use slipway_tests::{Build, Loaded, Project};

/// A scanner that reads what Docker's reads; see there.
const SCANNER: &str = include_str!("sbom.sh");

/// A package: its name and its version, with a space between them.
type Packages = BTreeSet<String>;

/// The packages of all SBOMs that are attached to an image.
fn attached(project: &Project, target: &str) -> Packages {
    let scanner = Project::empty()
        .with("scan.sh", SCANNER)
        .with("Dockerfile", "FROM busybox:1.37\nCOPY --chmod=755 scan.sh /scan\nENTRYPOINT [\"/scan\"]\n");
    let image = Loaded::pushed("sbom");
    let _ = Build::dockerfile(&scanner, "Dockerfile").args(["--tag", &image.tag, "--push"]).succeed();
    let folder = tempfile::TempDir::new().unwrap();
    let to = format!("type=local,dest={}", folder.path().display());
    let attest = format!("type=sbom,generator={}", image.tag);
    let _ = Build::of(project).target(target).args(["--attest", &attest, "--output", &to]).succeed();
    let mut packages = Packages::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.to_str().unwrap().ends_with(".spdx.json") {
            let document: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let list = document.pointer("/predicate/packages").or_else(|| document.get("packages"));
            let text = |package: &Value, key: &str| package[key].as_str().unwrap().to_owned();
            let package = |one: &Value| format!("{} {}", text(one, "name"), text(one, "versionInfo"));
            packages.extend(list.and_then(Value::as_array).unwrap().iter().map(package));
        }
    }
    packages
}

fn has_all(packages: &Packages, locked: &Packages) {
    let missing: Vec<_> = locked.difference(packages).collect();
    assert!(missing.is_empty(), "{} of {} are missing: {missing:?}\n{packages:?}", missing.len(), locked.len());
}

fn text(project: &Project, path: &str) -> String {
    std::fs::read_to_string(project.file(path)).unwrap()
}

/// What is reached from some names.
fn closure(from: Vec<String>, next: impl Fn(&str) -> Vec<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = from;
    while let Some(name) = open.pop() {
        if found.insert(name.clone()) {
            open.extend(next(&name));
        }
    }
    found
}

/// go.mod lists all modules that packages of a program can come from; go.sum has sums of others, too.
#[test]
fn go() {
    let project = Project::example("go-workspace");
    let modules = text(&project, "go.mod");
    let locked: Packages = modules
        .lines()
        .filter_map(|line| line.strip_prefix('\t')?.split_once(" v"))
        .map(|(name, version)| format!("{name} v{}", version.split(' ').next().unwrap()))
        .collect();
    assert!(locked.len() > 10, "{locked:?}");
    has_all(&attached(&project, "gateway"), &locked);
}

#[test]
fn rust() {
    let project = Project::example("rust-workspace");
    let lockfile = text(&project, "Cargo.lock");
    let field = |block: &str, key: &str| block.lines().find_map(|line| Some(line.strip_prefix(key)?.replace('"', "")));
    let package = |block: &str| format!("{} {}", field(block, "name = ").unwrap(), field(block, "version = ").unwrap());
    let locked: Packages = lockfile.split("[[package]]\n").skip(1).map(package).collect();
    assert!(locked.len() > 30, "{locked:?}");
    has_all(&attached(&project, "catalog"), &locked);
}

/// Everything that a service needs when it runs, wherever npm has put it.
#[test]
fn node() {
    let project = Project::example("node-workspace");
    let lockfile: Value = serde_json::from_str(&text(&project, "package-lock.json")).unwrap();
    let packages = lockfile["packages"].as_object().unwrap();
    // As Node.js does: in the folder of the package, then in those above it.
    let resolve = |at: &str, name: &str| {
        let mut at = at;
        loop {
            let here = if at.is_empty() { String::new() } else { format!("{at}/") };
            let path = format!("{here}node_modules/{name}");
            if packages.contains_key(&path) {
                return Some(
                    packages[&path]["resolved"]
                        .as_str()
                        .filter(|_| packages[&path]["link"] == true)
                        .map_or(path, str::to_owned),
                );
            }
            at = match at.rfind('/') {
                Some(end) => &at[..end],
                None if at.is_empty() => return None,
                None => "",
            };
        }
    };
    let needed = closure(vec!["services/gateway".to_owned()], |path| {
        let names = packages[path]["dependencies"].as_object().into_iter().flatten();
        names.map(|(name, _)| resolve(path, name).unwrap_or_else(|| panic!("{name} of {path}"))).collect()
    });
    let installed = needed.iter().filter_map(|path| Some((path, path.rsplit_once("node_modules/")?.1)));
    let locked: Packages =
        installed.map(|(path, name)| format!("{name} {}", packages[path]["version"].as_str().unwrap())).collect();
    assert!(locked.len() > 10, "{locked:?}");
    has_all(&attached(&project, "gateway"), &locked);
}

#[test]
fn python() {
    let project = Project::example("python-workspace");
    let lockfile = text(&project, "uv.lock");
    let blocks: Vec<&str> = lockfile.split("[[package]]\n").skip(1).collect();
    let field = |block: &str, key: &str| {
        block.lines().find_map(|line| Some(line.strip_prefix(key)?.trim_matches('"').to_owned())).unwrap()
    };
    let block = |name: &str| *blocks.iter().find(|block| field(block, "name = ") == name).unwrap();
    let needed = closure(vec!["api".to_owned()], |name| {
        let list = block(name).split("\ndependencies = [\n").nth(1).and_then(|rest| rest.split("\n]").next());
        let lines = list.unwrap_or_default().lines().filter(|line| !line.contains("'win32'"));
        lines.map(|line| line.split('"').nth(1).unwrap().to_owned()).collect()
    });
    let of_registry = needed.iter().filter(|name| block(name).contains("source = { registry"));
    let locked: Packages = of_registry.map(|name| format!("{name} {}", field(block(name), "version = "))).collect();
    assert!(locked.len() > 10, "{locked:?}");
    // A distribution may spell its name in another way than the lockfile.
    let normalized = attached(&project, "api").iter().map(|one| one.to_lowercase().replace(['_', '.'], "-")).collect();
    has_all(&normalized, &locked.iter().map(|one| one.replace('.', "-")).collect());
}
