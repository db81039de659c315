//! The environment of a project: its programs, the files and modules that a command names, and the commands that an
//! image may run.
//!
//! Lockfiles list all packages of an environment, and the context contains all files of a project. Everything else is
//! unknown.

mod known;
mod modules;
mod suggest;

use slipway_diagnostic::Span;

pub use self::known::Environment;
pub use self::known::Suggestion;
pub use self::modules::Absent;
use crate::{Error, Repository};

impl Environment {
    /// Commands for an image, the likeliest first.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn suggestions(&self, repository: &Repository<'_>) -> Result<Vec<Suggestion>, Error> {
        suggest::all(self, repository).await
    }

    /// A file or module in a command that certainly does not exist. The command runs in `workdir`, and `is_brought`
    /// returns whether the image has a file from elsewhere.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn absent(
        &self,
        repository: &Repository<'_>,
        words: &[(String, Option<Span>)],
        workdir: &str,
        is_brought: &dyn Fn(&str) -> bool,
    ) -> Result<Option<Absent>, Error> {
        if self.is_open { Ok(None) } else { modules::absent(self, repository, words, workdir, is_brought).await }
    }
}
