//! Errors of readers.

use std::fmt;

use slipway_diagnostic::{Diagnostic, Span};

/// Why there are no facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The project, or the query, is invalid; at least one finding.
    Invalid(Vec<Diagnostic>),
    /// The files cannot be read: the engine does not respond, or the build was canceled.
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

/// Why a file cannot be read, although it may exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilesError {
    /// The engine's message, or the problem with a file of the project.
    pub message: String,
    /// Whether the cause is a file of the project: then the location is the part of the spec that requires it.
    pub is_about_file: bool,
    /// The finding to report at the part of the spec that requires it, if a policy forbids it.
    pub violation: Option<Box<Diagnostic>>,
}

impl FilesError {
    /// An error with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), is_about_file: false, violation: None }
    }

    /// An error caused by a file of the project.
    pub fn about_file(message: impl Into<String>) -> Self {
        Self { message: message.into(), is_about_file: true, violation: None }
    }

    /// An error because a policy forbids it.
    pub fn forbidden(violation: Diagnostic) -> Self {
        Self { violation: Some(Box::new(violation.clone())), ..Self::new(violation.message) }
    }

    /// The finding about an image that cannot be looked up: the violation of a policy, or another finding.
    #[must_use]
    pub fn at(self, span: Span, otherwise: impl FnOnce(Self) -> Diagnostic) -> Diagnostic {
        match self.violation {
            Some(mut violation) => {
                violation.primary.span = span;
                *violation
            }
            None => otherwise(self),
        }
    }
}

impl fmt::Display for FilesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FilesError {}
