//! SSH agents of steps.

use serde_json::Value;

use crate::Spanned;
use crate::decode::{Context, Decode, Schemas, schema};
use crate::yaml::{Kind, Node};

record! {
    /// An SSH agent of a step.
    pub struct SshKeys as "an SSH agent" {
        /// Its id; `--ssh default` provides `default`.
        /// Example: `default`
        id: Spanned<String>,
        /// Whether the build fails if `--ssh` does not provide it. Otherwise, the step runs without it.
        /// Default: `true`
        /// Example: `false`
        required: Option<bool>,
    }
}

/// An SSH agent of a step: its id, or a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshAgent {
    /// Its id.
    pub id: Spanned<String>,
    /// Whether the build fails if the client does not provide it.
    pub required: bool,
}

impl Decode for SshAgent {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if !matches!(node.kind, Kind::Map(_)) {
            return Some(Self { id: Spanned::decode(node, cx)?, required: true });
        }
        let SshKeys { id, required } = SshKeys::decode(node, cx)?;
        Some(Self { id, required: required.unwrap_or(true) })
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::any_of([Spanned::<String>::schema(schemas), SshKeys::schema(schemas)])
    }
}
