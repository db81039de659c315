//! A Node.js project according to its own files: the package, the lockfile, the workspace, and all errors in them.

use std::collections::BTreeSet;
use std::sync::Arc;

use slipway_diagnostic::{Diagnostic, Span, join_path};

use super::detect;
use super::files::{BERRY_SETTINGS, FileTexts, MANIFEST, VERSION_FILES, is_for_builds, is_for_checks, parse};
use super::lockfile::Lockfile;
use super::manager::{LOCKFILES, Manager, SETTINGS};
use super::package::{INSTALL_SCRIPTS, Package};
use super::patches::Patches;
use super::query::Query;
use super::version::Release;
use super::workspace::{Member, Workspace};
use super::{pnpm, pnpm::Scripts};
use crate::paths::{in_folder, self_and_above};
use crate::{Error, Repository};

/// A Node.js project.
#[derive(Debug)]
pub struct NodeProject {
    /// The folder with the lockfile: the project itself, or its workspace.
    pub root: String,
    /// The folder of the built package.
    pub folder: String,
    /// Its manifest.
    pub package: Arc<Package>,
    /// The manifest in the folder with the lockfile.
    pub root_package: Arc<Package>,
    /// Files next to the lockfile, if the package is in another folder.
    pub beside: Arc<Beside>,
    /// The packages of the lockfile's workspace.
    pub workspace: Arc<Workspace>,
    /// The package manager.
    pub manager: Manager,
    /// The version of the manager, if the project names one.
    pub manager_version: Option<String>,
    /// `None` for a project without dependencies.
    pub lockfile: Option<Arc<Lockfile>>,
    /// For pnpm: the packages whose install scripts may run.
    pub(crate) scripts: Scripts,
    /// Patches that are applied to installed packages.
    pub patches: Option<Patches>,
    /// Optional files and folders that affect the installation, as paths of the context.
    pub settings: Vec<String>,
    /// The Node.js release.
    pub release: Release,
    /// What determined all of this, in words.
    pub notes: Vec<String>,
}

impl NodeProject {
    /// A path of the context, relative to the folder with the lockfile.
    pub fn inside<'p>(&self, path: &'p str) -> &'p str {
        if self.root.is_empty() {
            return path;
        }
        path.strip_prefix(&self.root).map_or(path, |rest| rest.trim_start_matches('/'))
    }

    /// The folders in which the package finds its dependencies: `node_modules` in the lockfile's folder, in its own,
    /// and in those of packages that it requires.
    pub fn module_folders(&self, with_dev: bool) -> Vec<String> {
        let own = (self.folder != self.root).then_some(self.folder.as_str());
        let needed = self.workspace.needed(&self.folder, with_dev);
        let needed = needed.into_iter().map(|member| member.folder.as_str()).filter(|folder| *folder != self.root);
        let needed = needed.filter(|folder| self.has_modules(folder));
        let folders = std::iter::once(self.root.as_str()).chain(own).chain(needed);
        folders.map(|folder| in_folder(folder, "node_modules")).collect()
    }

    /// All packages except the built one.
    pub fn others(&self) -> impl Iterator<Item = &Member> {
        self.workspace.members.iter().filter(|member| member.folder != self.folder)
    }

    /// The packages of the workspace that the package requires for its build; for the root package, these are all,
    /// because its scripts may run those of every package.
    pub fn needed_to_build(&self) -> Vec<&Member> {
        if self.folder == self.root { self.others().collect() } else { self.workspace.needed(&self.folder, true) }
    }

    /// The manifest in the folder of a package; of the built one if there is no other.
    pub(super) fn package_in(&self, folder: &str) -> &Package {
        self.workspace.member(folder).filter(|_| folder != self.folder).map_or(&self.package, |member| &member.package)
    }

    /// Whether a package may have its own `node_modules`, in addition to those above it.
    pub fn has_modules(&self, folder: &str) -> bool {
        let lock = self.lockfile.as_ref().and_then(|lockfile| lockfile.npm.as_ref());
        lock.is_none_or(|lock| lock.has_modules(self.inside(folder)))
    }

    /// Patterns of files in the root package's folder that are not part of it, relative to that folder.
    pub fn foreign_to_root(&self) -> Vec<String> {
        let foreign = self.workspace.foreign_to(&self.root, &BTreeSet::new());
        let foreign = foreign.iter().map(|folder| self.inside(folder).to_owned());
        foreign.chain(["**/node_modules".to_owned()]).collect()
    }
}

const NPM_SETTINGS: &str = ".npmrc";

/// Reads a project.
pub(super) async fn read(repository: &Repository<'_>, query: &Query) -> Result<NodeProject, Error> {
    let Query { source: folder, source_span, .. } = query;
    let (folder, source_span) = (folder.clone(), *source_span);
    // The lockfile of a workspace's package is further up, so all candidates are requested at once.
    let above: Vec<String> = self_and_above(&folder).map(str::to_owned).collect();
    let names = [MANIFEST, BERRY_SETTINGS, NPM_SETTINGS, pnpm::WORKSPACE].iter().chain(VERSION_FILES);
    let names: Vec<&str> = names.copied().chain(LOCKFILES.iter().map(|(name, _)| *name)).collect();
    let paths: Vec<String> = above.iter().flat_map(|folder| names.iter().map(|name| in_folder(folder, name))).collect();
    let contents = repository.manifests(&paths).await?;
    let files: FileTexts = paths.into_iter().zip(contents).filter_map(|(path, file)| Some((path, file?))).collect();

    let manifest = in_folder(&folder, MANIFEST);
    let Some(bytes) = files.get(&manifest) else {
        return Err(Diagnostic::error(source_span, format!("there is no `{manifest}` in the context"))
            .with_help("run `npm init`, or set `source:` to the project's folder; also check the ignore file")
            .into());
    };
    let package = Arc::new(parse(&manifest, bytes, source_span)?);
    let root = root(repository, query, &above, &files, &package, source_span).await?;
    let root_package = if root == folder {
        Arc::clone(&package)
    } else {
        let path = in_folder(&root, MANIFEST);
        Arc::new(files.get(&path).map(|bytes| parse(&path, bytes, source_span)).transpose()?.unwrap_or_default())
    };
    let workspace = workspace(repository, &root, &root_package, &files, source_span).await?;
    if root != folder && workspace.member(&folder).is_none() {
        let wanted = in_folder(&root, MANIFEST);
        return Err(Diagnostic::error(
            source_span,
            format!("there is no lockfile in `{folder}`, and it is not a member of the workspace of `{wanted}`"),
        )
        .with_help(format!("add it to the workspace, or run `npm install` in `{folder}` and commit the lockfile"))
        .into());
    }
    let mut notes = Vec::new();
    let (manager, lockfile) = detect::manager(query, &root, &root_package, &files, &mut notes)?;
    let lockfile = match lockfile {
        Some(name) => lockfile_of(repository, name, manager, &workspace, &files).await?,
        None => None,
    };
    let manager_version = detect::manager_version(manager, &root_package);
    let root_manifest = in_folder(&root, MANIFEST);
    let manifests = [(manifest.as_str(), &*package), (root_manifest.as_str(), &*root_package)];
    let release = detect::release(query, &above, &files, manifests, &mut notes)?;
    let patches = Patches::of(&root_package).filter(|_| lockfile.is_some());
    for (path, package) in manifests {
        if let Some(patches) = patches.as_ref().filter(|_| path == root_manifest) {
            let script = patches.script;
            notes.push(format!(
                "after each installation, only `patch-package` runs from the script `{script}` of `{path}`"
            ));
        }
        let mut own = INSTALL_SCRIPTS.iter().filter(|script| package.scripts.contains_key(**script));
        let patching = patches.as_ref().filter(|_| path == root_manifest).map(|patches| patches.script);
        if let Some(script) = own.find(|script| patching != Some(**script)) {
            notes.push(format!(
                "the script `{script}` of `{path}` does not run: dependencies are installed without the sources; `generate` and `scripts` run with them"
            ));
        }
        if root == folder {
            break;
        }
    }
    if lockfile.is_some()
        && manager_version.is_none()
        && let Some(package) = manager.package(None)
    {
        notes.push(format!(
            "`{package}`, because `packageManager` of `{}` specifies no version",
            in_folder(&root, MANIFEST)
        ));
    }
    let beside_root = if root == folder { Arc::default() } else { beside(repository, &root).await? };
    let beside = |name: &str| files.get(&in_folder(&root, name)).map(Vec::as_slice);
    let version = manager_version.as_deref();
    let scripts = Scripts::read(version, &root_package.pnpm, beside(pnpm::WORKSPACE), beside(NPM_SETTINGS));
    let settings = settings(&root, &root_package, &files, &workspace);
    if let Some(absent) = lockfile.as_ref().and_then(|lockfile| lockfile.absent.first()) {
        let (folder, name) = (&absent.folder, lockfile.as_ref().map_or("yarn.lock", |lockfile| lockfile.name));
        notes.push(format!(
            "`{folder}` is in `{name}` but not in the context, so its `{MANIFEST}` is reconstructed from there; check the ignore file"
        ));
    }
    Ok(NodeProject {
        scripts,
        patches,
        settings,
        root,
        folder,
        package,
        root_package,
        beside: beside_root,
        workspace,
        manager,
        manager_version,
        lockfile,
        release,
        notes,
    })
}

/// The folder with the effective lockfile: the nearest at or above the project's folder.
async fn root(
    repository: &Repository<'_>,
    query: &Query,
    above: &[String],
    files: &FileTexts,
    package: &Package,
    span: Span,
) -> Result<String, Error> {
    let has_lockfile =
        |folder: &&String| LOCKFILES.iter().any(|(name, _)| files.contains_key(&in_folder(folder, name)));
    let folder = above.first().cloned().unwrap_or_default();
    if let Some(found) = above.iter().find(has_lockfile) {
        if *found == folder || package.needs_packages() {
            return Ok(found.clone());
        }
        // Scripts of a package without dependencies use the tools of its workspace.
        let path = in_folder(found, MANIFEST);
        if let Some(bytes) = files.get(&path).filter(|_| query.runs_scripts) {
            let workspace = workspace(repository, found, &Arc::new(parse(&path, bytes, span)?), files, span).await?;
            if workspace.member(&folder).is_some() {
                return Ok(found.clone());
            }
        }
        return Ok(folder);
    }
    if !package.needs_packages() {
        return Ok(folder);
    }
    let manager = package.manager.as_deref().and_then(|text| text.split('@').next()).unwrap_or("npm");
    let command = match manager {
        "pnpm" => "pnpm install",
        "yarn" => "yarn install",
        "bun" => "bun install",
        _ => "npm install",
    };
    let manifest = in_folder(&folder, MANIFEST);
    let ignored =
        if repository.exists(&in_folder(&folder, "node_modules")).await? { "; also check the ignore file" } else { "" };
    Err(Diagnostic::error(span, format!("`{manifest}` has dependencies, but there is no lockfile next to it"))
        .with_help(format!("run `{command}` and commit the lockfile that it writes{ignored}"))
        .into())
}

/// The packages of a lockfile's workspace, read once.
async fn workspace(
    repository: &Repository<'_>,
    root: &str,
    root_package: &Arc<Package>,
    files: &FileTexts,
    span: Span,
) -> Result<Arc<Workspace>, Error> {
    let key = format!("Node.js workspace {root:?}");
    let read = async |repository: &Repository<'_>| Workspace::read(repository, root, root_package, files, span).await;
    repository.once(&key, read).await
}

/// Files next to a lockfile that packages in other folders use in builds and checks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Beside {
    /// Files that a build may read.
    pub for_builds: Vec<String>,
    /// Files that only linters and formatters read.
    pub for_checks: Vec<String>,
}

/// The files next to a lockfile, listed once.
async fn beside(repository: &Repository<'_>, root: &str) -> Result<Arc<Beside>, Error> {
    let find = async |repository: &Repository<'_>| {
        let mut found = Beside::default();
        let entries = repository.list(root).await?.unwrap_or_default();
        for path in entries.into_iter().filter(|entry| !entry.is_folder).map(|entry| in_folder(root, &entry.name)) {
            if is_for_builds(&path) {
                found.for_builds.push(path);
            } else if is_for_checks(&path) {
                found.for_checks.push(path);
            }
        }
        Ok(found)
    };
    repository.once(&format!("files beside the Node.js lockfile {root:?}"), find).await
}

/// A lockfile, parsed once for each manager.
async fn lockfile_of(
    repository: &Repository<'_>,
    name: &'static str,
    manager: Manager,
    workspace: &Workspace,
    files: &FileTexts,
) -> Result<Option<Arc<Lockfile>>, Error> {
    let path = in_folder(&workspace.root, name);
    let Some(bytes) = files.get(&path) else { return Ok(None) };
    let read = async |_: &Repository<'_>| Ok(Lockfile::read(name, bytes, manager, workspace));
    Ok(Some(repository.once(&format!("Node.js lockfile {path:?} of {manager:?}"), read).await?))
}

/// Files and folders next to the lockfile that affect the installation: those with usual names, and those that
/// manifests and settings name.
fn settings(root: &str, root_package: &Package, files: &FileTexts, workspace: &Workspace) -> Vec<String> {
    let mut paths: Vec<String> = SETTINGS.iter().map(|name| in_folder(root, name)).collect();
    let beside = |name: &str| files.get(&in_folder(root, name));
    let mut named: Vec<String> = beside(pnpm::WORKSPACE).map(|bytes| pnpm::named(bytes)).unwrap_or_default();
    named.extend(beside(BERRY_SETTINGS).map(|bytes| super::manager::named_by_yarn(bytes)).unwrap_or_default());
    named.extend(beside(NPM_SETTINGS).map(|bytes| super::manager::named_by_npmrc(bytes)).unwrap_or_default());
    paths.extend(named.iter().filter_map(|file| join_path(root, file)));
    let of_root = (root, root_package);
    let of_members = workspace.members.iter().map(|member| (member.folder.as_str(), &*member.package));
    for (folder, package) in std::iter::once(of_root).chain(of_members) {
        // `~/` is the root of the project, in any manager's files.
        let files = package.named_files.iter().map(|file| match file.strip_prefix("~/") {
            Some(file) => join_path(root, file),
            None => join_path(folder, file),
        });
        paths.extend(files.flatten());
    }
    let mut seen = BTreeSet::from([String::new(), root.to_owned()]);
    paths.retain(|path| seen.insert(path.clone()));
    paths
}
