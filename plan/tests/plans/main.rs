//! From specs and projects to plans, without an engine: one module per preset or subject, with printed plans next to
//! them.

#![allow(clippy::unwrap_used, clippy::panic)] // Everything here is test code.

mod cgo;
mod contents;
mod destinations;
mod docs;
mod go;
mod java;
mod java_files;
mod language;
mod named_paths;
mod node;
mod node_workspaces;
mod packages;
mod private;
mod python;
mod python_files;
mod rust;
mod secret_files;
mod specs;
mod static_files;
mod support;
