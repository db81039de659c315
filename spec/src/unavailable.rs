//! Keys of the language that are read and checked but not implemented in this release. Warnings, the schema, the
//! reference and `docs/language.md` are generated from this one table. Remove a key from it when it is implemented.

use std::borrow::Cow;

/// A key without effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unavailable {
    /// The map with the key, by its name in the schema.
    pub record: &'static str,
    /// The key.
    pub key: &'static str,
    /// Its name in messages.
    pub shown: &'static str,
    /// Where it has no effect; empty for everywhere.
    pub only: &'static str,
    /// What happens instead.
    pub effect: &'static str,
    /// What users can do.
    pub instead: &'static str,
}

/// All unimplemented keys.
#[rustfmt::skip]
pub const UNAVAILABLE: &[Unavailable] = &[
    of("ImageKeys", "inspect", "inspect", "", "no debugger is started", "start a debugger in `cmd` of a variant"),
];

const fn of(
    record: &'static str,
    key: &'static str,
    shown: &'static str,
    only: &'static str,
    effect: &'static str,
    instead: &'static str,
) -> Unavailable {
    Unavailable { record, key, shown, only, effect, instead }
}

impl Unavailable {
    /// The entry of a key of a map, if it has no effect.
    #[must_use]
    pub fn find(record: &str, key: &str) -> Option<&'static Self> {
        UNAVAILABLE.iter().find(|one| one.record == record && one.key == key)
    }

    /// The sentence of the schema.
    pub(crate) fn sentence(&self) -> Cow<'static, str> {
        let space = if self.only.is_empty() { "" } else { " " };
        let Self { only, effect, instead, .. } = self;
        format!("This release does not implement it{space}{only}: {effect}; {instead}.").into()
    }

    /// The line of a table in Markdown.
    #[must_use]
    pub fn row(&self) -> String {
        let comma = if self.only.is_empty() { "" } else { ": " };
        format!("| `{}` | {}{comma}{} | {} |\n", self.shown, self.only, self.effect, self.instead)
    }
}
