//! A Python project according to its own files: the tool that installs its dependencies, the lockfile, and the Python
//! version.

use super::poetry_lock::{self, PoetryLock};
use super::query::{Query, ToolName};
use super::tool::{Found, Tool, choose};
use super::uv_lock;
use super::version::{self, Candidates};
use crate::paths::in_folder;
use crate::toml_file::{self, at};
use crate::version::is_version;
use crate::{Error, Repository};

/// A Python project.
#[derive(Debug, Clone, PartialEq)]
pub struct PythonProject {
    /// Its folder in the context.
    pub folder: String,
    /// The tool that installs its dependencies.
    pub tool: Tool,
    /// Its `pyproject.toml`; empty if there is none.
    pub pyproject: toml::Table,
    /// The Python version, as in the tag of an image.
    pub version: String,
    /// What selected the version, the tool and the workspace, in words.
    pub notes: Vec<String>,
}

/// The default release of uv: it reads the lockfiles of earlier releases.
const UV: &str = "0.13.9";
/// The release of Poetry for a lockfile that does not name its own.
const POETRY: &str = "2.1.4";
/// Files that may contain requirements for development.
const DEV_REQUIREMENTS: [&str; 4] =
    ["requirements-dev.txt", "requirements_dev.txt", "dev-requirements.txt", "requirements/dev.txt"];
/// Lockfiles of unsupported tools, and the commands that convert them to requirements.
const OTHER_LOCKS: [(&str, &str); 2] =
    [("Pipfile.lock", "pipenv requirements > requirements.txt"), ("pdm.lock", "pdm export -o requirements.txt")];
/// The maximum number of folders above a project to search for the lockfile of its workspace.
const ABOVE: usize = 8;

/// Reads the manifests of a project.
pub(super) async fn read(repository: &Repository<'_>, query: &Query) -> Result<PythonProject, Error> {
    let Query { folder, span, .. } = query;
    let span = *span;
    let file = |name: &str| in_folder(folder, name);
    let requirements = query.requirements.as_ref().map_or("requirements.txt", |path| &path.value);
    let above: Vec<String> = above(folder).collect();
    let mut paths: Vec<_> = ["pyproject.toml", "uv.lock", "poetry.lock", ".python-version"].map(file).to_vec();
    paths.push(file(requirements));
    paths.extend(DEV_REQUIREMENTS.map(file));
    paths.extend(OTHER_LOCKS.map(|(name, _)| file(name)));
    for folder in &above {
        paths.extend(["pyproject.toml", "uv.lock", ".python-version"].map(|name| in_folder(folder, name)));
    }
    let mut files = repository.manifests(&paths).await?.into_iter();
    let mut next = || files.next().flatten();
    let (pyproject, uv_lock, poetry_lock, python_version, pip) = (next(), next(), next(), next(), next());
    let dev = DEV_REQUIREMENTS.map(|name| next().map(|_| name)).into_iter().flatten().next();
    let other = OTHER_LOCKS.map(|other| next().map(|_| other)).into_iter().flatten().next();
    let mut version_files = vec![(file(".python-version"), python_version)];
    let mut workspace = None;
    for folder in above {
        let (manifest, lock, version) = (next(), next(), next());
        if workspace.is_none() {
            let path = in_folder(&folder, ".python-version");
            version_files.push((path, version));
        }
        if let (Some(manifest), Some(lock), None) = (manifest, lock, &workspace) {
            let manifest = toml_file::parse(&manifest, &in_folder(&folder, "pyproject.toml"), span)?;
            if at(&manifest, &["tool", "uv", "workspace"]).is_some() {
                workspace = Some((folder, manifest, lock));
            }
        }
    }

    let pyproject_path = file("pyproject.toml");
    let pyproject = pyproject.map(|bytes| toml_file::parse(&bytes, &pyproject_path, span)).transpose()?;
    // A lockfile above is the project's own if it names the project. Otherwise the project is not a member of the
    // workspace.
    let workspace = match workspace {
        Some((folder, manifest, lock)) => {
            let workspace = uv_lock::workspace(repository, &lock, &in_folder(&folder, "uv.lock"), span).await?;
            Some((folder, manifest, workspace))
        }
        None => None,
    };
    let is_member = workspace.as_ref().is_some_and(|(above, _, workspace)| workspace.may_have(relative(above, folder)));
    let only_above = uv_lock.is_none() && is_member && pyproject.is_some();
    let not_a_member_of = workspace.as_ref().filter(|_| !is_member && pyproject.is_some());
    let found = Found {
        uv: uv_lock.is_some() || only_above,
        poetry: poetry_lock.is_some(),
        pip: pip.is_some(),
        other,
        not_a_member_of: not_a_member_of.map(|(above, ..)| in_folder(above, "uv.lock")),
    };
    let (tool, why) = choose(query, &found, requirements, pyproject.as_ref())?;
    let pyproject = pyproject.unwrap_or_default();
    let files = version_files.into_iter();
    let files = files.filter_map(|(path, bytes)| Some((path, String::from_utf8_lossy(&bytes?).into_owned())));
    let mut candidates = Candidates { files: files.collect(), requirements: Vec::new() };
    candidates.manifest(&pyproject, &pyproject_path);
    let mut notes = Vec::new();
    let tool = match tool {
        ToolName::Pip => {
            Tool::Pip { dev: dev.map(str::to_owned).filter(|dev| dev != requirements), main: requirements.to_owned() }
        }
        ToolName::Uv => {
            let (root, manifest, workspace) = match (uv_lock, workspace) {
                (None, Some(above)) => above,
                (bytes, _) => {
                    let bytes = bytes.unwrap_or_default();
                    let workspace = uv_lock::workspace(repository, &bytes, &file("uv.lock"), span).await?;
                    (folder.clone(), pyproject.clone(), workspace)
                }
            };
            let path = in_folder(&root, "uv.lock");
            if root != *folder {
                notes.push(format!("a member of the workspace that `{path}` locks"));
            }
            // If members differ, the lockfile has the range that all of them allow.
            let all = workspace.requires_python.clone();
            candidates.requirements.extend(all.map(|text| ("requires-python", text, path)));
            let wanted = [&pyproject, &manifest]
                .into_iter()
                .find_map(|manifest| at(manifest, &["tool", "uv", "required-version"])?.as_str());
            let exact = wanted.and_then(|wanted| wanted.strip_prefix("==")).map(str::trim);
            let version = exact.filter(|version| is_version(version)).unwrap_or(UV).to_owned();
            Tool::Uv { version, root, manifest, workspace }
        }
        ToolName::Poetry => {
            let bytes = poetry_lock.unwrap_or_default();
            let lock = PoetryLock::read(&toml_file::parse(&bytes, &file("poetry.lock"), span)?);
            Tool::Poetry { version: poetry_lock::version(&bytes).unwrap_or(POETRY).to_owned(), lock }
        }
    };
    let version = version::choose(query, &candidates)?;
    notes.push(format!("Python {}, from {}", version.text, version.place));
    notes.push(format!("dependencies by {}, {why}", tool.describe()));
    Ok(PythonProject { folder: folder.clone(), tool, pyproject, version: version.text, notes })
}

/// Folders above a folder, the nearest first; the context itself is the empty path.
fn above(folder: &str) -> impl Iterator<Item = String> {
    let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let above: Vec<_> = (0..parts.len()).map(|count| parts.get(..count).unwrap_or_default().join("/")).collect();
    above.into_iter().rev().take(ABOVE)
}

/// A folder relative to one above it.
pub(super) fn relative<'f>(above: &str, folder: &'f str) -> &'f str {
    folder.strip_prefix(above).unwrap_or(folder).trim_start_matches('/')
}

impl PythonProject {
    /// The minor version: `3.11` for `3.11.4`.
    #[must_use]
    pub fn minor(&self) -> String {
        self.version.split('.').take(2).collect::<Vec<_>>().join(".")
    }
}
