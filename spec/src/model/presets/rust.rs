//! What the Rust preset can be told.

use crate::Template;

record! {
    /// Options of a Rust build; absent ones are detected or have a default.
    pub struct RustOptions as "a rust build" (Default) {
        /// The binary to build.
        /// Default: the only one of the package
        /// Example: `edge`
        bin: Option<Template>,
        /// The package of a workspace that has it.
        /// Default: the package at the source folder
        /// Example: `edge-server`
        package: Option<Template>,
        /// Version of the toolchain.
        /// Default: from `rust-toolchain.toml` or `rust-version`
        /// Example: `"1.90"`
        rust: Option<Template>,
        /// Features to turn on.
        /// Example: `[tls]`
        features: Vec<Template>,
        /// Cargo's profile.
        /// Default: `release`
        /// Example: `release`
        profile: Option<Template>,
        /// Whether the C library becomes a part of the program, which then runs on `static` and `scratch`.
        /// Example: `true`
        link_static = "static": bool,
    }
}
