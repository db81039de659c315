//! The parts of a lockfile that plans use, parsed once for all images.

use serde_json::{Map, Value, json};
use slipway_diagnostic::join_path;

use super::closure::Lock;
use super::manager::Manager;
use super::package::{is_archive, local_place};
use super::workspace::Workspace;
use super::{bun, pnpm, yaml};
use crate::git_dependencies::names_git;

/// A lockfile, which lists the exact packages.
#[derive(Debug)]
pub struct Lockfile {
    /// Its name.
    pub name: &'static str,
    /// Whether any package comes from a git repository.
    pub names_git: bool,
    /// The packages of npm's lockfile, if it is one with all metadata.
    pub(crate) npm: Option<Lock>,
    /// The same for pnpm's.
    pub(crate) pnpm: Option<pnpm::Lock>,
    /// The same for Bun's.
    pub(crate) bun: Option<bun::Lock>,
    /// Folders of the context that are copied into `node_modules`: their whole contents must exist for the
    /// installation. Linked folders are added later.
    pub copied: Vec<String>,
    /// Archives that packages are unpacked from.
    pub archives: Vec<String>,
    /// Members of the workspace that are not in the context.
    pub absent: Vec<Absent>,
}

/// A member of the workspace that an ignore file excludes from the context, but the lockfile contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    /// Its folder in the context.
    pub folder: String,
    /// A manifest reconstructed from the lockfile, which leads to the same lockfile.
    pub manifest: String,
}

impl Lockfile {
    /// Parses the lockfile with this name.
    pub(crate) fn read(name: &'static str, bytes: &[u8], manager: Manager, workspace: &Workspace) -> Self {
        let npm = Some(bytes).filter(|_| manager == Manager::Npm).and_then(Lock::parse);
        let pnpm = Some(bytes).filter(|_| manager == Manager::Pnpm).and_then(pnpm::Lock::parse);
        let bun = Some(bytes).filter(|_| manager == Manager::Bun).and_then(bun::Lock::parse);
        let root = workspace.root.as_str();
        let said = match (&npm, &pnpm) {
            (Some(lock), _) => Some(lock.copied()),
            (_, Some(lock)) => Some(lock.copied()),
            _ => None,
        };
        let mut places: Vec<String> = match said {
            Some(places) => places.into_iter().filter_map(|place| join_path(root, place)).collect(),
            None => named_as_files(workspace),
        };
        places.sort();
        places.dedup();
        let (archives, copied) = places.into_iter().partition(|place| is_archive(place));
        let absent = if manager == Manager::Berry { absent(bytes, workspace) } else { Vec::new() };
        Self { name, names_git: names_git(bytes), npm, pnpm, bun, copied, archives, absent }
    }
}

/// Dependencies with `file:`, which are copied, if the lockfile does not list them.
fn named_as_files(workspace: &Workspace) -> Vec<String> {
    let places = workspace.members.iter().flat_map(|member| {
        let package = &member.package;
        let wanted = package.dependencies.values().chain(package.dev_dependencies.values());
        let copied = wanted.filter(|wanted| wanted.starts_with("file:") || wanted.starts_with('.'));
        copied.filter_map(|wanted| join_path(&member.folder, local_place(wanted)?))
    });
    let root = workspace.member(&workspace.root).into_iter();
    let overrides =
        root.flat_map(|root| root.package.overrides.iter().filter_map(|place| join_path(&root.folder, place)));
    places.chain(overrides).collect()
}

/// The members of a workspace that Yarn's lockfile contains and the context does not. Yarn would treat them as deleted,
/// and refuses to change the lockfile.
fn absent(bytes: &[u8], workspace: &Workspace) -> Vec<Absent> {
    let is_read =
        |path: &[String], key: &str| path.len() != 1 || !["version", "checksum", "languageName"].contains(&key);
    let Some(Value::Object(entries)) = yaml::read(bytes, is_read) else { return Vec::new() };
    let absent = entries.values().filter_map(|entry| {
        let (name, folder) = entry.get("resolution")?.as_str()?.rsplit_once("@workspace:")?;
        let folder = join_path(&workspace.root, folder)?;
        if workspace.member(&folder).is_some() {
            return None;
        }
        let mut manifest = Map::from_iter([("name".to_owned(), json!(name))]);
        for key in ["dependencies", "peerDependencies", "bin", "dependenciesMeta", "peerDependenciesMeta"] {
            manifest.extend(entry.get(key).map(|value| (key.to_owned(), value.clone())));
        }
        Some(Absent { folder, manifest: Value::Object(manifest).to_string() })
    });
    absent.collect()
}
