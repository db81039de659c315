//! What the Rust preset can be told.

use crate::{Spanned, Template};

record! {
    /// Options of a Rust build; absent ones are detected or have a default.
    pub struct RustOptions as "a rust build" (Default) {
        /// The binary to build; the package's only one by default.
        /// Example: `edge`
        bin: Option<Template>,
        /// The package of a workspace that has it.
        /// Example: `edge-server`
        package: Option<Template>,
        /// Version of the toolchain; from `rust-toolchain.toml` or `rust-version` by default.
        /// Example: `"1.90"`
        rust: Option<Template>,
        /// Features to turn on.
        /// Example: `[tls]`
        features: Vec<Spanned<String>>,
        /// Cargo's profile; `release` by default.
        /// Example: `release`
        profile: Option<Template>,
    }
}
