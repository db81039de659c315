//! What one environment of a project is made of: the files that its dependency step sees, what the installer is told,
//! and the packages of the repository in it.

use std::collections::{BTreeMap, BTreeSet};

use slipway_spec::Diagnostic;

use super::local::{self, Local, Manifests};
use super::project::{PythonProject, Tool, relative};
use super::uv::{self, UvLock, Wanted};
use super::wheels::Locked;
use super::{SOURCES, poetry, requirements};
use crate::PlanError;
use crate::presets::common::{at, names_git, toml};
use crate::presets::{Context, excluded_files, in_folder, is_within, join_path, shown, whole};

/// What an environment is made of.
#[derive(Default)]
pub(super) struct Needs {
    /// Files and folders of the context that the dependency step sees.
    pub(super) include: Vec<String>,
    /// What of them it does not see.
    pub(super) exclude: Vec<String>,
    /// Packages of the repository that the installer builds itself.
    pub(super) built_by_installer: Vec<Local>,
    /// Whether the installer is told to install the project itself, which is done without it.
    pub(super) itself: bool,
    /// Files that it sees with a text of their own, by their paths in the context.
    pub(super) texts: Vec<(String, String)>,
    /// What the installer is told.
    pub(super) words: Vec<String>,
    /// Dependency groups of a workspace's root that come along, and the root's folder.
    pub(super) root_groups: Option<(Vec<String>, String)>,
    /// Packages of the repository, which steps of their own build.
    pub(super) locals: Vec<Local>,
    /// Packages that requirements files name, by their normal names.
    pub(super) named: BTreeSet<String>,
    /// Whether some packages are files of the repository, whose names are not known.
    pub(super) has_files: bool,
    /// Whether some come from repositories of git.
    pub(super) from_git: bool,
    /// Packages from elsewhere, where a lockfile tells of them.
    pub(super) locked: Option<Vec<Locked>>,
}

/// Where pip finds what packages of the repository require.
const LOCAL_REQUIREMENTS: &str = ".slipway-requirements.txt";

/// What a project needs where it runs; and what its developers need, too, if they are asked for.
pub(super) async fn read(cx: &Context<'_>, project: &PythonProject, with_dev: bool) -> Result<Needs, PlanError> {
    let (mut needs, folders) = match &project.tool {
        Tool::Uv { root, lock, manifest, .. } => uv(cx, project, with_dev, (root, lock.as_ref(), manifest)).await?,
        Tool::Poetry { lock, .. } => poetry(cx, project, with_dev, lock)?,
        Tool::Pip { main, dev } => {
            let files: Vec<_> = std::iter::once(main).chain(dev.iter().filter(|_| with_dev)).cloned().collect();
            pip(cx, project, &files).await?
        }
    };
    needs.locals = local::read(cx, &folders, &project.tool.describe()).await?;
    let mut all: Vec<String> = needs.locals.iter().map(|local| local.folder.clone()).collect();
    if let Tool::Uv { root, lock: Some(lock), .. } = &project.tool {
        all.extend(lock.folders().map(|folder| in_folder(root, folder)));
    }
    all.sort();
    all.dedup();
    for local in &mut needs.locals {
        let others = all.iter().filter(|other| **other != local.folder && is_within(&local.folder, other));
        local.others = others.cloned().collect();
    }
    let mut named = requirements::named_by_env(&said_env(cx)?);
    if let Tool::Pip { .. } = &project.tool {
        let options = cx.build.keys.install.iter().flat_map(|install| &install.options);
        named.extend(requirements::named_by_options(&cx.eval_all(options)?));
    }
    needs.include.extend(named.iter().filter_map(|place| join_path(&project.folder, place)).map(|place| whole(&place)));
    needs.include.extend(cx.installed_with()?);
    Ok(needs)
}

/// What the spec gives to the dependency step by variables.
fn said_env(cx: &Context<'_>) -> Result<Vec<(String, String)>, Diagnostic> {
    let keys = &cx.build.keys;
    let said = keys.env.iter().chain(keys.install.iter().flat_map(|install| install.env.iter()));
    said.map(|(name, value)| Ok((name.value.clone(), cx.eval(value)?))).collect()
}

/// Packages of the repository by name, with their folders in the context.
type Folders = BTreeMap<String, String>;

fn outside(cx: &Context<'_>, lock: &str, path: &str) -> Diagnostic {
    Diagnostic::error(cx.span(), format!("`{lock}` names `{path}`, which is outside of the context"))
        .with_help("build from a folder that holds both, and name the project's folder with `source:`")
}

fn names(words: &[slipway_spec::Spanned<String>]) -> Vec<&str> {
    words.iter().map(|word| word.value.as_str()).collect()
}

/// Paths of a lockfile as those of the context.
fn inside<'p>(
    cx: &Context<'_>,
    lock: &str,
    root: &str,
    paths: impl IntoIterator<Item = &'p String>,
) -> Result<Vec<String>, Diagnostic> {
    paths.into_iter().map(|path| join_path(root, path).ok_or_else(|| outside(cx, lock, path))).collect()
}

async fn uv(
    cx: &Context<'_>,
    project: &PythonProject,
    with_dev: bool,
    (root, lock, manifest): (&String, Option<&UvLock>, &toml::Table),
) -> Result<(Needs, Folders), PlanError> {
    let path = in_folder(root, "uv.lock");
    let mut needs =
        Needs { include: ["pyproject.toml", "uv.toml"].map(|name| in_folder(root, name)).to_vec(), ..Needs::default() };
    if *root != project.folder {
        needs.include.push(in_folder(&project.folder, "pyproject.toml"));
    }
    let settings = cx.project().read(&in_folder(root, "uv.toml")).await?;
    let settings = settings.map(|bytes| toml(&bytes, &in_folder(root, "uv.toml"), cx.span())).transpose()?;
    let tool = |pyproject| at(pyproject, &["tool", "uv"]).and_then(toml::Value::as_table);
    let said = [(settings.as_ref(), root), (tool(manifest), root), (tool(&project.pyproject), &project.folder)];
    let count = if *root == project.folder { 2 } else { 3 };
    for (settings, folder) in said.into_iter().take(count) {
        let places = settings.into_iter().flat_map(uv::local_indexes);
        needs.include.extend(places.filter_map(|place| join_path(folder, &place)).map(|place| whole(&place)));
    }
    let defaults = default_groups(&project.pyproject, manifest);
    let mut words = Vec::new();
    if !with_dev {
        words.push("--no-dev".to_owned());
        if at(&project.pyproject, &["tool", "uv", "default-groups"]).is_some() {
            words.push("--no-default-groups".to_owned());
        }
    }
    words.extend(project.extras.iter().flat_map(|word| ["--extra".to_owned(), word.value.clone()]));
    words.extend(project.groups.iter().flat_map(|word| ["--group".to_owned(), word.value.clone()]));
    let mut groups = names(&project.groups);
    groups.extend(defaults.iter().filter(|_| with_dev).map(String::as_str));
    let wanted = Wanted { folder: relative(root, &project.folder), extras: names(&project.extras), groups };
    let mut folders = Folders::new();
    match lock.and_then(|lock| lock.closure(&wanted)) {
        Some(closure) => {
            for (name, folder) in &closure.folders {
                words.extend(["--no-install-package".to_owned(), name.clone()]);
                folders.insert(name.clone(), join_path(root, folder).ok_or_else(|| outside(cx, &path, folder))?);
            }
            needs.has_files = !closure.files.is_empty();
            needs.include.extend(inside(cx, &path, root, &closure.files)?);
            needs.from_git = names_git(closure.lock.as_bytes());
            // Checks may want what only the root of the workspace names.
            if with_dev {
                needs.include.push(path);
            } else {
                needs.texts.push((path, closure.lock));
            }
            needs.locked = Some(closure.locked);
        }
        None => {
            if let Some(folder) = lock.into_iter().flat_map(UvLock::folders).next() {
                return Err(Diagnostic::error(
                    cx.span(),
                    format!(
                        "`{path}` takes packages from folders such as `{folder}`, but does not name the project itself"
                    ),
                )
                .with_help("run `uv lock` and commit it")
                .into());
            }
            needs.include.push(path);
        }
    }
    if with_dev && *root != project.folder {
        let groups = default_groups(manifest, manifest);
        let has = |group: &String| at(manifest, &["dependency-groups", group]).is_some();
        let groups: Vec<_> = groups.into_iter().filter(has).collect();
        needs.root_groups = (!groups.is_empty()).then(|| (groups, root.clone()));
    }
    needs.words = words;
    Ok((needs, folders))
}

/// The groups that uv installs without being told to: `dev`, unless the project says otherwise.
fn default_groups(pyproject: &toml::Table, root: &toml::Table) -> Vec<String> {
    let configured = |table| at(table, &["tool", "uv", "default-groups"]);
    match configured(pyproject).or_else(|| configured(root)) {
        Some(toml::Value::Array(list)) => list.iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect(),
        Some(_) => {
            let groups = at(pyproject, &["dependency-groups"]).and_then(toml::Value::as_table);
            groups.into_iter().flatten().map(|(name, _)| name.clone()).collect()
        }
        None => vec!["dev".to_owned()],
    }
}

fn poetry(
    cx: &Context<'_>,
    project: &PythonProject,
    with_dev: bool,
    lock: &toml::Table,
) -> Result<(Needs, Folders), Diagnostic> {
    let folder = &project.folder;
    let path = in_folder(folder, "poetry.lock");
    let groups = names(&project.groups);
    let closure =
        poetry::closure(&project.pyproject, lock, &names(&project.extras), (!with_dev).then_some(groups.as_slice()));
    let mut words: Vec<String> = Vec::new();
    if with_dev {
        words.extend(groups.iter().flat_map(|group| ["--with".to_owned(), (*group).to_owned()]));
    } else {
        // `--only` leaves out whatever `--with` names, so both are said in one.
        let only: Vec<_> = std::iter::once("main").chain(groups).collect();
        words.extend(["--only".to_owned(), only.join(",")]);
    }
    words.extend(project.extras.iter().flat_map(|word| ["--extras".to_owned(), word.value.clone()]));
    if !closure.folders.is_empty() {
        words.push("--no-directory".to_owned());
    }
    let mut include = ["pyproject.toml", "poetry.lock", "poetry.toml"].map(|name| in_folder(folder, name)).to_vec();
    let has_files = !closure.files.is_empty();
    include.extend(inside(cx, &path, folder, &closure.files)?);
    let mut folders = Folders::new();
    for (name, place) in closure.folders {
        let place = join_path(folder, &place).ok_or_else(|| outside(cx, &path, &place))?;
        folders.insert(name, place);
    }
    let mut packages = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    let from_git =
        packages.any(|package| package.get("source").and_then(|source| source.get("type")?.as_str()) == Some("git"));
    Ok((Needs { include, words, from_git, has_files, locked: Some(closure.locked), ..Needs::default() }, folders))
}

async fn pip(cx: &Context<'_>, project: &PythonProject, files: &[String]) -> Result<(Needs, Folders), PlanError> {
    let folder = &project.folder;
    let found = requirements::read(cx, folder, files, &said_env(cx)?).await?;
    let places: BTreeSet<&String> = found.folders.iter().map(|line| &line.folder).collect();
    let manifests = Manifests::read(cx, places.iter().copied()).await?;
    let mut packages: BTreeMap<&String, Manifests> = BTreeMap::new();
    for (place, manifests) in places.into_iter().zip(manifests) {
        if manifests.are_missing() {
            return Err(Diagnostic::error(
                cx.span(),
                format!(
                    "requirements name the folder `{}`, which has no `pyproject.toml` in the context",
                    shown(place)
                ),
            )
            .with_help("commit it, or take it out of the ignore file")
            .into());
        }
        packages.insert(place, manifests);
    }
    let mut changes: BTreeMap<&String, Vec<requirements::Change>> = BTreeMap::new();
    let (mut folders, mut required) = (Folders::new(), Vec::new());
    let mut needs = Needs::default();
    for line in &found.folders {
        let manifests = packages.get(&line.folder);
        let pyproject = manifests.and_then(|manifests| manifests.pyproject.as_ref());
        let known = pyproject.and_then(|pyproject| local::static_requirements(pyproject, &line.extras));
        let new = match (known, pyproject.and_then(|pyproject| at(pyproject, &["project", "name"])?.as_str())) {
            (Some(more), Some(name)) => {
                required.extend(more);
                if line.folder == *folder {
                    needs.itself = true;
                } else {
                    folders.insert(super::name::normal_name(name), line.folder.clone());
                }
                String::new()
            }
            _ => {
                // Only its build knows what it requires, so it is installed with everything else, from all of its
                // files.
                cx.note(format!(
                    "the dependency step sees all of `{}`, since no `pyproject.toml` there says what it requires",
                    shown(&line.folder)
                ));
                needs.include.push(whole(&line.folder));
                needs
                    .exclude
                    .extend(excluded_files::tools(&line.folder).filter(|pattern| !pattern.ends_with(".gitignore")));
                if line.folder.is_empty() {
                    needs.exclude.push(cx.request().spec_name.clone());
                }
                if let Some(manifests) = manifests {
                    let local = local::package(shown(&line.folder), &line.folder, manifests);
                    needs.include.extend(local.outside.iter().cloned());
                    needs.built_by_installer.push(local);
                }
                let extras =
                    if line.extras.is_empty() { String::new() } else { format!("[{}]", line.extras.join(",")) };
                let place = in_folder(SOURCES, &line.folder);
                format!("{}{extras}", place.trim_end_matches('/'))
            }
        };
        changes.entry(&line.file).or_default().push((line.lines, new));
    }
    needs.from_git = found.texts.values().any(|text| names_git(text.as_bytes()));
    for (path, text) in &found.texts {
        match changes.get(path) {
            Some(changes) => needs.texts.push((path.clone(), requirements::changed(text, changes))),
            None => needs.include.push(path.clone()),
        }
    }
    needs.include.extend(found.packages.iter().map(|place| whole(place)));
    needs.words = files.iter().flat_map(|file| ["-r".to_owned(), file.clone()]).collect();
    needs.named = requirements::names(found.texts.values()).chain(required.iter().cloned()).collect();
    needs.named =
        needs.named.iter().map(|name| super::name::normal_name(name)).filter(|name| !name.is_empty()).collect();
    required.retain(|requirement| !folders.contains_key(&super::name::normal_name(requirement)));
    if !required.is_empty() {
        needs.words.extend(["-r".to_owned(), LOCAL_REQUIREMENTS.to_owned()]);
        needs.texts.push((in_folder(folder, LOCAL_REQUIREMENTS), required.join("\n") + "\n"));
    }
    Ok((needs, folders))
}
