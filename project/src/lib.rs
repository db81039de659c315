//! What a repository's own files say of how it is built.
//!
//! The crate reads manifests, lockfiles, workspaces and sources, and answers with facts: plain data, without knowledge
//! of plans, build steps or images. Its only door is the trait [`Files`]; implement it for a folder, an archive, or an
//! engine that holds the files. Readers take a [`Repository`], which asks for many files at once, remembers answers in a
//! [`ReadCache`], and records which paths an answer depends on.
//!
//! What is wrong with a project is a [`Diagnostic`](slipway_diagnostic::Diagnostic) whose place is the one that the
//! caller asked with: the part of its own file that names the project.

mod cache;
pub mod code_files;
mod error;
pub mod excluded_files;
mod files;
pub mod git_dependencies;
pub mod go;
pub mod java;
pub mod opened_files;
pub mod paths;
mod repository;
pub mod rust;
pub mod toml_file;
pub mod version;

pub use cache::{Paths, Read, ReadCache};
pub use error::{Error, FilesError};
pub use files::{Answer, Entry, Files};
pub use repository::{Repository, can_be};
