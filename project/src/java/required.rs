//! The requirements of a project's build files.

/// A release, and what specifies it, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) number: u32,
    pub(super) by: String,
}

/// The requirements of a project.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Required {
    /// The newest release that the sources are compiled for.
    pub(super) least: Option<Named>,
    /// Whether the tool requires exactly this release.
    pub(super) exactly: bool,
}
