//! Images of a registry.

use std::sync::Arc;

use buildkit_proto::keys::attrs;

use super::{Source, normalize_reference};
use crate::{Annotations, Cap, Output, Platform, annotate::annotated};

/// The file system of an image from a registry.
///
/// ```
/// use buildkit_llb::prelude::*;
///
/// let base = Image::new("golang:1.24")
///     .platform(Platform::LINUX_AMD64)
///     .resolve_mode(ResolveMode::Pull)
///     .name("[build 1/3] FROM golang:1.24")
///     .into_output();
/// assert_eq!(base.platform(), Some(&Platform::LINUX_AMD64));
/// ```
#[derive(Clone, Debug)]
pub struct Image {
    reference: String,
    platform: Option<Platform>,
    resolve_mode: Option<ResolveMode>,
    checksum: Option<String>,
    layer_limit: Option<u32>,
    record_type: Option<RecordType>,
    annotations: Annotations,
}

annotated!(Image);

/// Whether the registry or the engine's own images are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResolveMode {
    /// The engine decides.
    Default,
    /// Always the registry.
    Pull,
    /// The engine's own image if it has one.
    Local,
}

impl ResolveMode {
    /// The text, as in attributes, options and requests.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => attrs::IMAGE_RESOLVE_MODE_DEFAULT,
            Self::Pull => attrs::IMAGE_RESOLVE_MODE_PULL,
            Self::Local => attrs::IMAGE_RESOLVE_MODE_LOCAL,
        }
    }
}

/// How the engine lists the image in its cache records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordType {
    /// An internal image of the build.
    Internal,
    /// A frontend image.
    Frontend,
}

impl Image {
    /// An image by its reference; short forms are completed as in Docker.
    #[must_use]
    pub fn new(reference: impl AsRef<str>) -> Self {
        Self {
            reference: normalize_reference(reference.as_ref()),
            platform: None,
            resolve_mode: None,
            checksum: None,
            layer_limit: None,
            record_type: None,
            annotations: Annotations::new(),
        }
    }

    /// The platform of the image; the default is the engine's own.
    #[must_use]
    pub fn platform(mut self, platform: impl Into<Platform>) -> Self {
        self.platform = Some(platform.into());
        self
    }

    /// Whether the registry is used. [`ResolveMode::Default`] is not encoded.
    #[must_use]
    pub fn resolve_mode(mut self, mode: ResolveMode) -> Self {
        self.resolve_mode = Some(mode).filter(|mode| *mode != ResolveMode::Default);
        self
    }

    /// The digest (`sha256:…`) that the reference must resolve to. Since BuildKit v0.25.
    ///
    /// Docker's classic image store (observed with 28.5) lists this capability but does not check it. A digest in the
    /// reference itself is checked everywhere.
    #[must_use]
    pub fn checksum(mut self, digest: impl Into<String>) -> Self {
        self.checksum = Some(digest.into());
        self
    }

    /// Only the lowest layers, up to a number. Since BuildKit v0.11.
    #[must_use]
    pub fn layer_limit(mut self, layers: u32) -> Self {
        self.layer_limit = Some(layers);
        self
    }

    /// How the engine lists the image.
    #[must_use]
    pub fn record_type(mut self, record_type: RecordType) -> Self {
        self.record_type = Some(record_type);
        self
    }

    /// The image's file system.
    #[must_use]
    pub fn into_output(self) -> Output {
        let identifier = format!("{}{}", attrs::SCHEME_IMAGE, self.reference);
        let mut source = Source::new(identifier, Cap::SourceImage, self.annotations);
        source.platform = self.platform.map(Arc::new);
        source.optional(attrs::IMAGE_RESOLVE_MODE, self.resolve_mode.map(ResolveMode::as_str));
        if self.resolve_mode == Some(ResolveMode::Pull) {
            source.caps.insert(Cap::SourceImageResolveMode);
        }
        let record_type = self.record_type.map(|record_type| match record_type {
            RecordType::Internal => "internal",
            RecordType::Frontend => "frontend",
        });
        source.optional(attrs::IMAGE_RECORD_TYPE, record_type);
        source.gated(attrs::IMAGE_LAYER_LIMIT, self.layer_limit, Cap::SourceImageLayerLimit);
        source.gated(attrs::IMAGE_CHECKSUM, self.checksum, Cap::SourceImageChecksum);
        source.into_output()
    }
}
