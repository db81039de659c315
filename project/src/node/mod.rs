//! Node.js: packages and workspaces, lockfiles, TypeScript settings, and what a package starts.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use futures_util::FutureExt;
//! use slipway_diagnostic::Span;
//! use slipway_project::{Repository, node};
//!
//! let files: BTreeMap<String, Vec<u8>> = [
//!     ("package.json", r#"{ "workspaces": ["services/*", "packages/*"] }"#),
//!     ("package-lock.json", r#"{ "lockfileVersion": 3, "packages": {} }"#),
//!     ("services/api/package.json", r#"{ "dependencies": { "@acme/money": "*" }, "scripts": { "start": "node server.js" } }"#),
//!     ("services/api/server.js", ""),
//!     ("packages/money/package.json", r#"{ "name": "@acme/money" }"#),
//!     (".nvmrc", "22\n"),
//! ]
//! .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
//! .into();
//! let repository = Repository::new(&files, None);
//! let query = node::Query {
//!     source: "services/api".to_owned(),
//!     manager: None,
//!     release: None,
//!     runs_scripts: false,
//!     span: Span::START,
//!     source_span: Span::START,
//! };
//! let project = node::project(&repository, &query).now_or_never().unwrap().unwrap();
//! assert_eq!((project.root.as_str(), project.release.number.as_str()), ("", "22"));
//! let needed = project.workspace.needed(&project.folder, false);
//! assert_eq!(needed.iter().map(|member| member.folder.as_str()).collect::<Vec<_>>(), ["packages/money"]);
//! let query = node::StartQuery { done: &[], with_dev: false, kept: &[], is_complete: true };
//! let start = project.start(&repository, &query).now_or_never().unwrap().unwrap();
//! assert!(matches!(start, node::Start::Runs(runs) if runs.words == ["server.js"]));
//! ```

mod bun;
mod closure;
mod command;
mod detect;
mod files;
mod installed;
mod jsonc;
mod lockfile;
mod manager;
mod native;
mod opened;
mod package;
mod patches;
mod patterns;
mod pnpm;
mod prisma;
mod programs;
mod project;
mod query;
mod start;
mod started;
mod tsconfig;
mod unbuilt;
mod version;
mod workspace;
mod yaml;

use std::sync::Arc;

pub use self::files::MANIFEST;
pub use self::installed::Part;
pub use self::lockfile::{Absent, Lockfile};
pub use self::manager::{Manager, ManagerName};
pub use self::native::Native;
pub use self::opened::Opened;
pub use self::package::{INSTALL_SCRIPTS, Package};
pub use self::patches::Patches;
pub use self::pnpm::WORKSPACE as PNPM_WORKSPACE;
pub use self::prisma::Schema;
pub use self::project::{Beside, NodeProject};
pub use self::query::Query;
pub use self::start::{Runs, list};
pub use self::started::{Start, StartQuery};
pub use self::tsconfig::{Settings, settings};
pub use self::unbuilt::{Unbuilt, unbuilt};
pub use self::version::Release;
pub use self::workspace::{Member, Workspace, is_in_any};
use crate::{Error, Repository};

/// The project of a package: its workspace, its lockfile, its package manager and its Node.js release.
///
/// # Errors
/// There is no project, or its files are invalid or contradict each other.
pub async fn project(repository: &Repository<'_>, query: &Query) -> Result<Arc<NodeProject>, Error> {
    let key = format!("Node.js project {}", query.key());
    repository.once(&key, async |repository| project::read(repository, query).await).await
}
