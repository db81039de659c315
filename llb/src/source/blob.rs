//! Single blobs of a registry or an OCI layout, as one file.

use buildkit_proto::keys::attrs;

use super::{Source, reference::normalize_reference};
use crate::{Annotations, Cap, Output, annotate::annotated};

/// One blob, as a file. Since BuildKit v0.28.
///
/// ```
/// use buildkit_llb::prelude::*;
///
/// let digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// let model = Blob::in_registry("ghcr.io/me/models", digest).filename("model.bin").mode(0o644).into_output();
/// # assert!(!model.is_scratch());
/// ```
#[derive(Clone, Debug)]
pub struct Blob {
    place: Place,
    filename: Option<String>,
    mode: Option<u32>,
    uid: u32,
    gid: u32,
    annotations: Annotations,
}

#[derive(Clone, Debug)]
enum Place {
    Registry(String),
    Layout { reference: String, session: Option<String>, store: Option<String> },
}

annotated!(Blob);

impl Blob {
    /// A blob of a repository in a registry, by its digest `sha256:…`.
    #[must_use]
    pub fn in_registry(repository: impl AsRef<str>, digest: impl AsRef<str>) -> Self {
        let reference = format!("{}@{}", repository.as_ref(), digest.as_ref());
        Self::at(Place::Registry(normalize_reference(&reference)))
    }

    /// A blob of an OCI layout of the client, by a name and its digest `sha256:…`.
    #[must_use]
    pub fn in_oci_layout(name: impl AsRef<str>, digest: impl AsRef<str>) -> Self {
        let reference = format!("{}@{}", name.as_ref(), digest.as_ref());
        Self::at(Place::Layout { reference: normalize_reference(&reference), session: None, store: None })
    }

    fn at(place: Place) -> Self {
        Self { place, filename: None, mode: None, uid: 0, gid: 0, annotations: Annotations::new() }
    }

    /// The session and the store with an OCI layout. No effect for a registry.
    #[must_use]
    pub fn from_store(mut self, session: impl Into<String>, store: impl Into<String>) -> Self {
        if let Place::Layout { session: s, store: t, .. } = &mut self.place {
            *s = Some(session.into()).filter(|id| !id.is_empty());
            *t = Some(store.into()).filter(|id| !id.is_empty());
        }
        self
    }

    /// Name of the file.
    #[must_use]
    pub fn filename(mut self, filename: impl Into<String>) -> Self {
        self.filename = Some(filename.into()).filter(|name| !name.is_empty());
        self
    }

    /// Permissions of the file; only the lowest nine bits are used, and 0 means the engine's default.
    #[must_use]
    pub fn mode(mut self, mode: u32) -> Self {
        self.mode = Some(mode & 0o777).filter(|mode| *mode != 0);
        self
    }

    /// Owner of the file.
    #[must_use]
    pub fn owner(mut self, uid: u32, gid: u32) -> Self {
        (self.uid, self.gid) = (uid, gid);
        self
    }

    /// A file system with only this file.
    #[must_use]
    pub fn into_output(self) -> Output {
        let (scheme, reference) = match &self.place {
            Place::Registry(reference) => (attrs::SCHEME_IMAGE_BLOB, reference),
            Place::Layout { reference, .. } => (attrs::SCHEME_OCI_LAYOUT_BLOB, reference),
        };
        let identifier = format!("{scheme}{reference}");
        let mut source = Source::new(identifier, Cap::SourceImageBlob, self.annotations);
        source.optional(attrs::HTTP_FILENAME, self.filename);
        source.optional(attrs::HTTP_PERM, self.mode.map(|mode| format!("0{mode:o}")));
        source.optional(attrs::HTTP_UID, Some(self.uid).filter(|id| *id != 0));
        source.optional(attrs::HTTP_GID, Some(self.gid).filter(|id| *id != 0));
        if let Place::Layout { session, store, .. } = self.place {
            source.optional(attrs::OCI_SESSION_ID, session);
            source.optional(attrs::OCI_STORE_ID, store);
        }
        source.into_output()
    }
}
