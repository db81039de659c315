//! The contents of a uv environment.

use slipway_diagnostic::Diagnostic;

use super::super::project::{PythonProject, relative};
use super::super::query::Query;
use super::super::uv_lock::{UvWorkspace, Wanted};
use super::super::uv_settings;
use super::facts::{Folders, Needs, inside};
use crate::git_dependencies::names_git;
use crate::paths::{in_folder, whole};
use crate::toml_file::{self, at};
use crate::{Error, Repository};

pub(super) async fn read(
    repository: &Repository<'_>,
    query: &Query,
    project: &PythonProject,
    with_dev: bool,
    (root, workspace, manifest): (&String, &UvWorkspace, &toml::Table),
) -> Result<(Needs, Folders), Error> {
    let path = in_folder(root, "uv.lock");
    let mut needs =
        Needs { include: ["pyproject.toml", "uv.toml"].map(|name| in_folder(root, name)).to_vec(), ..Needs::default() };
    if *root != project.folder {
        needs.include.push(in_folder(&project.folder, "pyproject.toml"));
    }
    let settings_path = in_folder(root, "uv.toml");
    let settings = repository.read(&settings_path).await?;
    let settings = settings.map(|bytes| toml_file::parse(&bytes, &settings_path, query.span)).transpose()?;
    let tool = |pyproject| at(pyproject, &["tool", "uv"]).and_then(toml::Value::as_table);
    let said = [(settings.as_ref(), root), (tool(manifest), root), (tool(&project.pyproject), &project.folder)];
    let count = if *root == project.folder { 2 } else { 3 };
    for (settings, folder) in said.into_iter().take(count) {
        let places = settings.into_iter().flat_map(uv_settings::local_indexes);
        let places = places.filter_map(|place| slipway_diagnostic::join_path(folder, &place));
        needs.include.extend(places.map(|place| whole(&place)));
    }
    let defaults = uv_settings::default_groups(&project.pyproject, manifest);
    let mut groups = query.group_names();
    groups.extend(defaults.iter().filter(|_| with_dev).map(String::as_str));
    let wanted = Wanted { folder: relative(root, &project.folder), extras: query.extra_names(), groups };
    let mut folders = Folders::new();
    match workspace.closure(&wanted) {
        Some(closure) => {
            for (name, folder) in &closure.folders {
                folders.insert(name.clone(), inside(query, &path, root, folder)?);
            }
            needs.has_files = !closure.files.is_empty();
            for file in &closure.files {
                needs.include.push(inside(query, &path, root, file)?);
            }
            needs.from_git = names_git(closure.lock.as_bytes());
            // Checks may require packages that only the workspace's root names.
            if with_dev {
                needs.include.push(path);
            } else {
                needs.texts.push((path, closure.lock));
            }
            needs.locked = Some(closure.locked);
        }
        None => {
            if let Some(folder) = workspace.folders().next() {
                return Err(Diagnostic::error(
                    query.span,
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
        let groups = uv_settings::default_groups(manifest, manifest);
        let has = |group: &String| at(manifest, &["dependency-groups", group]).is_some();
        let groups: Vec<_> = groups.into_iter().filter(has).collect();
        needs.root_groups = (!groups.is_empty()).then(|| (groups, root.clone()));
    }
    Ok((needs, folders))
}
