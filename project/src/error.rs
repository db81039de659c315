//! Why there are no facts.

use std::fmt;

use slipway_diagnostic::Diagnostic;

/// Why there are no facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The project, or what is asked of it, is wrong; at least one finding.
    Invalid(Vec<Diagnostic>),
    /// The files cannot be read at all: the engine does not answer, or the build was cancelled.
    Files(FilesError),
}

impl From<Diagnostic> for Error {
    fn from(found: Diagnostic) -> Self {
        Self::Invalid(vec![found])
    }
}

impl From<FilesError> for Error {
    fn from(error: FilesError) -> Self {
        Self::Files(error)
    }
}

/// Why a file cannot be read, though it may be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilesError {
    /// The engine's own words, or what is wrong with a file of the project.
    pub message: String,
    /// Whether a file of the project is the reason: then the place is the part of the spec that made us read it.
    pub is_about_file: bool,
}

impl FilesError {
    /// An error with these words.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), is_about_file: false }
    }

    /// An error that a file of the project is the reason of.
    pub fn about_file(message: impl Into<String>) -> Self {
        Self { message: message.into(), is_about_file: true }
    }
}

impl fmt::Display for FilesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FilesError {}
