//! The Slipway language: YAML in, a typed [`Spec`] out, or [`Diagnostic`]s that say what is wrong, where, and what to do.
//!
//! The crate knows text and nothing else: no BuildKit, no file system, no network. Reading goes through three steps, each a module:
//!
//! 1. [`yaml`]: text to a tree of nodes that know their [`Span`]s, within fixed budgets;
//! 2. [`decode`]: nodes to typed values, strict about keys and types, collecting every error rather than the first;
//! 3. [`model`]: the types of the language themselves, one file a noun.
//!
//! Text that may hold `${NAME}` stays a [`Template`] until the arguments of a build are known.

mod cycles;
#[macro_use]
pub mod decode;
mod diagnostic;
mod map;
mod merge;
pub mod model;
mod source;
mod span;
mod template;
pub mod yaml;

pub use diagnostic::{Diagnostic, Label, Severity};
pub use map::Map;
pub use model::Spec;
pub use source::{SourceFile, Sources};
pub use span::{FileId, Position, Span, Spanned};
pub use template::{Scope, Template};

/// A spec as it was read: its files, and what they say or what is wrong with them.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The files.
    pub sources: Sources,
    /// What they say; or every problem found, in the order of the files, never an empty list.
    pub spec: Result<Spec, Vec<Diagnostic>>,
}

/// Reads a spec that consists of one file.
#[must_use]
pub fn parse(name: impl Into<String>, bytes: Vec<u8>) -> Parsed {
    let mut sources = Sources::default();
    let spec = sources
        .add(name, bytes)
        .map_err(|diagnostic| *diagnostic)
        .and_then(|id| sources.get(id).map_or_else(|| Err(Diagnostic::error(Span::START, "")), yaml::parse))
        .map_err(|diagnostic| vec![diagnostic])
        .and_then(|root| read(&root));
    Parsed { sources, spec }
}

/// Reads a spec from its tree.
fn read(root: &yaml::Node) -> Result<Spec, Vec<Diagnostic>> {
    let mut cx = decode::Context::default();
    let spec = model::decode_spec(root, &mut cx);
    let mut diagnostics = cx.into_diagnostics();
    match spec {
        Some(spec) if diagnostics.is_empty() => Ok(spec),
        _ => {
            diagnostics.sort_by_key(|diagnostic| diagnostic.primary.span);
            // What several images inherit is wrong once.
            diagnostics.dedup();
            Err(diagnostics)
        }
    }
}
