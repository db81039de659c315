//! The contents of each page of the reference.

/// A page of the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its file, such as `images.md`.
    pub file: String,
    /// Its text, in Markdown.
    pub text: String,
}

/// The plan of a page.
pub(super) struct Plan {
    pub(super) file: String,
    pub(super) title: String,
    /// Its introduction, if the descriptions in the schema are not enough.
    pub(super) intro: &'static str,
    pub(super) sections: Vec<Section>,
}

/// The keys of one record.
pub(super) struct Section {
    /// The heading; `None` if the page starts with these keys.
    pub(super) title: &'static str,
    /// The record's name in the definitions of the schema; [`FILE`] for the top level.
    pub(super) record: &'static str,
    pub(super) keys: Keys,
}

/// The keys of a record in a section.
pub(super) enum Keys {
    All,
    Only(&'static [&'static str]),
    /// All except those on other pages.
    Except(&'static [&'static str]),
    /// Those of the builds of every preset.
    OfEveryPreset,
    /// Those of this preset only.
    OfThisPreset,
}

/// The name of the top level among the records.
pub(super) const FILE: &str = "file";
