//! The dependencies in an image.

use serde_json::Value;

use super::form;
use crate::decode::{Context, Decode, Schemas, schema};
use crate::yaml::{Kind, Node};
use crate::{Diagnostic, Spanned, Template};

words! {
    /// The dependencies in an image.
    pub enum Dependencies as "set of dependencies" {
        /// Only dependencies that the program needs at run time.
        Production = "production",
        /// Also development dependencies.
        All = "all",
        /// For Node.js: only the files of these that the program reaches.
        Traced = "traced",
    }
}

record! {
    /// The traced files of dependencies, with more.
    pub struct DependencyKeys as "`dependencies`" {
        /// The files that the program reaches, and others.
        /// Example: `{ include: [dist/worker.js, node_modules/pino-pretty] }`
        traced: Spanned<TracedKeys>,
    }
}

record! {
    /// Files that a program reaches, and others.
    pub struct TracedKeys as "`traced`" {
        /// Files and folders to keep in addition, relative to the source folder, with all that their code reaches.
        /// `node_modules/NAME` is the package that code in the source folder finds.
        /// Example: `[dist/worker.js, node_modules/pino-pretty]`
        include: Vec<Template> where form::in_repository,
    }
}

/// The dependencies in an image: a word, or a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DependencySet {
    /// Which of them.
    pub set: Spanned<Dependencies>,
    /// Files and folders that a program reaches in ways that a tracer does not see.
    pub include: Vec<Template>,
    /// Whether it is the map: whoever writes it has seen what the tracer does not see.
    pub is_map: bool,
}

impl Decode for DependencySet {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if matches!(node.kind, Kind::Map(_)) {
            let traced = node.entries().iter().find(|entry| entry.key.value == "traced").map(|entry| &entry.value);
            if let Some(list) = traced.filter(|value| matches!(value.kind, Kind::Sequence(_))) {
                let found = Diagnostic::error(list.span, "`traced` is a map with `include`, not a list");
                cx.report(found.with_help("write `traced: { include: […] }`"));
                return None;
            }
            let DependencyKeys { traced } = DependencyKeys::decode(node, cx)?;
            let set = Spanned::new(Dependencies::Traced, traced.span);
            return Some(Self { set, include: traced.value.include, is_map: true });
        }
        Some(Self { set: Spanned::decode(node, cx)?, include: Vec::new(), is_map: false })
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::any_of([Spanned::<Dependencies>::schema(schemas), DependencyKeys::schema(schemas)])
    }
}
