//! Options of the Go preset.

use crate::Template;
use crate::model::{OneOrMore, form};

record! {
    /// Options of a Go build; absent ones are detected or have a default.
    pub struct GoOptions as "a go build" (Default) {
        /// The main package, relative to the source folder, or a list of main packages of one module. One step compiles
        /// all of them; images contain all of them, and run the first one.
        /// Default: `.`
        /// Example: `./cmd/api`
        main: OneOrMore where form::path,
        /// The path of the program in images. If it ends in `/`, it is a folder, and each program keeps its own name in
        /// it.
        /// Default: `/`
        /// Example: `/usr/local/bin/`
        destination: Option<Template> where form::absolute,
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
