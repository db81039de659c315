//! Why there is no plan.

use slipway_spec::Diagnostic;

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanError {
    /// The spec, the project or the command line is wrong; at least one finding.
    Invalid(Vec<Diagnostic>),
    /// The engine could not be asked, or the build was cancelled.
    Project(crate::ProjectError),
}

impl From<Diagnostic> for PlanError {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Invalid(vec![diagnostic])
    }
}

impl From<crate::ProjectError> for PlanError {
    fn from(error: crate::ProjectError) -> Self {
        Self::Project(error)
    }
}
