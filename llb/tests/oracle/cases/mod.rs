//! The graphs that `tests/llb-oracle` builds in Go, with the same names.

mod execs;
mod files;
mod sources;
mod whole;

use buildkit_llb::Output;

/// Every case with its name.
pub(crate) fn all() -> Vec<(&'static str, Output)> {
    [sources::all(), execs::all(), files::all(), whole::all()].concat()
}
