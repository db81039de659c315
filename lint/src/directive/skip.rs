//! The rules that a comment skips.

use std::collections::BTreeSet;

use slipway_spec::model::Policy;

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

    /// Removes the rules that a policy does not let comments skip; the result describes them, if there are any.
    pub(super) fn restrict(&mut self, policy: &Policy) -> Option<String> {
        let allowed = policy.skip.as_ref()?;
        let own = match std::mem::take(self) {
            Self::Nothing => return None,
            Self::All => {
                *self = Self::Rules(allowed.value.iter().map(|name| name.value.clone()).collect());
                return Some("all rules".to_owned());
            }
            Self::Rules(own) => own,
        };
        let (kept, refused): (BTreeSet<_>, Vec<_>) = {
            let (kept, refused): (Vec<_>, Vec<_>) = own.into_iter().partition(|name| policy.can_skip(name));
            (kept.into_iter().collect(), refused)
        };
        *self = Self::Rules(kept);
        let names: Vec<_> = refused.iter().map(|name| format!("`{name}`")).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    pub(super) fn add(&mut self, other: Self) {
        match (self, other) {
            (_, Self::Nothing) | (Self::All, _) => {}
            (Self::Rules(own), Self::Rules(more)) => own.extend(more),
            (own, other) => *own = other,
        }
    }
}
