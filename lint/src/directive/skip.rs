//! The rules that a comment skips.

use std::collections::BTreeSet;

/// Skipped rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Skip {
    /// None.
    #[default]
    Nothing,
    /// These.
    Rules(BTreeSet<String>),
    /// All.
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
