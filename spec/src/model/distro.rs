//! The Debian release of images.

words! {
    /// A Debian release. Its official images are on Docker Hub; the newest one that the images of a toolchain have is the
    /// default.
    pub enum Distro as "supported Debian release" {
        /// Debian 11.
        Bullseye = "bullseye",
        /// Debian 12.
        Bookworm = "bookworm",
        /// Debian 13.
        Trixie = "trixie",
    }
}
