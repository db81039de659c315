//! The project itself as an installed package: what `importlib.metadata` returns to its program.
//!
//! A package manager installs a project as a link to its folder, with a few small files that contain its name and its
//! entry points. If `pyproject.toml` has all of their contents, these files are written here: they depend on nothing
//! else, so dependencies are a layer without code. What only the project's build knows, such as a computed version, or
//! compiled or generated modules, must come from its build.

mod built;
mod metadata;
mod release;

pub use self::built::readmes;
use super::local::{self, Local, Manifests};
use super::name::normal_name;
use super::needs::Needs;
use super::project::PythonProject;
use super::query::Query;
use super::tool::Tool;
use crate::toml_file::at;
use crate::{Error, Repository};

/// What an image requires from the project itself in addition to its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnPackage {
    /// Nothing: it is not a package, or its installer writes the files.
    Nothing,
    /// Texts in the folder of installed packages, by path.
    Texts(Vec<(String, String)>),
    /// The result of its build.
    Built(Box<Local>),
}

/// Reads what an image requires from the project itself.
pub(super) async fn read(
    repository: &Repository<'_>,
    query: &Query,
    project: &PythonProject,
    needs: &Needs,
) -> Result<OwnPackage, Error> {
    let pyproject = &project.pyproject;
    if !is_package(project) || needs.built_by_installer.iter().any(|local| local.folder == project.folder) {
        return Ok(OwnPackage::Nothing);
    }
    // A requirements file without the project does not install it, so its build, which may fail, does not run.
    let is_installed = needs.itself || !matches!(project.tool, Tool::Pip { .. });
    if is_installed {
        let manifests = Manifests::read(repository, std::iter::once(&project.folder), query.span).await?;
        let name = ["project", "tool.poetry"].into_iter().find_map(|table| {
            let path: Vec<_> = table.split('.').chain(["name"]).collect();
            at(pyproject, &path)?.as_str()
        });
        if let (Some(manifests), Some(name)) = (manifests.first(), name) {
            let local = local::package(&normal_name(name), &project.folder, manifests);
            if built::is_needed(pyproject, &local) {
                let others = needs.members(project);
                return Ok(OwnPackage::Built(Box::new(Local { others, without_readme: false, ..local })));
            }
        }
    }
    Ok(metadata::texts(pyproject).map_or(OwnPackage::Nothing, OwnPackage::Texts))
}

/// Whether its package manager treats the project as a package. Other projects have no metadata.
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

impl OwnPackage {
    /// The package to build.
    #[must_use]
    pub fn built(&self) -> Option<&Local> {
        if let Self::Built(local) = self { Some(local) } else { None }
    }

    /// The generated texts.
    #[must_use]
    pub fn texts(&self) -> &[(String, String)] {
        if let Self::Texts(texts) = self { texts } else { &[] }
    }
}
