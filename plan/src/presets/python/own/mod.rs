//! The project itself as an installed package: what `importlib.metadata` tells a program of it where it runs.
//!
//! A manager installs a project as a link to its folder, with a few small files that say what it is called and which
//! entry points it has. Those files are written here where
//! `pyproject.toml` says all of it: they depend on nothing else, so dependencies stay a layer that no code is in. What
//! only the project's build can tell (a version that is
//! computed, modules that are compiled or generated) is taken from its build, in a step of its own.

mod built;
mod metadata;
mod release;

pub(super) use self::built::{BESIDE, readmes};

use super::VENV;
use super::local::{self, Local, Manifests};
use super::name::normal_name;
use super::needs::Needs;
use super::project::{PythonProject, Tool};
use super::sources;
use crate::presets::Context;
use crate::presets::common::at;
use crate::{LayerItem, Mount, MountKind, PlanError};

/// What an image has of the project itself beside its files.
pub(super) enum Own {
    /// Nothing: it is no package, or what installs it writes that.
    Nothing,
    /// Files in the folder of installed packages, by their paths there.
    Texts(Vec<(String, String)>),
    /// What its build makes.
    Built(Box<Local>),
}

/// What is known of the project as a package.
pub(super) async fn read(cx: &Context<'_>, project: &PythonProject, needs: &Needs) -> Result<Own, PlanError> {
    let pyproject = &project.pyproject;
    if !is_package(project) || needs.built_by_installer.iter().any(|local| local.folder == project.folder) {
        return Ok(Own::Nothing);
    }
    // A requirements file that does not name the project installs nothing of it, so nothing is built that may fail.
    let is_installed = needs.itself || !matches!(project.tool, Tool::Pip { .. });
    if is_installed {
        let manifests = Manifests::read(cx, std::iter::once(&project.folder)).await?;
        let name = ["project", "tool.poetry"].into_iter().find_map(|table| {
            let path: Vec<_> = table.split('.').chain(["name"]).collect();
            at(pyproject, &path)?.as_str()
        });
        if let (Some(manifests), Some(name)) = (manifests.first(), name) {
            let local = local::package(&normal_name(name), &project.folder, manifests);
            if built::is_needed(pyproject, &local) {
                let others = sources::members(project, needs);
                return Ok(Own::Built(Box::new(Local { others, without_readme: false, ..local })));
            }
        }
    }
    Ok(metadata::texts(pyproject).map_or(Own::Nothing, Own::Texts))
}

/// Whether its manager takes the project for a package; a program that is none has no metadata anywhere.
fn is_package(project: &PythonProject) -> bool {
    let pyproject = &project.pyproject;
    match &project.tool {
        Tool::Uv { .. } => match at(pyproject, &["tool", "uv", "package"]).and_then(toml::Value::as_bool) {
            Some(said) => said,
            None => pyproject.get("build-system").is_some(),
        },
        Tool::Poetry { .. } => {
            at(pyproject, &["tool", "poetry", "package-mode"]).and_then(toml::Value::as_bool) != Some(false)
        }
        Tool::Pip { .. } => true,
    }
}

impl Own {
    /// The package that has to be built.
    pub(super) fn built(&self) -> Option<&Local> {
        if let Self::Built(local) = self { Some(local) } else { None }
    }

    /// The files of an image.
    pub(super) fn items(&self, minor: &str) -> Vec<LayerItem> {
        let item = |(path, content): &(String, String)| LayerItem::Text {
            path: format!("{}/{path}", packages(VENV, minor)),
            content: content.clone(),
            mode: 0o644,
            owner: None,
        };
        self.texts().iter().map(item).collect()
    }

    /// The same files in a folder of a step.
    pub(super) fn mounts(&self, place: &str, minor: &str) -> Vec<Mount> {
        let mount = |(path, text): &(String, String)| Mount {
            target: format!("{}/{path}", packages(place, minor)),
            kind: MountKind::Script { text: text.clone() },
        };
        self.texts().iter().map(mount).collect()
    }

    fn texts(&self) -> &[(String, String)] {
        if let Self::Texts(texts) = self { texts } else { &[] }
    }
}

/// Where an environment has its packages.
pub(super) fn packages(venv: &str, minor: &str) -> String {
    format!("{venv}/lib/python{minor}/site-packages")
}
