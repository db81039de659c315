//! Options of the Rust preset.

use crate::Template;
use crate::model::{OneOrMore, form};

record! {
    /// Options of a Rust build; absent ones are detected or have a default.
    pub struct RustOptions as "a rust build" (Default) {
        /// The binary to build, or a list of binaries. One step compiles all of them; images contain all of them, and
        /// run the first one.
        /// Default: the only one of each package
        /// Example: `edge`
        bin: OneOrMore,
        /// The workspace member that contains it, or a list of members.
        /// Default: the package at the source folder
        /// Example: `edge-server`
        package: OneOrMore,
        /// The path of the program in images. If it ends in `/`, it is a folder, and each program keeps its own name in
        /// it.
        /// Default: `/`
        /// Example: `/usr/local/bin/`
        destination: Option<Template> where form::absolute,
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
