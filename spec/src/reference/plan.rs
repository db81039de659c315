//! What stands on which page of the reference.

/// A page of the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its file, such as `images.md`.
    pub file: String,
    /// Its text, in Markdown.
    pub text: String,
}

/// A page as it is planned.
pub(super) struct Plan {
    pub(super) file: String,
    pub(super) title: String,
    /// What it begins with, where that is more than what the schema says of its records.
    pub(super) intro: &'static str,
    pub(super) sections: Vec<Section>,
}

/// The keys of one record.
pub(super) struct Section {
    /// The heading; none where the page begins with these keys.
    pub(super) title: &'static str,
    /// The record's name among the definitions of the schema; [`FILE`] for the file itself.
    pub(super) record: &'static str,
    pub(super) keys: Keys,
}

/// Which keys of a record a section has.
pub(super) enum Keys {
    All,
    Only(&'static [&'static str]),
    /// All but those that are told on other pages.
    Except(&'static [&'static str]),
    /// Those that the builds of every preset have.
    OfEveryPreset,
    /// Those that only this preset has.
    OfThisPreset,
}

/// What stands for the file itself among the records.
pub(super) const FILE: &str = "file";
