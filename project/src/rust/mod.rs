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
//!     bin: None,
//!     package: None,
//!     features: Vec::new(),
//!     span: Span::START,
//! };
//! let facts = async {
//!     let project = rust::project(&repository, &query).await?;
//!     let program = rust::program(&repository, &query, &project.workspace).await?;
//!     let code = rust::code(&repository, &query, &project.workspace, &program).await?;
//!     Ok::<_, slipway_project::Error>((project, program, code))
//! };
//! let (project, program, code) = facts.now_or_never().unwrap().unwrap();
//! assert_eq!(program.name, "api");
//! assert_eq!(Vec::from_iter(project.workspace.closure(&program.package)), ["api", "money"]);
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

/// The program to build.
///
/// # Errors
/// There is none, there are several, or Cargo would not build it.
pub async fn program(repository: &Repository<'_>, query: &Query, workspace: &Workspace) -> Result<Arc<Program>, Error> {
    let key = format!("Rust program {}", query.key());
    repository.once(&key, async |repository| program::program(repository, query, workspace).await).await
}

/// What the code names of the packages that a program is compiled from.
///
/// # Errors
/// The files cannot be read.
pub async fn code(
    repository: &Repository<'_>,
    query: &Query,
    workspace: &Workspace,
    program: &Program,
) -> Result<Arc<Code>, Error> {
    let key = format!("Rust code {:?} {:?}", query.source, program.package);
    repository.once(&key, async |repository| code::code(repository, workspace, &program.package).await).await
}
