//! What the build files of a project ask for.

/// A release, and what names it, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) number: u32,
    pub(super) by: String,
}

/// What a project asks for.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Required {
    /// The newest release that the sources are compiled for.
    pub(super) least: Option<Named>,
    /// Whether the tool takes this one and no newer one.
    pub(super) exactly: bool,
}
