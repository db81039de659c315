//! Typed, deterministic LLB graphs for BuildKit.
//!
//! LLB is what BuildKit builds: a graph of small operations on file systems. This crate creates such graphs in memory
//! and marshals them to the bytes that BuildKit's daemon and its own Go client agree on.
//!
//! * **Sources** import files: [`Image`], [`Local`], [`Git`], [`Http`], [`OciLayout`], [`Blob`].
//! * **[`Exec`]** runs a process, with every kind of [mount](exec).
//! * **[`FileOp`]** copies, creates and removes files without a process.
//! * **[`merge`], [`Diff`], [`Passthrough`]** combine results; **[`Build`]** builds a definition that a step has
//!   produced.
//!
//! Each builder ends in an [`Output`], a handle on a result that other builders accept. A builder only accepts existing
//! results, so a graph has no cycles and no dangling edges. Handles are cheap to clone, and using one twice shares the
//! op.
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
//! The trait [`Annotate`], which all builders implement, sets the metadata of an op (names, groups, cache behavior,
//! source locations).
//!
//! # What is sent
//!
//! [`Output::marshal`] returns a [`Definition`]: every op once, named by the SHA-256 of its bytes. The bytes are those
//! that Go writes in its deterministic mode, because BuildKit's daemon encodes ops again and names them by the result;
//! only then are source excerpts and warnings shown at the right step. [`Output::digest`] is the daemon's name of a
//! step. [`Definition::encode`] returns the bytes to send, [`Definition::to_pb`] the wire type; [`Output::decode`] and
//! [`Output::from_pb`] read definitions of other producers, for example the inputs of a frontend.
//!
//! # Engines that can do less
//!
//! Each op knows which [`Cap`]s it requires ([`Definition::required_caps`]). [`Output::adapted_to`] takes the
//! capabilities of an engine ([`Caps::from_list`]) and uses fallbacks if they exist, or returns an error with the
//! required BuildKit release.
//!
//! ```
//! use buildkit_llb::{Cap, Caps, prelude::*};
//!
//! let base = Image::new("alpine").into_output();
//! let difference = Diff::new(&base, &Exec::new("make").root(&base).run()).into_output();
//! let error = difference.adapted_to(&Caps::all().without(Cap::DiffOp)).unwrap_err();
//! assert!(error.to_string().ends_with("it needs BuildKit v0.10 or later"));
//! ```
//!
//! # Looking at graphs
//!
//! [`Definition::to_tree`] for people, [`Definition::to_json_lines`] for tools (as `buildctl debug dump-llb` prints
//! it), [`Definition::to_dot`] and [`Definition::to_mermaid`] for drawings.
//!
//! ```
//! use buildkit_llb::prelude::*;
//!
//! let base = Image::new("alpine").into_output();
//! let app = Exec::new("make").root(&base).mount(Mount::bind("/src", &Local::new("context").into_output())).run();
//! let tree = app.marshal().to_tree();
//! let lines: Vec<&str> = tree.lines().map(|line| line.split(" (").next().unwrap_or_default()).collect();
//! assert_eq!(lines, ["make", "  docker-image://docker.io/library/alpine:latest", "  /src: local://context"]);
//! ```

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
pub use fallback::{Pick, Picker, Unsupported};
pub use parse::ParseError;
pub use platform::ParsePlatformError;
pub use resources::{Resources, Swap};
pub use source_map::{Location, Position};

/// The examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmeExamples;
