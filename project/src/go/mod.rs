//! Go: modules and workspaces, the packages that a program imports, and what they embed.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use futures_util::FutureExt;
//! use slipway_diagnostic::{Span, Spanned};
//! use slipway_project::{Repository, go};
//!
//! let files: BTreeMap<String, Vec<u8>> = [
//!     ("go.mod", "module example.com/shop\n\ngo 1.24\n"),
//!     ("cmd/api/main.go", "package main\n\nimport \"example.com/shop/money\"\n"),
//!     ("money/money.go", "package money\n"),
//! ]
//! .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
//! .into();
//! let repository = Repository::new(&files, None);
//! let query = go::Query {
//!     source: String::new(),
//!     main: Spanned::new("cmd/api".to_owned(), Span::START),
//!     others: Vec::new(),
//!     with_workspace: true,
//!     laid_over: Vec::new(),
//!     target: go::Target { architecture: "amd64".to_owned(), ..go::Target::default() },
//!     span: Span::START,
//! };
//! let facts = async {
//!     let module = go::module(&repository, &query).await?;
//!     let packages = go::packages(&repository, &query, &module).await?;
//!     Ok::<_, slipway_project::Error>((module, packages))
//! };
//! let (module, packages) = facts.now_or_never().unwrap().unwrap();
//! assert_eq!(module.file.module.as_deref(), Some("example.com/shop"));
//! let closure = packages.closure.as_ref().unwrap();
//! assert_eq!(closure.packages.keys().collect::<Vec<_>>(), ["cmd/api", "money"]);
//! ```

mod closure;
mod constraint;
mod embed;
mod go_file;
mod go_mod;
mod go_work;
mod local;
mod main_package;
mod module;
mod package;
mod query;
mod release;
mod workspace;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::closure::{Closure, Package, Unknown};
pub use self::constraint::Target;
pub use self::embed::Embedded;
pub use self::go_mod::{GoMod, Replacement};
pub use self::go_work::GoWork;
pub use self::local::Local;
pub use self::module::{Module, ModuleKind};
pub use self::package::{main_folder, package, program};
pub use self::query::Query;
pub use self::release::Release;
pub use self::workspace::Workspace;
use crate::{Error, Repository};

/// The module of a main package, with its workspace.
///
/// # Errors
/// It does not exist, or its manifests are invalid.
pub async fn module(repository: &Repository<'_>, query: &Query) -> Result<Arc<Module>, Error> {
    let key = format!("Go module {}", query.key());
    repository.once(&key, async |repository| module::read(repository, query).await).await
}

/// The inputs of the programs of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packages {
    /// Their import closure, or why it is unknown.
    pub closure: Result<Closure, Unknown>,
    /// The main packages that could be read, by folder.
    mains: BTreeMap<String, closure::MainPackage>,
}

/// The import closure of the main packages.
///
/// # Errors
/// A folder does not exist.
pub async fn packages(repository: &Repository<'_>, query: &Query, module: &Module) -> Result<Arc<Packages>, Error> {
    let key = format!("Go packages {}", query.key());
    let packages = repository
        .once(&key, async |repository| {
            let mains: Vec<_> = query.mains().map(|main| main.value.as_str()).collect();
            let closure::Imported { closure, mains } =
                closure::follow(repository, &module.locals, &mains, &query.laid_over).await?;
            let is_missing = |folder: &String| closure.as_ref().is_ok_and(|closure| closure.missing.contains(folder));
            if let Some(main) = query.mains().find(|main| is_missing(&main.value)) {
                return Err(main_package::no_folder(repository, query, (&main.value, main.span)).await?);
            }
            Ok(Packages { closure, mains })
        })
        .await?;
    Ok(packages)
}

impl Packages {
    /// Rejects a main package that is not a program for the query's target.
    ///
    /// # Errors
    /// It is another package, or all of its files are for other targets.
    pub async fn check(&self, repository: &Repository<'_>, query: &Query) -> Result<(), Error> {
        for main in query.mains() {
            if let Some(package) = self.mains.get(&main.value) {
                main_package::check(repository, query, main, package).await?;
            }
        }
        Ok(())
    }
}
