//! The capabilities that a graph requires, and those of an engine.

use std::{collections::BTreeMap, fmt, str::FromStr};

use buildkit_proto::apicaps::ApiCap;

mod list;

pub use list::Cap;

/// A set of [`Cap`]s, including ids that this library does not know (from other producers of definitions).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CapSet {
    known: u128,
    /// Sorted.
    unknown: Vec<String>,
}

// One bit each.
const _: () = assert!(Cap::ALL.len() <= 128);

impl CapSet {
    /// The empty set.
    #[must_use]
    pub const fn new() -> Self {
        Self { known: 0, unknown: Vec::new() }
    }

    /// Adds one.
    pub fn insert(&mut self, cap: Cap) {
        self.known |= 1 << cap as u8;
    }

    /// Whether it is in the set.
    #[must_use]
    pub const fn contains(&self, cap: Cap) -> bool {
        self.known & (1 << cap as u8) != 0
    }

    /// Whether nothing is in the set.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.known == 0 && self.unknown.is_empty()
    }

    /// Adds all of another set.
    pub fn extend(&mut self, other: &Self) {
        self.known |= other.known;
        for id in &other.unknown {
            self.insert_id(id);
        }
    }

    /// Adds one by its id.
    pub fn insert_id(&mut self, id: &str) {
        if let Ok(cap) = id.parse() {
            self.insert(cap);
            return;
        }
        if let Err(place) = self.unknown.binary_search_by(|have| have.as_str().cmp(id)) {
            self.unknown.insert(place, id.to_owned());
        }
    }

    pub(crate) fn remove(&mut self, cap: Cap) {
        self.known &= !(1 << cap as u8);
    }

    /// The known ones, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = Cap> + '_ {
        let mut left = self.known;
        std::iter::from_fn(move || {
            let cap = Cap::ALL.get(left.trailing_zeros() as usize).copied()?;
            left &= left - 1;
            Some(cap)
        })
    }

    /// [`CapSet::ids`] without an allocation; a definition calls it once per op.
    pub(crate) fn for_each_id(&self, mut each: impl FnMut(&str)) {
        if self.unknown.is_empty() {
            self.iter().for_each(|cap| each(cap.id()));
        } else {
            self.ids().into_iter().for_each(each);
        }
    }

    /// The ids of all of them, sorted.
    #[must_use]
    pub fn ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = self.iter().map(Cap::id).collect();
        if !self.unknown.is_empty() {
            ids.extend(self.unknown.iter().map(String::as_str));
            ids.sort_unstable();
        }
        ids
    }
}

impl<const N: usize> From<[Cap; N]> for CapSet {
    fn from(caps: [Cap; N]) -> Self {
        caps.into_iter().collect()
    }
}

impl FromIterator<Cap> for CapSet {
    fn from_iter<I: IntoIterator<Item = Cap>>(caps: I) -> Self {
        let mut set = Self::new();
        caps.into_iter().for_each(|cap| set.insert(cap));
        set
    }
}

impl fmt::Display for Cap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// An id that is not in [`Cap::ALL`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCap;

impl fmt::Display for UnknownCap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a known capability")
    }
}

impl std::error::Error for UnknownCap {}

impl FromStr for Cap {
    type Err = UnknownCap;

    fn from_str(id: &str) -> Result<Self, UnknownCap> {
        let place = Self::ALL.binary_search_by(|cap| cap.id().cmp(id));
        place.ok().and_then(|place| Self::ALL.get(place).copied()).ok_or(UnknownCap)
    }
}

/// The capabilities of an engine: `PongResponse.LLBCaps`.
///
/// A capability counts only if it is listed **and** enabled; Docker's graphdriver store lists merge and diff as
/// disabled, with a reason.
///
/// ```
/// use buildkit_llb::{Cap, Caps};
/// use buildkit_proto::apicaps::ApiCap;
///
/// let listed = [ApiCap { id: "mergeop".into(), enabled: false, ..Default::default() }];
/// assert!(!Caps::from_list(&listed).supports(Cap::MergeOp));
/// assert!(Caps::all().supports(Cap::MergeOp));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Caps {
    supported: CapSet,
    disabled: BTreeMap<Cap, String>,
}

impl Caps {
    /// Reads the list of an engine.
    #[must_use]
    pub fn from_list(list: &[ApiCap]) -> Self {
        let mut caps = Self::default();
        for entry in list {
            if entry.enabled {
                caps.supported.insert_id(&entry.id);
            } else if let Ok(cap) = entry.id.parse() {
                caps.disabled.insert(cap, entry.disabled_reason_msg.clone());
            }
        }
        caps
    }

    /// An engine with all capabilities that this library knows. For tests and for work without an engine.
    #[must_use]
    pub fn all() -> Self {
        Self::having(Cap::ALL.iter().copied())
    }

    /// An engine with exactly these capabilities.
    #[must_use]
    pub fn having(caps: impl IntoIterator<Item = Cap>) -> Self {
        Self { supported: caps.into_iter().collect(), disabled: BTreeMap::new() }
    }

    /// The same without one capability.
    #[must_use]
    pub fn without(mut self, cap: Cap) -> Self {
        self.supported.remove(cap);
        self
    }

    /// Whether the engine has the capability.
    #[must_use]
    pub const fn supports(&self, cap: Cap) -> bool {
        self.supported.contains(cap)
    }

    /// The engine's reason why a capability is disabled, if any.
    #[must_use]
    pub fn disabled_reason(&self, cap: Cap) -> Option<&str> {
        self.disabled.get(&cap).map(String::as_str).filter(|reason| !reason.is_empty())
    }

    /// The first capability of a set that the engine lacks, by id.
    #[must_use]
    pub fn first_missing<'a>(&self, needed: &'a CapSet) -> Option<&'a str> {
        let have = |id: &str| match id.parse() {
            Ok(cap) => self.supports(cap),
            Err(UnknownCap) => self.supported.unknown.iter().any(|have| have == id),
        };
        needed.ids().into_iter().find(|id| !have(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_complete() {
        assert!(Cap::ALL.is_sorted_by(|a, b| a.id() < b.id()));
        assert!(Cap::ALL.is_sorted());
        for cap in Cap::ALL {
            assert_eq!(cap.id().parse(), Ok(*cap));
        }
    }

    #[test]
    fn unknown_ids_are_kept_and_sorted() {
        let mut set = CapSet::from([Cap::SourceImage, Cap::FileBase]);
        set.insert_id("zzz");
        set.insert_id("gggg");
        set.insert_id("zzz");
        assert_eq!(set.ids(), ["file.base", "gggg", "source.image", "zzz"]);
        assert_eq!(Caps::all().first_missing(&set), Some("gggg"));
    }

    #[test]
    fn a_disabled_capability_is_not_supported_and_has_a_reason() {
        let caps = Caps::from_list(&[ApiCap {
            id: "diffop".into(),
            disabled_reason_msg: "only enabled with containerd image store backend".into(),
            ..Default::default()
        }]);
        assert!(!caps.supports(Cap::DiffOp));
        assert!(caps.disabled_reason(Cap::DiffOp).is_some_and(|r| r.contains("containerd")));
        assert_eq!(caps.disabled_reason(Cap::MergeOp), None);
    }
}
