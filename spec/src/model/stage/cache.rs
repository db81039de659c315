//! Cache mounts.

use serde_json::Value;

use crate::Template;
use crate::decode::{Context, Decode, Schemas, schema};
use crate::yaml::{Kind, Node};

words! {
    /// How concurrent steps share a cache mount.
    pub enum CacheSharing as "sharing mode" {
        /// Both write at the same time.
        Shared = "shared",
        /// One waits for the other.
        Locked = "locked",
        /// Each has a separate copy.
        Private = "private",
    }
}

record! {
    /// A cache mount.
    pub struct CacheKeys as "a cache" {
        /// The folder in the step.
        /// Example: `/root/.cache/buf`
        target: Template,
        /// The id of the cache mount; steps with the same id share it.
        /// Default: derived from the stage and the folder
        /// Example: `buf`
        id: Option<Template>,
        /// How concurrent steps share it.
        /// Example: `locked`
        /// Default: `shared`
        sharing: Option<CacheSharing>,
    }
}

/// A cache mount: its path in the step, or a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheFolder {
    /// The folder in the step.
    pub target: Template,
    /// The id of the cache mount.
    pub id: Option<Template>,
    /// How concurrent steps share it.
    pub sharing: CacheSharing,
}

impl Decode for CacheFolder {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if !matches!(node.kind, Kind::Map(_)) {
            return Some(Self { target: Template::decode(node, cx)?, id: None, sharing: CacheSharing::Shared });
        }
        let CacheKeys { target, id, sharing } = CacheKeys::decode(node, cx)?;
        Some(Self { target, id, sharing: sharing.unwrap_or(CacheSharing::Shared) })
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::any_of([Template::schema(schemas), CacheKeys::schema(schemas)])
    }
}
