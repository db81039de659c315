//! Why an image does not pass.

/// Why an image does not pass.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failed {
    /// It is not as it should be.
    Wrong(String),
    /// It cannot be examined.
    Trouble(String),
}
