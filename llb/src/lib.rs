//! Typed, deterministic LLB graphs for BuildKit.
//!
//! LLB is what BuildKit builds: a graph of small operations on file systems. This crate makes such graphs in memory and
//! marshals them to the bytes that BuildKit's daemon and its own Go client agree on.
//!
//! * **Sources** bring files in: [`Image`], [`Local`], [`Git`], [`Http`], [`OciLayout`], [`Blob`].
//! * **[`Exec`]** runs a process, with every kind of [mount](exec).
//! * **[`FileOp`]** copies, makes and removes files without a process.
//! * **[`merge`], [`Diff`], [`Passthrough`]** combine results; **[`Build`]** builds what a step has written.
//!
//! Each builder ends in an [`Output`], a handle on a result that other builders take. A builder can only be given what is
//! there already, so a graph holds no cycle and no edge to nowhere. Handles are cheap to clone, and using one twice shares
//! the op.
//!
//! ```
//! use buildkit_llb::prelude::*;
//!
//! let base = Image::new("docker.io/library/golang:1.24").platform("linux/amd64".parse::<Platform>()?).into_output();
//! let context = Local::new("context").include_patterns(["**/*.go", "go.mod"]).into_output();
//! let source = FileOp::on(&Output::scratch()).copy(Copy::new(&context, "/", "/")).into_output();
//!
//! let (_, [out]) = Exec::new("go")
//!     .args(["build", "-o", "/out/app", "./..."])
//!     .root(&base)
//!     .cwd("/src")
//!     .network(Network::None)
//!     .mount(Mount::bind("/src", &source))
//!     .mount(Mount::cache("/root/.cache/go-build", "go-build"))
//!     .name("[build] go build")
//!     .run_keeping([KeptMount::new("/out", &Output::scratch())]);
//!
//! let definition = out.marshal();
//! assert_eq!(definition.ops().len(), 4);
//! # Ok::<(), ParsePlatformError>(())
//! ```
//!
//! What is said *about* an op (names, groups, cache behaviour, source locations) is in the trait [`Annotate`], which all
//! builders share.

mod annotate;
mod build;
mod caps;
mod combine;
mod definition;
mod digest;
pub mod exec;
mod fallback;
pub mod file;
mod metadata;
mod output;
mod parse;
mod path;
mod platform;
mod print;
mod resources;
pub mod source;
mod source_map;
mod wire;
mod wire_op;

pub mod prelude;

pub use prelude::*;

pub use annotate::{ExportCache, Membership, ProgressGroup};
pub use caps::{Cap, CapSet, Caps, UnknownCap};
pub use definition::DefinitionOp;
pub use digest::{Digest, ParseDigestError};
pub use fallback::Unsupported;
pub use parse::ParseError;
pub use platform::ParsePlatformError;
pub use resources::{Resources, Swap};
pub use source_map::{Location, Position};
