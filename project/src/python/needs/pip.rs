//! The contents of a pip environment.
//!
//! Requirements files may name folders of the repository. Such a package is built separately, and the installer gets
//! its requirements instead, so that its code does not invalidate the dependencies.

use std::collections::{BTreeMap, BTreeSet};

use slipway_diagnostic::Diagnostic;

use super::super::local::{self, Manifests};
use super::super::name::normal_name;
use super::super::query::Query;
use super::super::requirements::{self, Change, FolderLine};
use super::facts::{Folders, Needs};
use crate::excluded_files;
use crate::git_dependencies::names_git;
use crate::paths::{in_folder, shown, whole};
use crate::toml_file::at;
use crate::{Error, Repository};

/// Where pip gets the requirements of packages of the repository.
const LOCAL_REQUIREMENTS: &str = ".slipway-requirements.txt";

pub(super) async fn read(
    repository: &Repository<'_>,
    query: &Query,
    files: Vec<String>,
) -> Result<(Needs, Folders), Error> {
    let Query { folder, span, .. } = query;
    let found = requirements::read(repository, query, &files).await?;
    let places: BTreeSet<&String> = found.folders.iter().map(|line| &line.folder).collect();
    let manifests = Manifests::read(repository, places.iter().copied(), *span).await?;
    let mut packages: BTreeMap<&String, Manifests> = BTreeMap::new();
    for (place, manifests) in places.into_iter().zip(manifests) {
        if manifests.are_missing() {
            let place = shown(place);
            let what = format!(
                "the requirements name the folder `{place}`, but there is no `pyproject.toml` in the context there"
            );
            return Err(Diagnostic::error(*span, what)
                .with_help("commit it, or delete it from the ignore file")
                .into());
        }
        packages.insert(place, manifests);
    }
    let mut changes: BTreeMap<&String, Vec<Change>> = BTreeMap::new();
    let (mut folders, mut required) = (Folders::new(), Vec::new());
    let mut needs = Needs { files, ..Needs::default() };
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
                    folders.insert(normal_name(name), line.folder.clone());
                }
                String::new()
            }
            _ => {
                built_by_installer(&mut needs, query, line, manifests);
                let extras =
                    if line.extras.is_empty() { String::new() } else { format!("[{}]", line.extras.join(",")) };
                let place = in_folder(&query.checkout, &line.folder);
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
    let named = requirements::names(found.texts.values()).chain(required.iter().cloned());
    needs.named = named.map(|name| normal_name(&name)).filter(|name| !name.is_empty()).collect();
    required.retain(|requirement| !folders.contains_key(&normal_name(requirement)));
    if !required.is_empty() {
        needs.files.push(LOCAL_REQUIREMENTS.to_owned());
        needs.texts.push((in_folder(folder, LOCAL_REQUIREMENTS), required.join("\n") + "\n"));
    }
    Ok((needs, folders))
}

/// If only its build knows a package's requirements, it is installed together with everything else, from all of its
/// files.
fn built_by_installer(needs: &mut Needs, query: &Query, line: &FolderLine, manifests: Option<&Manifests>) {
    let folder = &line.folder;
    needs.notes.push(format!(
        "the dependency step gets all of `{}`, because no `pyproject.toml` there lists its requirements",
        shown(folder)
    ));
    needs.include.push(whole(folder));
    needs.exclude.extend(excluded_files::tools(folder).filter(|pattern| !pattern.ends_with(".gitignore")));
    if folder.is_empty() {
        needs.exclude.push(query.own_file.clone());
    }
    if let Some(manifests) = manifests {
        let local = local::package(shown(folder), folder, manifests);
        needs.include.extend(local.outside.iter().cloned());
        needs.built_by_installer.push(local);
    }
}
