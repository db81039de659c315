//! A Node project as its own files tell of it: the package, the lockfile, the workspace around it, and every way in which they can be wrong.

use std::collections::BTreeMap;

use slipway_spec::model::NodeOptions;
use slipway_spec::{Diagnostic, Span};

use super::closure::Lock;
use super::detect;
use super::manager::{LOCKFILES, Manager};
use super::package::{INSTALL_SCRIPTS, Package};
use super::patches::Patches;
use super::version::Release;
use super::workspace::{Member, folders};
use super::{pnpm, pnpm::Scripts};
use crate::presets::{Context, in_folder, join_path};
use crate::{PlanError, Project};

/// A Node project.
#[derive(Debug)]
pub(super) struct NodeProject {
    /// The folder with the lockfile: the project itself, or the workspace that it is a part of.
    pub(super) root: String,
    /// The folder of the package that is built.
    pub(super) folder: String,
    pub(super) package: Package,
    /// That of the folder with the lockfile.
    pub(super) root_package: Package,
    /// Files beside the lockfile, where the package is another.
    pub(super) root_files: Vec<String>,
    /// The other packages of the workspace, and those that are named by their place; in the order of their folders.
    pub(super) members: Vec<Member>,
    pub(super) manager: Manager,
    /// The version of the manager, when the project says.
    pub(super) manager_version: Option<String>,
    /// None for a project without dependencies.
    pub(super) lockfile: Option<Lockfile>,
    /// With pnpm: which packages may run scripts when they are installed.
    pub(super) scripts: Scripts,
    /// What npm's lockfile says of every package, where it is one that does.
    pub(super) lock: Option<Lock>,
    /// Patches that are laid over what was installed.
    pub(super) patches: Option<Patches>,
    /// The innermost folder with all packages in it, which is `/app` in images.
    pub(super) top: String,
    pub(super) release: Release,
}

pub(super) const MANIFEST: &str = "package.json";
pub(super) const VERSION_FILES: &[&str] = &[".nvmrc", ".node-version"];
pub(super) const BERRY_SETTINGS: &str = ".yarnrc.yml";
const NPM_SETTINGS: &str = ".npmrc";

/// Files by their path in the context.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// What says exactly which packages are installed.
#[derive(Debug)]
pub(super) struct Lockfile {
    pub(super) name: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// Reads a project.
pub(super) async fn read<P: Project>(cx: &Context<'_, P>, options: &NodeOptions) -> Result<NodeProject, PlanError> {
    let folder = cx.source_folder()?;
    let source_span = cx.build.source.path.as_ref().map_or(cx.span(), |path| path.span);
    // A package of a workspace has its lockfile further up, so all that may matter is asked for at once.
    let mut above = vec![folder.clone()];
    while let Some(last) = above.last().filter(|last| !last.is_empty()) {
        above.push(last.rsplit_once('/').map_or(String::new(), |(parent, _)| parent.to_owned()));
    }
    let names = [MANIFEST, BERRY_SETTINGS, NPM_SETTINGS, pnpm::WORKSPACE].iter().chain(VERSION_FILES);
    let names: Vec<&str> = names.copied().chain(LOCKFILES.iter().map(|(name, _)| *name)).collect();
    let paths: Vec<String> = above.iter().flat_map(|folder| names.iter().map(|name| in_folder(folder, name))).collect();
    let contents = cx.project().manifests(&paths).await?;
    let files: Files = paths.into_iter().zip(contents).filter_map(|(path, file)| Some((path, file?))).collect();

    let manifest = in_folder(&folder, MANIFEST);
    let Some(bytes) = files.get(&manifest) else {
        return Err(Diagnostic::error(source_span, format!("there is no `{manifest}` in the context"))
            .with_help(
                "run `npm init`, or name the project's folder with `source:`; an ignore file may also keep it out",
            )
            .into());
    };
    let package = parse(&manifest, bytes, source_span)?;
    let root = root(cx, &above, &files, &package, source_span).await?;
    let root_package = if root == folder {
        package.clone()
    } else {
        let path = in_folder(&root, MANIFEST);
        files.get(&path).map(|bytes| parse(&path, bytes, source_span)).transpose()?.unwrap_or_default()
    };
    let members = members(cx, &root, &folder, &package, &root_package, &files, source_span).await?;
    if root != folder && !members.iter().any(|member| member.folder == folder) {
        let wanted = in_folder(&root, MANIFEST);
        return Err(Diagnostic::error(
            source_span,
            format!("there is no lockfile in `{folder}`, and it is no package of the workspace of `{wanted}`"),
        )
        .with_help(format!("add it to the workspace, or run `npm install` in `{folder}` and commit the lockfile"))
        .into());
    }
    let (manager, lockfile) = detect::manager(cx, options, &root, &root_package, &files)?;
    let manager_version = detect::manager_version(manager, &root_package);
    let root_manifest = in_folder(&root, MANIFEST);
    let manifests = [(manifest.as_str(), &package), (root_manifest.as_str(), &root_package)];
    let release = detect::release(cx, options, &above, &files, manifests)?;
    let patches = Patches::of(&root_package).filter(|_| lockfile.is_some());
    for (path, package) in manifests {
        if let Some(patches) = patches.as_ref().filter(|_| path == root_manifest) {
            let script = patches.script;
            cx.note(format!(
                "of the script `{script}` of `{path}` `patch-package` runs after each installation, and nothing else"
            ));
        }
        let mut own = INSTALL_SCRIPTS.iter().filter(|script| package.scripts.contains_key(**script));
        let patching = patches.as_ref().filter(|_| path == root_manifest).map(|patches| patches.script);
        if let Some(script) = own.find(|script| patching != Some(**script)) {
            cx.note(format!(
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
        cx.note(format!("`{package}`, since `packageManager` of `{}` names no version", in_folder(&root, MANIFEST)));
    }
    let root_files = if root == folder {
        Vec::new()
    } else {
        let entries = cx.project().list(&root).await?.unwrap_or_default();
        let files = entries.into_iter().filter(|entry| !entry.is_folder);
        files.map(|entry| in_folder(&root, &entry.name)).collect()
    };
    let beside = |name: &str| files.get(&in_folder(&root, name)).map(Vec::as_slice);
    let version = manager_version.as_deref();
    let scripts = Scripts::read(version, &root_package.pnpm, beside(pnpm::WORKSPACE), beside(NPM_SETTINGS));
    let members: Vec<Member> = members.into_iter().filter(|member| member.folder != folder).collect();
    let lock = lockfile.as_ref().filter(|_| manager == Manager::Npm).and_then(|lockfile| Lock::parse(&lockfile.bytes));
    let top = members.iter().fold(root.clone(), |top, member| common(&top, &member.folder));
    Ok(NodeProject {
        scripts,
        lock,
        patches,
        top,
        root,
        folder,
        package,
        root_package,
        root_files,
        members,
        manager,
        manager_version,
        lockfile,
        release,
    })
}

/// The innermost folder that holds two others.
fn common(one: &str, other: &str) -> String {
    let both = one.split('/').zip(other.split('/')).take_while(|(one, other)| one == other);
    both.map(|(part, _)| part).collect::<Vec<_>>().join("/")
}

fn parse(path: &str, bytes: &[u8], span: Span) -> Result<Package, Diagnostic> {
    Package::parse(bytes).map_err(|error| {
        Diagnostic::error(span, format!("`{path}` cannot be read: {error}")).with_help("npm could not read it either")
    })
}

/// The folder whose lockfile counts: the nearest of the project's folder and those above that has one.
async fn root<P: Project>(
    cx: &Context<'_, P>,
    above: &[String],
    files: &Files,
    package: &Package,
    span: Span,
) -> Result<String, PlanError> {
    let has_lockfile =
        |folder: &&String| LOCKFILES.iter().any(|(name, _)| files.contains_key(&in_folder(folder, name)));
    let folder = above.first().cloned().unwrap_or_default();
    if let Some(found) = above.iter().find(has_lockfile) {
        if *found == folder || package.needs_packages() {
            return Ok(found.clone());
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
    let ignored = if cx.project().exists(&in_folder(&folder, "node_modules")).await? {
        "; an ignore file may also keep it out"
    } else {
        ""
    };
    Err(Diagnostic::error(span, format!("`{manifest}` has dependencies, but there is no lockfile beside it"))
        .with_help(format!("run `{command}` and commit the lockfile that it writes{ignored}"))
        .into())
}

/// The packages around the one that is built.
async fn members<P: Project>(
    cx: &Context<'_, P>,
    root: &str,
    folder: &str,
    package: &Package,
    root_package: &Package,
    files: &Files,
    span: Span,
) -> Result<Vec<Member>, PlanError> {
    let mut patterns = root_package.workspaces.clone();
    if let Some(settings) = files.get(&in_folder(root, pnpm::WORKSPACE)) {
        patterns.extend(pnpm::packages(settings));
    }
    let mut open: Vec<String> =
        folders(cx, root, &patterns).await?.into_iter().map(|inside| in_folder(root, &inside)).collect();
    let local = |folder: &str, package: &Package| -> Result<Vec<String>, Diagnostic> {
        let places = package.local_places().filter(|place| !place.ends_with(".tgz") && !place.ends_with(".tar.gz"));
        places
            .map(|place| {
                join_path(folder, place).ok_or_else(|| {
                    Diagnostic::error(
                        span,
                        format!(
                            "`{}` depends on `{place}`, which is outside of the context",
                            in_folder(folder, MANIFEST)
                        ),
                    )
                    .with_help("build from a folder that holds both, and name this one's with `source`")
                })
            })
            .collect()
    };
    open.extend(local(folder, package)?);
    open.extend(local(root, root_package)?);
    let mut found: BTreeMap<String, Option<Package>> = BTreeMap::new();
    while !open.is_empty() {
        open.retain(|folder| !found.contains_key(folder));
        open.sort();
        open.dedup();
        let paths: Vec<String> = open.iter().map(|folder| in_folder(folder, MANIFEST)).collect();
        let contents = cx.project().manifests(&paths).await?;
        let mut next = Vec::new();
        for ((folder, path), bytes) in open.into_iter().zip(&paths).zip(contents) {
            // A folder that a pattern matches is a package only if it has a manifest.
            let package = bytes.map(|bytes| parse(path, &bytes, span)).transpose()?;
            if let Some(package) = &package {
                next.extend(local(&folder, package)?);
            }
            found.insert(folder, package);
        }
        open = next;
    }
    found.remove(root);
    Ok(found.into_iter().filter_map(|(folder, package)| Some(Member { folder, package: package? })).collect())
}
