//! What a finished image holds, as far as that can be known before it is built.
//!
//! This is the one place that knows it: which paths its layers bring, what its base is, who its user is, and what runs.
//! What is certain and wrong is refused here, with its place; what is only likely to be wrong is told to lint rules by
//! [`Contents`]. What cannot be known is `Unknown` or `None`, and nobody guesses.

mod above;
mod base;
mod calls;
mod files;
mod folders;
mod libraries;
mod needs;
mod places;
mod programs;
mod users;

pub use crate::environment::{Absent, Suggestion};
pub use crate::output::Idle;
pub use base::{Base, Flavour, Kind, Manager};
pub use calls::{Call, CallKey, Found, Missing};
pub use libraries::MissingLibrary;
pub use needs::Unfit;
use slipway_spec::Span;
pub use users::{UnknownName, User};

pub(crate) use crate::runtime::Need;
pub(crate) use above::{below, take_out};
pub(crate) use base::program_place;
pub(crate) use files::{Brought, look_where_it_matters};
pub(crate) use folders::{Folders, Wanted, is_there, of_user};
pub(crate) use libraries::missing as missing_libraries;
pub(crate) use needs::may_bring;
pub(crate) use places::{By, Claim, Shape, Targets, check, place_program};
pub(crate) use programs::{Held, look, refuse};
pub(crate) use users::{Added, brought_text, check_form, owner, unknown};

/// What a finished image holds, as far as that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// What it stands on.
    pub base: Base,
    /// Who runs it.
    pub user: User,
    /// A name of its user that it does not seem to know.
    pub unknown_user: Option<UnknownName>,
    /// Programs that the spec tells it to run, and whether they are there.
    pub calls: Vec<Call>,
    /// A program that `cmd` names although an entrypoint runs, which takes it for an argument.
    pub argument: Option<Argument>,
    /// Whether something runs when a container starts; `None` where that is not known.
    pub starts: Option<bool>,
    /// A file or a module that its command names and that is not there.
    pub absent: Option<Absent>,
    /// What it may run, where nothing does; the likeliest comes first.
    pub suggestions: Vec<Suggestion>,
    /// Why the program of its build does not run by itself.
    pub idle: Option<Idle>,
    /// Whether a program was built for it.
    pub has_program: bool,
    /// Folders that its user is meant to write to and cannot.
    pub unwritable: Vec<Place>,
    /// Why what the build makes does not run on the base, as far as that is not certain; what is certain is refused.
    pub lack: Option<Unfit>,
    /// Libraries that the build is linked with and the image lacks.
    pub libraries: Vec<MissingLibrary>,
    /// Volumes that hide what the build put into the image.
    pub hiding: Vec<Place>,
}

/// A path that something is the matter with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The path.
    pub path: String,
    /// The part of the spec that names it.
    pub span: Span,
}

/// A word of `cmd` that is a program's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// The word.
    pub word: String,
    /// The part of the spec that names it.
    pub span: Span,
    /// What runs.
    pub entrypoint: Vec<String>,
    /// Whether the entrypoint is an interpreter, which takes a file of its language.
    pub of_interpreter: bool,
    /// Whether the word names what the entrypoint runs anyway.
    pub is_entrypoint: bool,
}

/// Whether a path is another or is inside of it. Both are absolute, without a `/` at the end.
pub(crate) fn is_inside(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The folders that a path is in, without the root: `/a/b` and `/a` for `/a/b/c`.
pub(crate) fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices('/').map(|(end, _)| path.get(..end).unwrap_or_default()).filter(|above| !above.is_empty())
}

/// Whether a text stands for the value of an argument that nobody has given yet: questions are asked before there is
/// one.
fn is_placeholder(text: &str) -> bool {
    text.contains("${")
}
