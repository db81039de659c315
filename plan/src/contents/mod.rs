//! The contents of a finished image, as far as they are known before it is built.
//!
//! This module has all such knowledge: the paths in the layers, the base, the user, and the program. Certain problems
//! are errors here, with their location; for likely problems, lint rules query [`Contents`]. Facts that cannot be known
//! are `Unknown` or `None`, never guessed.

mod above;
mod accounts;
mod base;
mod base_programs;
mod calls;
mod destination;
mod files;
mod folders;
mod foreign;
mod held;
mod known_users;
mod libraries;
mod links;
mod needs;
mod places;
mod program_file;
mod programs;
mod users;

pub use crate::output::Idle;
pub use base::{Base, Flavor, Kind, Manager};
pub use calls::{Call, CallKey, Found, Missing};
pub use foreign::ForeignProgram;
pub use libraries::MissingLibrary;
pub use links::Dangling;
pub use needs::Unfit;
pub use slipway_project::python::{Absent, Suggestion};
use slipway_spec::Span;
use slipway_spec::model::Port;
pub use users::{UnknownName, User};

pub(crate) use crate::runtime::Need;
pub(crate) use above::{below, take_out};
pub use accounts::Account;
pub(crate) use accounts::{GROUP, Lists, NewAccount, PASSWD, has_uid};
pub(crate) use destination::{check_application, check_program, program_place};
pub(crate) use files::{Brought, look_where_it_matters};
pub(crate) use folders::{Folders, Home, OwnFolder, Wanted, is_for_engine, is_there, of_user};
pub(crate) use foreign::foreign;
pub(crate) use held::Held;
pub(crate) use libraries::missing as missing_libraries;
pub(crate) use links::{Link, Links};
pub(crate) use needs::may_bring;
pub(crate) use places::{By, Claim, Shape, Targets, check, place_program};
pub(crate) use programs::{look, refuse};
pub(crate) use users::{Added, brought_text, check_form, owner, resolved, unknown};

/// The known contents of a finished image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Its base.
    pub base: Base,
    /// Its user.
    pub user: User,
    /// The name of its user, if it probably does not exist.
    pub unknown_user: Option<UnknownName>,
    /// Programs in its spec, and whether they can be run.
    pub calls: Vec<Call>,
    /// A program in `cmd` although there is an entrypoint, which treats it as an argument.
    pub argument: Option<Argument>,
    /// Whether a program runs when a container starts; `None` if unknown.
    pub starts: Option<bool>,
    /// A file or a module in its command that does not exist.
    pub absent: Option<Absent>,
    /// Suggested commands if it has none, the most likely first.
    pub suggestions: Vec<Suggestion>,
    /// Why the program of its build does not run by default.
    pub idle: Option<Idle>,
    /// Whether a program was built for it.
    pub has_program: bool,
    /// The ports of its spec, with the values of arguments.
    pub exposed: Vec<Port>,
    /// Folders that its user should be able to write to and cannot.
    pub unwritable: Vec<Place>,
    /// Why the output of the build probably does not run on the base; a certain reason is an error.
    pub lack: Option<Unfit>,
    /// Libraries that the build is linked with and the image lacks.
    pub libraries: Vec<MissingLibrary>,
    /// Volumes that hide files of the build.
    pub hiding: Vec<Place>,
    /// Links that certainly lead to nothing.
    pub dangling: Vec<Dangling>,
    /// Programs of the context that certainly do not run in it.
    pub foreign: Vec<ForeignProgram>,
}

/// A path with a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The path.
    pub path: String,
    /// The part of the spec that names it.
    pub span: Span,
}

/// A word of `cmd` that is the name of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// The word.
    pub word: String,
    /// The part of the spec that names it.
    pub span: Span,
    /// The entrypoint.
    pub entrypoint: Vec<String>,
    /// Whether the entrypoint is an interpreter, which expects a file of its language.
    pub of_interpreter: bool,
    /// Whether the word names the entrypoint itself.
    pub is_entrypoint: bool,
}

/// Whether a path equals or is inside another one. Both are absolute, without a trailing `/`.
pub(crate) fn is_inside(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The folders above a path, without the root: `/a/b` and `/a` for `/a/b/c`.
pub(crate) fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices('/').map(|(end, _)| path.get(..end).unwrap_or_default()).filter(|above| !above.is_empty())
}

/// Whether a text is the placeholder of an argument without a value, as in `--call` methods.
pub(crate) fn is_placeholder(text: &str) -> bool {
    text.contains("${")
}
