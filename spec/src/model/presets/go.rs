//! Options of the Go preset.

use crate::Template;
use crate::model::form;

record! {
    /// Options of a Go build; absent ones are detected or have a default.
    pub struct GoOptions as "a go build" (Default) {
        /// The main package, relative to the source folder.
        /// Default: `.`
        /// Example: `./cmd/api`
        main: Option<Template> where form::path,
        /// Version of the toolchain.
        /// Default: from `go.mod`
        /// Example: `"1.24"`
        go: Option<Template>,
        /// Build tags, in addition to `netgo` and `osusergo`.
        /// Example: `[sqlite]`
        tags: Option<Vec<Template>>,
        /// Linker flags, in addition to `-s -w`.
        /// Example: `-X main.version=${VERSION}`
        ldflags: Option<Template>,
        /// Whether the program links C code.
        /// Example: `true`
        cgo: bool,
    }
}
