//! Base images of steps and of other images.

use crate::Source;

/// The base image of a step or of a final image.
#[derive(Debug, Clone, PartialEq)]
pub struct BaseImage {
    /// The name in the plan.
    pub name: String,
    /// The image that was found.
    pub origin: ImageOrigin,
    /// Its config as JSON; an empty object if it has none.
    pub config: serde_json::Value,
}

/// The location of an image, after named contexts are taken into account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImageOrigin {
    /// A registry, by its full reference, with the digest if known.
    Registry {
        /// For example `docker.io/library/golang:1.24-bookworm@sha256:…`.
        reference: String,
    },
    /// An OCI layout of the client.
    OciLayout {
        /// The layout's name and digest.
        reference: String,
        /// The store that the client opened for it.
        store: String,
    },
    /// The result of another build, by its name.
    Input {
        /// The name.
        name: String,
    },
    /// Files without a config, which the command line names instead of an image.
    Files(Source),
    /// An empty image.
    Scratch,
    /// The result of a step of the plan, whose files are not known before it runs.
    Step,
}

/// The empty image.
pub(crate) fn scratch() -> BaseImage {
    BaseImage { name: "scratch".to_owned(), origin: ImageOrigin::Scratch, config: serde_json::json!({}) }
}

/// The digest of an image, if known.
pub(crate) fn digest_of(image: &BaseImage) -> Option<&str> {
    match &image.origin {
        ImageOrigin::Registry { reference } | ImageOrigin::OciLayout { reference, .. } => {
            reference.split_once('@').map(|(_, digest)| digest)
        }
        ImageOrigin::Input { .. } | ImageOrigin::Files(_) | ImageOrigin::Scratch | ImageOrigin::Step => None,
    }
}
