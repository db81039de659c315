//! The Slipway language: YAML in, a typed [`Spec`] out, or [`Diagnostic`]s with what is wrong, where, and what to do.
//!
//! The crate works on text only: no BuildKit, no file system, no network. Reading has three steps, each a module:
//!
//! 1. [`yaml`]: text to a tree of nodes with [`Span`]s, within fixed budgets;
//! 2. [`decode`]: nodes to typed values. It is strict about keys and types, and collects every error instead of
//!    stopping at the first;
//! 3. [`model`]: the types of the language, one file per noun.
//!
//! Text that may contain `${NAME}` stays a [`Template`] until the arguments of a build are known.

mod cycles;
#[macro_use]
pub mod decode;
mod include;
mod map;
mod merge;
pub mod model;
mod read;
mod reference;
mod template;
pub mod yaml;

pub use cycles::Order;
pub use decode::{Name, PLATFORM_ARGS};
pub use include::{IncludeRequest, Loader};
pub use map::Map;
pub use model::Spec;
pub use read::Parsed;
pub use reference::{Page, reference};
pub use slipway_diagnostic::{
    Diagnostic, FileId, Fix, Label, Position, RuleInfo, Severity, SourceFile, Sources, Span, Spanned, documentation,
    join_path, page_address, secrets, strange_path, visible,
};
pub use template::{Scope, Template};

/// Reads a spec that consists of one file. A spec with includes needs a [`Loader`].
#[must_use]
pub fn parse(name: impl Into<String>, bytes: Vec<u8>) -> Parsed {
    let mut loader = Loader::new(name, bytes);
    while let Some(request) = loader.next_request() {
        loader.supply(&request, Err("only one file was given".to_owned()));
    }
    loader.finish()
}
