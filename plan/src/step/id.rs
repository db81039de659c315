//! The numbers of steps, and places in their results.

/// The number of a step in its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId(pub(crate) usize);

impl StepId {
    /// Its index in the plan, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }
}

/// Files of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StepPath {
    /// The step.
    pub(crate) step: StepId,
    /// The path of the files there.
    pub(crate) path: String,
}
