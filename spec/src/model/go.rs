//! What the Go preset can be told.

use crate::Template;
use crate::decode::{Context, Fields};

/// Options of a Go build; absent ones are detected or have a default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GoOptions {
    /// The main package, relative to the source folder; `.` when absent.
    pub main: Option<Template>,
    /// Version of the toolchain, such as `1.24`; from `go.mod` when absent.
    pub go: Option<Template>,
    /// Build tags, beside `netgo` and `osusergo`.
    pub tags: Option<Vec<Template>>,
    /// Flags for the linker, beside `-s -w`.
    pub ldflags: Option<Template>,
}

impl GoOptions {
    pub(super) fn read(fields: &mut Fields<'_>, cx: &mut Context) -> Self {
        let options = Self {
            main: fields.optional("main", cx),
            go: fields.optional("go", cx),
            tags: fields.optional("tags", cx),
            ldflags: fields.optional("ldflags", cx),
        };
        fields.not_yet(&["cgo"], cx);
        options
    }

    pub(super) fn overridden_by(&self, over: &Self) -> Self {
        Self {
            main: over.main.clone().or_else(|| self.main.clone()),
            go: over.go.clone().or_else(|| self.go.clone()),
            tags: over.tags.clone().or_else(|| self.tags.clone()),
            ldflags: over.ldflags.clone().or_else(|| self.ldflags.clone()),
        }
    }
}
