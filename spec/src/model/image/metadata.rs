//! Metadata of an image.

use crate::Template;

record! {
    /// Metadata of an image: labels, and annotations of its manifest, with the names that OCI defines.
    pub struct Metadata as "`metadata`" (Default) {
        /// `org.opencontainers.image.title`.
        /// Example: `Shop API`
        title: Option<Template>,
        /// `org.opencontainers.image.description`.
        /// Example: `Takes orders`
        description: Option<Template>,
        /// `org.opencontainers.image.source`: the URL of its source code.
        /// Example: `https://github.com/acme/shop`
        source: Option<Template>,
        /// `org.opencontainers.image.url`: the URL of its home page.
        /// Example: `https://shop.example.com`
        url: Option<Template>,
        /// `org.opencontainers.image.documentation`.
        /// Example: `https://docs.example.com/shop`
        documentation: Option<Template>,
        /// `org.opencontainers.image.version`.
        /// Example: `${VERSION}`
        version: Option<Template>,
        /// `org.opencontainers.image.revision`: the commit.
        /// Example: `${COMMIT}`
        revision: Option<Template>,
        /// `org.opencontainers.image.licenses`, as an SPDX expression.
        /// Example: `Apache-2.0`
        licenses: Option<Template>,
        /// `org.opencontainers.image.vendor`.
        /// Example: `Acme`
        vendor: Option<Template>,
        /// `org.opencontainers.image.authors`.
        /// Example: `shop@example.com`
        authors: Option<Template>,
    }
}
