//! Keys of OCI annotations in `Result.metadata`. Since v0.11; they need an exporter with OCI media types.
//!
//! Defined in BuildKit `exporter/containerimage/exptypes/annotations.go`.

/// Annotation of the manifest of `platform` (its id), or of every manifest.
///
/// ```
/// use buildkit_proto::keys::annotations;
/// assert_eq!(annotations::manifest(Some("linux/amd64"), "a.b"), "annotation-manifest[linux/amd64].a.b");
/// ```
#[must_use]
pub fn manifest(platform: Option<&str>, key: &str) -> String {
    on("annotation-manifest", platform, key)
}

/// Annotation of the descriptor that points at the manifest of `platform`, or at every manifest.
#[must_use]
pub fn manifest_descriptor(platform: Option<&str>, key: &str) -> String {
    on("annotation-manifest-descriptor", platform, key)
}

/// Annotation of the image index. Only with a result that becomes an index.
#[must_use]
pub fn index(key: &str) -> String {
    on("annotation-index", None, key)
}

/// Annotation of the descriptor that points at the index.
#[must_use]
pub fn index_descriptor(key: &str) -> String {
    on("annotation-index-descriptor", None, key)
}

fn on(place: &str, platform: Option<&str>, key: &str) -> String {
    match platform {
        Some(platform) => format!("{place}[{platform}].{key}"),
        None => format!("{place}.{key}"),
    }
}
