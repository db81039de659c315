//! Options of the Rust preset.

use crate::Template;

record! {
    /// Options of a Rust build; absent ones are detected or have a default.
    pub struct RustOptions as "a rust build" (Default) {
        /// The binary to build.
        /// Default: the only one of the package
        /// Example: `edge`
        bin: Option<Template>,
        /// The workspace member that contains it.
        /// Default: the package at the source folder
        /// Example: `edge-server`
        package: Option<Template>,
        /// Version of the toolchain.
        /// Default: from `rust-toolchain.toml` or `rust-version`
        /// Example: `"1.90"`
        rust: Option<Template>,
        /// Features to enable.
        /// Example: `[tls]`
        features: Vec<Template>,
        /// The Cargo profile.
        /// Default: `release`
        /// Example: `release`
        profile: Option<Template>,
        /// Whether to link the C library statically; the program then runs on `static` and `scratch`.
        /// Example: `true`
        link_static = "static": bool,
    }
}
