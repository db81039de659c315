//! Images in an OCI layout of the client.

use std::sync::Arc;

use buildkit_proto::keys::attrs;

use super::{Source, normalize_reference};
use crate::{Annotations, Cap, Output, Platform, annotate::annotated};

/// The file system of an image in an OCI layout of the client. Since BuildKit v0.11.
///
/// Docker's classic image store (observed with 28.5) lists the capability, but does not support this source.
///
/// ```
/// use buildkit_llb::prelude::*;
///
/// let digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// let base = OciLayout::new("base", digest).session("s1").store("store").into_output();
/// # assert!(!base.is_scratch());
/// ```
#[derive(Clone, Debug)]
pub struct OciLayout {
    reference: String,
    session: Option<String>,
    store: Option<String>,
    layer_limit: Option<u32>,
    platform: Option<Platform>,
    annotations: Annotations,
}

annotated!(OciLayout);

impl OciLayout {
    /// An image by any name and its digest, `sha256:…`. The engine requires the digest, and a slash in the name: one
    /// without a slash is completed as in Docker.
    #[must_use]
    pub fn new(name: impl AsRef<str>, digest: impl AsRef<str>) -> Self {
        let reference = format!("{}@{}", name.as_ref(), digest.as_ref());
        Self {
            reference: if name.as_ref().contains('/') { reference } else { normalize_reference(&reference) },
            session: None,
            store: None,
            layer_limit: None,
            platform: None,
            annotations: Annotations::new(),
        }
    }

    /// The session with the layout.
    #[must_use]
    pub fn session(mut self, id: impl Into<String>) -> Self {
        self.session = Some(id.into()).filter(|id| !id.is_empty());
        self
    }

    /// The name of the layout in that session; the default is the name of the image.
    #[must_use]
    pub fn store(mut self, id: impl Into<String>) -> Self {
        self.store = Some(id.into()).filter(|id| !id.is_empty());
        self
    }

    /// Only the lowest layers, up to a number.
    #[must_use]
    pub fn layer_limit(mut self, layers: u32) -> Self {
        self.layer_limit = Some(layers);
        self
    }

    /// The platform of the image.
    #[must_use]
    pub fn platform(mut self, platform: impl Into<Platform>) -> Self {
        self.platform = Some(platform.into());
        self
    }

    /// The image's file system.
    #[must_use]
    pub fn into_output(self) -> Output {
        let identifier = format!("{}{}", attrs::SCHEME_OCI_LAYOUT, self.reference);
        let mut source = Source::new(identifier, Cap::SourceOciLayout, self.annotations);
        source.platform = self.platform.map(Arc::new);
        source.optional(attrs::OCI_SESSION_ID, self.session);
        source.optional(attrs::OCI_STORE_ID, self.store);
        source.optional(attrs::OCI_LAYER_LIMIT, self.layer_limit);
        source.into_output()
    }
}
