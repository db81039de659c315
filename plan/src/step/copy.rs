//! Copies of files of another step.

use super::StepId;

/// Files to copy from another step.
#[derive(Debug, Clone, PartialEq)]
pub struct CopyItem {
    /// The step.
    pub from: StepId,
    /// A folder whose contents are copied, or a file: a path, never a pattern. Without `include`, the build fails if it
    /// does not exist.
    pub source: String,
    /// The destination.
    pub target: String,
    /// Patterns of files to include from a folder, relative to it; everything if empty.
    pub include: Vec<String>,
    /// Patterns of files to exclude.
    pub exclude: Vec<String>,
}

impl CopyItem {
    /// All of a file or folder.
    pub(crate) fn new(from: StepId, source: impl Into<String>, target: impl Into<String>) -> Self {
        Self { from, source: source.into(), target: target.into(), include: Vec::new(), exclude: Vec::new() }
    }

    /// All files of a step, at the same paths.
    pub(crate) fn all(from: StepId) -> Self {
        Self::new(from, "/", "/")
    }

    /// Only the files that these patterns include; all if there are none.
    pub(crate) fn including(self, include: Vec<String>) -> Self {
        Self { include, ..self }
    }

    /// Without the files that these patterns exclude.
    pub(crate) fn excluding(self, exclude: Vec<String>) -> Self {
        Self { exclude, ..self }
    }

    /// If the whole source is needed, its path may be empty, but an empty pattern matches nothing on the engine.
    pub(crate) fn take_whole(&mut self) {
        if self.include.iter().any(String::is_empty) {
            self.include.clear();
        }
    }
}
