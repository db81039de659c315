//! Facts about a repository from its own files, for building it.
//!
//! The crate reads manifests, lockfiles, workspaces and sources, and returns facts: plain data, independent of plans,
//! build steps and images. Its only access to files is the trait [`Files`]; implement it for a folder, an archive, or
//! an engine. Readers take a [`Repository`], which reads many files at once, caches results in a [`ReadCache`], and
//! records the paths that a result depends on.
//!
//! A problem with a project is a [`Diagnostic`](slipway_diagnostic::Diagnostic). Its location is the one that the
//! caller provided: the part of its own file that names the project.

mod cache;
pub mod code_files;
mod error;
pub mod excluded_files;
mod files;
pub mod git_dependencies;
pub mod go;
pub mod java;
pub mod node;
pub mod opened_files;
pub mod paths;
pub mod python;
mod repository;
pub mod rust;
pub mod secret_files;
pub mod toml_file;
pub mod version;

pub use cache::{Paths, Read, ReadCache};
pub use error::{Error, FilesError};
pub use files::{Answer, Entry, Files};
pub use repository::{Repository, can_be};
