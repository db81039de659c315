//! Java and Kotlin: projects of Maven and Gradle, their modules, and their input files.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use futures_util::FutureExt;
//! use slipway_diagnostic::{Span, Spanned};
//! use slipway_project::{Repository, java};
//!
//! let files: BTreeMap<String, Vec<u8>> = [
//!     ("settings.gradle", "include 'api', 'money', 'web'\n"),
//!     ("api/build.gradle", "sourceCompatibility = 21\ndependencies { implementation project(':money') }\n"),
//!     ("money/build.gradle", "plugins { id 'java' }\n"),
//! ]
//! .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
//! .into();
//! let repository = Repository::new(&files, None);
//! let query = java::Query {
//!     source: String::new(),
//!     module: Some(Spanned::new("api".to_owned(), Span::START)),
//!     tool: None,
//!     wrapper: None,
//!     span: Span::START,
//! };
//! let project = java::project(&repository, &query).now_or_never().unwrap().unwrap();
//! assert_eq!((project.tool, project.gradle_path.as_str()), (java::Tool::Gradle, ":api"));
//! assert_eq!(project.siblings, ["money"]);
//! assert_eq!(project.release(None, Span::START).unwrap().number, 21);
//! ```

mod files;
mod gradle;
mod inputs;
mod maven;
mod place;
mod project;
mod query;
mod read;
mod release;
mod required;
mod tool;

pub use self::inputs::Inputs;
pub use self::project::Project;
pub use self::query::Query;
pub use self::release::Release;
pub use self::tool::Tool;
use crate::{Error, Repository};

/// The project of a folder, and the module of it that is built.
///
/// # Errors
/// There is no project, or its manifests are invalid.
pub async fn project(repository: &Repository<'_>, query: &Query) -> Result<Project, Error> {
    // Only the modules are shared. Each project lists the manifests of all modules, and there may be thousands of both.
    read::read(repository, query).await
}
