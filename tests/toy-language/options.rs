//! The options of the toy preset.

use crate::Template;

record! {
    /// Options of a toy build.
    pub struct ToyOptions as "a toy build" (Default) {
        /// The release of the toolchain.
        /// Default: from `toy.version`
        /// Example: `"1"`
        toy: Option<Template>,
    }
}
