//! Findings about files: what is wrong, where, and what to do.
//!
//! This crate is the base of the workspace. Everything that reads a user's files reports with a [`Diagnostic`]: the
//! decoder of the language, the readers of a project's manifests, plans and lint rules. Untrusted text passes through
//! [`visible`] before it is shown.
//!
//! ```
//! use slipway_diagnostic::{Diagnostic, Sources, Span};
//!
//! let mut sources = Sources::default();
//! let file = sources.add("slipway.yaml", b"images: {}\n".to_vec()).unwrap();
//! let found = Diagnostic::error(Span::start_of(file), "there is no image").with_help("add one");
//! assert_eq!(found.render(&sources), "slipway.yaml:1:1: there is no image; add one");
//! ```

mod diagnostic;
pub mod documentation;
mod path;
mod render;
mod rule;
pub mod secrets;
mod source;
mod span;
pub mod visible;

pub use diagnostic::{Diagnostic, Fix, Label, Severity, closest, keys_near};
pub use path::{join_path, strange as strange_path};
pub use rule::{RuleInfo, page_address};
pub use source::{MAX_BYTES, MAX_FILES, SourceFile, Sources};
pub use span::{FileId, Position, Span, Spanned};
pub use visible::brief;
