//! Python: projects of uv, Poetry and pip, the contents of their environments, and the commands that they provide.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use futures_util::FutureExt;
//! use slipway_diagnostic::Span;
//! use slipway_project::{Repository, python};
//!
//! let files: BTreeMap<String, Vec<u8>> = [
//!     (".python-version", "3.13\n"),
//!     ("requirements.txt", "flask==3.1\n./libs/money\n"),
//!     ("libs/money/pyproject.toml", "[project]\nname = 'money'\nversion = '1'\ndependencies = ['babel']\n"),
//! ]
//! .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
//! .into();
//! let repository = Repository::new(&files, None);
//! let query = python::Query {
//!     folder: String::new(),
//!     tool: None,
//!     requirements: None,
//!     python: None,
//!     extras: Vec::new(),
//!     groups: Vec::new(),
//!     env: Vec::new(),
//!     options: Vec::new(),
//!     own_file: "slipway.yaml".to_owned(),
//!     checkout: "/src".to_owned(),
//!     span: Span::START,
//! };
//! let facts = async {
//!     let project = python::project(&repository, &query).await?;
//!     let needs = python::needs(&repository, &query, &project, false).await?;
//!     Ok::<_, slipway_project::Error>((project, needs))
//! };
//! let (project, needs) = facts.now_or_never().unwrap().unwrap();
//! assert_eq!((project.version.as_str(), project.tool.word()), ("3.13", "pip"));
//! assert_eq!(needs.named.iter().collect::<Vec<_>>(), ["babel", "flask"]);
//! assert_eq!(needs.locals.first().map(|local| local.folder.as_str()), Some("libs/money"));
//! ```

mod documents;
mod entry_points;
mod environment;
mod local;
mod name;
mod named_files;
mod needs;
mod own;
mod poetry_lock;
mod project;
mod query;
mod requirements;
mod roots;
mod tool;
mod uv_lock;
mod uv_part;
mod uv_settings;
mod version;
mod wheels;

use std::sync::Arc;

pub use self::documents::Documents;
pub use self::entry_points::console_scripts;
pub use self::environment::{Absent, Environment, Suggestion};
pub use self::local::Local;
pub use self::name::normal_name;
pub use self::needs::Needs;
pub use self::own::{OwnPackage, readmes};
pub use self::project::PythonProject;
pub use self::query::{Query, ToolName};
pub use self::tool::Tool;
pub use self::wheels::{Locked, manylinux, native, without_wheel};
use crate::{Error, Repository};

/// The project in the query's folder.
///
/// # Errors
/// There is no project, or its manifests are invalid.
pub async fn project(repository: &Repository<'_>, query: &Query) -> Result<Arc<PythonProject>, Error> {
    let key = format!("Python project {}", query.key());
    repository.once(&key, async |repository| project::read(repository, query).await).await
}

/// What a project requires at run time; with `with_dev`, also for development.
///
/// # Errors
/// A lockfile or a requirements file is invalid, or names something that does not exist.
pub async fn needs(
    repository: &Repository<'_>,
    query: &Query,
    project: &PythonProject,
    with_dev: bool,
) -> Result<Arc<Needs>, Error> {
    let key = format!("Python needs {with_dev} {}", query.key());
    repository.once(&key, async |repository| needs::read(repository, query, project, with_dev).await).await
}

/// What an image requires from the project itself in addition to its files; `needs` are the project's, with or without
/// those for development.
///
/// # Errors
/// Its manifests are invalid.
pub async fn own_package(
    repository: &Repository<'_>,
    query: &Query,
    project: &PythonProject,
    needs: &Needs,
) -> Result<OwnPackage, Error> {
    own::read(repository, query, project, needs).await
}

/// Folders that modules are imported from, relative to the project's, in the order of the path.
///
/// # Errors
/// The files cannot be read.
pub async fn roots(repository: &Repository<'_>, project: &PythonProject) -> Result<Vec<String>, Error> {
    roots::roots(repository, &project.folder, &project.pyproject).await
}

/// Documents at the top of the project's folder that its program opens. `members` are folders of other packages.
///
/// # Errors
/// The files cannot be read.
pub async fn documents(
    repository: &Repository<'_>,
    query: &Query,
    members: &[String],
) -> Result<Arc<Documents>, Error> {
    let Query { folder, own_file, .. } = query;
    let key = format!("Python documents {folder:?} {own_file:?} {members:?}");
    repository.once(&key, async |repository| documents::read(repository, query, members).await).await
}
