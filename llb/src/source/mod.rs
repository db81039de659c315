//! Sources: ops that add files from outside the graph.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    Annotations, Cap, CapSet, Output, Platform,
    output::{Envelope, Inputs, Kind},
};

mod blob;
mod git;
mod git_url;
mod http;
mod image;
mod json_list;
mod local;
mod oci_layout;
mod reference;

pub use blob::Blob;
pub use git::{Git, GitMtime, GitSignature, SignedTag};
pub use http::{Http, HttpSignature};
pub use image::{Image, RecordType, ResolveMode};
pub use local::{Differ, Local, MetadataTransfer};
pub use oci_layout::OciLayout;
pub use reference::normalize_reference;

/// A source op under construction.
struct Source {
    identifier: String,
    attrs: BTreeMap<&'static str, String>,
    caps: CapSet,
    platform: Option<Arc<Platform>>,
    annotations: Annotations,
}

impl Source {
    fn new(identifier: String, cap: Cap, annotations: Annotations) -> Self {
        Self { identifier, attrs: BTreeMap::new(), caps: CapSet::from([cap]), platform: None, annotations }
    }

    fn attr(&mut self, key: &'static str, value: impl Into<String>) {
        self.attrs.insert(key, value.into());
    }

    /// An attribute that is set only if it has a value.
    fn optional(&mut self, key: &'static str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.attr(key, value.to_string());
        }
    }

    /// An attribute that is set only if it has a value, and then requires a capability.
    fn gated(&mut self, key: &'static str, value: Option<impl ToString>, cap: Cap) {
        if value.is_some() {
            self.caps.insert(cap);
        }
        self.optional(key, value);
    }

    /// An attribute that is `true` or absent.
    fn flag(&mut self, key: &'static str, value: bool, cap: Cap) {
        self.gated(key, value.then_some("true"), cap);
    }

    fn into_output(self) -> Output {
        let envelope = Envelope {
            inputs: Inputs::default(),
            platform: self.platform.clone(),
            result_platform: self.platform,
            annotations: self.annotations,
            caps: self.caps,
        };
        let node = envelope.seal(Kind::Source, |w| {
            w.string(1, &self.identifier);
            w.string_map(2, self.attrs.iter().map(|(k, v)| (*k, v.as_str())));
        });
        Output::new(Arc::new(node), 0)
    }
}
