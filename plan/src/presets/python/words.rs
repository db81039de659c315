//! The arguments of the installer.

use slipway_project::python::{Needs, PythonProject, Query, Tool};
use slipway_project::toml_file::at;

/// The arguments for a project's dependencies, with or without those for development.
pub(super) fn words(query: &Query, project: &PythonProject, needs: &Needs, with_dev: bool) -> Vec<String> {
    let mut words = Vec::new();
    let mut say = |option: &str, value: &str| words.extend([option.to_owned(), value.to_owned()]);
    match &project.tool {
        Tool::Uv { .. } => {
            query.extras.iter().for_each(|extra| say("--extra", extra));
            query.groups.iter().for_each(|group| say("--group", group));
            needs.locals.iter().for_each(|local| say("--no-install-package", &local.name));
            if !with_dev {
                let has_defaults = at(&project.pyproject, &["tool", "uv", "default-groups"]).is_some();
                let without = std::iter::once("--no-dev").chain(has_defaults.then_some("--no-default-groups"));
                words.splice(0..0, without.map(str::to_owned));
            }
        }
        Tool::Poetry { .. } => {
            if with_dev {
                query.groups.iter().for_each(|group| say("--with", group));
            } else {
                // `--only` excludes everything in `--with`, so one option contains all of them.
                let groups = query.groups.iter().map(|group| group.value.as_str());
                let only: Vec<_> = std::iter::once("main").chain(groups).collect();
                say("--only", &only.join(","));
            }
            query.extras.iter().for_each(|extra| say("--extras", extra));
            if !needs.locals.is_empty() {
                words.push("--no-directory".to_owned());
            }
        }
        Tool::Pip { .. } => needs.files.iter().for_each(|file| say("-r", file)),
    }
    words
}
