//! The environment of an image's programs: the Python environment that they find, and the commands that it supports.
//!
//! Lockfiles list all packages of an environment, the context all files of a project. Nothing else is guessed.

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
    /// Suggested commands for an image, the most likely first.
    pub(crate) async fn suggestions(&self, project: &AnyProject<'_>) -> Result<Vec<Suggestion>, PlanError> {
        suggest::all(self, project).await
    }

    /// A file or a module in a command that certainly does not exist. `workdir` is the working directory, and
    /// `is_brought` knows the other files of the image.
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
