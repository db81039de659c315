//! Images that steps and other images stand on.

/// An image that steps run in, or that a final image stands on.
#[derive(Debug, Clone, PartialEq)]
pub struct BaseImage {
    /// The name that the plan asked for.
    pub name: String,
    /// What was found under it.
    pub origin: ImageOrigin,
    /// Its config, as the JSON of the image; an empty object for none.
    pub config: serde_json::Value,
}

/// Where an image comes from, once named contexts are taken into account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImageOrigin {
    /// A registry, by its full reference, with the digest where one is known.
    Registry {
        /// For example `docker.io/library/golang:1.24-bookworm@sha256:…`.
        reference: String,
    },
    /// An OCI layout on the client's side.
    OciLayout {
        /// The layout's name and digest.
        reference: String,
        /// The store that the client opened for it.
        store: String,
    },
    /// The result of another build, which the client has named.
    Input {
        /// The name.
        name: String,
    },
    /// Nothing.
    Scratch,
}

/// Nothing, as an image.
pub(crate) fn scratch() -> BaseImage {
    BaseImage { name: "scratch".to_owned(), origin: ImageOrigin::Scratch, config: serde_json::json!({}) }
}

/// The digest that an image was found to have.
pub(crate) fn digest_of(image: &BaseImage) -> Option<&str> {
    match &image.origin {
        ImageOrigin::Registry { reference } | ImageOrigin::OciLayout { reference, .. } => {
            reference.split_once('@').map(|(_, digest)| digest)
        }
        ImageOrigin::Input { .. } | ImageOrigin::Scratch => None,
    }
}
