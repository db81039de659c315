//! What a comment says that is to be skipped.

use std::collections::BTreeSet;

/// Rules that are not to be heard of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Skip {
    /// None are left out.
    #[default]
    Nothing,
    /// These are.
    Rules(BTreeSet<String>),
    /// All are.
    All,
}

impl Skip {
    pub(super) fn names(&self, rule: Option<&str>) -> bool {
        match (self, rule) {
            (_, None) | (Self::Nothing, _) => false,
            (Self::All, _) => true,
            (Self::Rules(names), Some(rule)) => names.contains(rule),
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        match (self, other) {
            (_, Self::Nothing) | (Self::All, _) => {}
            (Self::Rules(own), Self::Rules(more)) => own.extend(more),
            (own, other) => *own = other,
        }
    }
}
