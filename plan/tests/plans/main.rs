//! From specs and projects to plans, without an engine: one module per preset or subject, with printed plans next to
//! them.

#![allow(clippy::unwrap_used, clippy::panic)] // Everything here is test code.

mod bases;
mod cgo;
mod checks;
mod compress;
mod contents;
mod destinations;
mod distros;
mod docs;
mod entrypoints;
mod examinations;
mod go;
mod go_sources;
mod go_workspaces;
mod java;
mod java_files;
mod language;
mod libraries;
mod links;
mod named_paths;
mod node;
mod node_findings;
mod node_outputs;
mod node_peers;
mod node_platforms;
mod node_shared;
mod node_start;
mod node_traced;
mod node_workspaces;
mod packages;
mod private;
mod probe;
mod python;
mod python_files;
mod python_workspaces;
mod run_steps;
mod rust;
mod rust_sources;
mod scans;
mod secret_files;
mod specs;
mod static_files;
mod support;
mod users;
