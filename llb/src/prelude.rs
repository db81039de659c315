//! The items that most code for graphs uses.

pub use crate::{
    annotate::{Annotate, Annotations},
    build::Build,
    combine::{Diff, Merge, Passthrough, merge},
    definition::Definition,
    exec::{Exec, KeptMount, Mount, Network, Security},
    file::{Copy, FileOp, Mkdir, Mkfile, Owner, Rm, Symlink},
    output::Output,
    platform::{ParsePlatformError, Platform},
    source::{Blob, Git, Http, Image, Local, OciLayout, ResolveMode},
    source_map::{Range, SourceFile},
};
