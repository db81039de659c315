//! Rust: Cargo packages and workspaces, their programs, and the files that code names.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use futures_util::FutureExt;
//! use slipway_diagnostic::Span;
//! use slipway_project::{Repository, rust};
//!
//! let files: BTreeMap<String, Vec<u8>> = [
//!     ("Cargo.toml", "[workspace]\nmembers = [\"api\", \"money\"]\n"),
//!     ("Cargo.lock", "version = 4\n"),
//!     ("api/Cargo.toml", "[package]\nname = \"api\"\n\n[dependencies]\nmoney.path = \"../money\"\n"),
//!     ("api/src/main.rs", "const API: &str = include_str!(\"../../api.json\");\n"),
//!     ("money/Cargo.toml", "[package]\nname = \"money\"\n"),
//!     ("api.json", "{}"),
//! ]
//! .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
//! .into();
//! let repository = Repository::new(&files, None);
//! let query = rust::Query {
//!     source: "api".to_owned(),
//!     bins: Vec::new(),
//!     packages: Vec::new(),
//!     features: Vec::new(),
//!     span: Span::START,
//! };
//! let facts = async {
//!     let project = rust::project(&repository, &query).await?;
//!     let programs = rust::programs(&repository, &query, &project.workspace).await?;
//!     let code = rust::code(&repository, &query, &project.workspace, &programs).await?;
//!     Ok::<_, slipway_project::Error>((project, programs, code))
//! };
//! let (project, programs, code) = facts.now_or_never().unwrap().unwrap();
//! assert_eq!(programs[0].name, "api");
//! assert_eq!(Vec::from_iter(project.workspace.closure(&programs[0].package)), ["api", "money"]);
//! assert_eq!(Vec::from_iter(&code.elsewhere), ["api.json"]);
//! ```

mod code;
mod members;
mod mentions;
mod package;
mod program;
mod project;
mod query;
mod targets;
mod tools;
mod workspace;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use self::code::{Code, left_out};
pub use self::package::{Package, Stub};
pub use self::program::Program;
pub use self::project::{Project, Release};
pub use self::query::Query;
pub use self::workspace::Workspace;
use crate::{Error, Repository};

/// The project of a folder.
///
/// # Errors
/// There is no project, or its manifests are invalid.
pub async fn project(repository: &Repository<'_>, query: &Query) -> Result<Project, Error> {
    project::project(repository, query).await
}

/// The programs to build, at least one.
///
/// # Errors
/// There is none, there are several to choose from, or Cargo would not build one.
pub async fn programs(
    repository: &Repository<'_>,
    query: &Query,
    workspace: &Workspace,
) -> Result<Arc<Vec<Program>>, Error> {
    let key = format!("Rust programs {}", query.key());
    repository.once(&key, async |repository| program::programs(repository, query, workspace).await).await
}

/// What the code names of the packages that programs are compiled from.
///
/// # Errors
/// The files cannot be read.
pub async fn code(
    repository: &Repository<'_>,
    query: &Query,
    workspace: &Workspace,
    programs: &[Program],
) -> Result<Arc<Code>, Error> {
    let packages: BTreeSet<_> = programs.iter().map(|program| program.package.as_str()).collect();
    let key = format!("Rust code {:?} {packages:?}", query.source);
    repository.once(&key, async |repository| code::code(repository, workspace, &packages).await).await
}
