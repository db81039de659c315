//! The environment of a project: which programs it has, which files and modules a command names, and which commands an
//! image may run.
//!
//! Lockfiles list all packages of an environment, the context has all files of a project. What neither has is not
//! guessed.

mod known;
mod modules;
mod suggest;

use slipway_diagnostic::Span;

pub use self::known::Environment;
pub use self::known::Suggestion;
pub use self::modules::Absent;
use crate::{Error, Repository};

impl Environment {
    /// Commands that an image of it may run, the likeliest first.
    ///
    /// # Errors
    /// The files cannot be read at all.
    pub async fn suggestions(&self, repository: &Repository<'_>) -> Result<Vec<Suggestion>, Error> {
        suggest::all(self, repository).await
    }

    /// A file or a module that a command names and that is certainly missing. The command runs in `workdir`, and
    /// `is_brought` tells whether the image has a file from elsewhere.
    ///
    /// # Errors
    /// The files cannot be read at all.
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
