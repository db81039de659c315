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
mod include;
mod map;
mod merge;
pub mod model;
mod path;
mod reference;
mod rule;
mod source;
mod span;
mod template;
pub mod unavailable;
pub mod visible;
pub mod yaml;

pub use cycles::Chains;
pub use decode::Name;
pub use diagnostic::{Diagnostic, Fix, Label, Severity};
pub use include::{IncludeRequest, Loader};
pub use map::Map;
pub use model::Spec;
pub use path::{join_path, strange as strange_path};
pub use reference::{Page, reference};
pub use rule::RuleInfo;
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

/// Reads a spec that consists of one file. One that includes others needs a [`Loader`].
#[must_use]
pub fn parse(name: impl Into<String>, bytes: Vec<u8>) -> Parsed {
    let mut loader = Loader::new(name, bytes);
    while let Some(request) = loader.next_request() {
        loader.supply(&request, Err("only one file was given".to_owned()));
    }
    loader.finish()
}

/// Findings that one run reports at most.
const MAX_REPORTED: usize = 100;

/// Reads a spec from its tree, about which something may have been found already.
fn read(root: &yaml::Node, found: Vec<Diagnostic>) -> Result<Spec, Vec<Diagnostic>> {
    let mut cx = decode::Context::default();
    let spec = model::decode_spec(root, found.is_empty(), &mut cx);
    let (findings, more) = cx.into_findings();
    match spec {
        Some(spec) if findings.is_empty() && found.is_empty() => Ok(spec),
        _ => Err(in_order(found.into_iter().chain(findings).collect(), more)),
    }
}

/// Findings in the order of the files, and how many more there are than a reader bears.
fn in_order(mut diagnostics: Vec<Diagnostic>, more: usize) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|diagnostic| diagnostic.primary.span);
    diagnostics.dedup();
    let more = more + diagnostics.len().saturating_sub(MAX_REPORTED);
    if let (1.., Some(last)) = (more, diagnostics.get(MAX_REPORTED - 1)) {
        let rest = Diagnostic::error(last.primary.span, format!("{more} more errors are not shown"))
            .with_help("correct these first");
        diagnostics.truncate(MAX_REPORTED);
        diagnostics.push(rest);
    }
    diagnostics.into_iter().map(Diagnostic::shortened).collect()
}
