//! The user's view, on a real engine: one module per subject.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // Everything here is test code.

mod bases;
mod caches;
mod calls;
mod cancel;
mod cgo;
mod classic;
mod contexts;
mod destinations;
mod dockerfiles;
mod errors;
mod finished_image;
mod frameworks;
mod fresh_runner;
mod frontend_image;
mod gates;
mod git_dependencies;
mod go_workspace;
mod health;
mod hello;
mod image_tests;
mod includes;
mod java_workspace;
mod limits;
mod monorepo;
mod named_paths;
mod node_local;
mod node_outputs;
mod node_workspace;
mod options;
mod packages;
mod platforms;
mod policy;
mod polyglot;
mod private;
mod probe;
mod python_repository;
mod python_workspace;
mod rebuilds;
mod run_steps;
mod rust_workspace;
mod stages;
mod static_site;
mod subrequests;
mod users;
