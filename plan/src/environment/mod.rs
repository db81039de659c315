//! What programs of an image have to run with: the environment of Python that they find, and which commands can be
//! started there.
//!
//! Lockfiles tell all packages of an environment, the context all files of a project. What neither tells is not
//! guessed.

mod known;
mod modules;
mod suggest;

use slipway_spec::Span;

pub(crate) use self::known::Environment;
pub use self::known::Suggestion;
pub use self::modules::Absent;
use crate::PlanError;
use crate::any_project::AnyProject;

impl Environment {
    /// What an image of it may run, the likeliest first.
    pub(crate) async fn suggestions(&self, project: &AnyProject<'_>) -> Result<Vec<Suggestion>, PlanError> {
        suggest::all(self, project).await
    }

    /// A file or a module that a command names and that is certainly not there. `workdir` is where it runs, and
    /// `is_brought` knows what else the image has.
    pub(crate) async fn absent(
        &self,
        project: &AnyProject<'_>,
        words: &[(String, Option<Span>)],
        workdir: &str,
        is_brought: &dyn Fn(&str) -> bool,
    ) -> Result<Option<Absent>, PlanError> {
        if self.is_open { Ok(None) } else { modules::absent(self, project, words, workdir, is_brought).await }
    }
}
