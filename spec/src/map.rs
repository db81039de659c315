//! Maps keyed by name that keep the order of the file.

use std::cmp::Ordering;

use crate::{Span, Spanned};

/// Name → value, in the order of the file. Names are unique: the YAML reader rejects duplicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map<T> {
    entries: Vec<(Spanned<String>, T)>,
    /// Indices into `entries` in the order of the names, for lookups: a map may be as large as a file.
    by_name: Vec<u32>,
}

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), by_name: Vec::new() }
    }
}

impl<T> Map<T> {
    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&T> {
        self.get_entry(name).map(|(_, value)| value)
    }

    /// The name as written, with its location, and its value.
    #[must_use]
    pub fn get_entry(&self, name: &str) -> Option<(&Spanned<String>, &T)> {
        let entry = |place: &u32| self.entries.get(usize::try_from(*place).ok()?);
        let found = self
            .by_name
            .binary_search_by(|place| entry(place).map_or(Ordering::Less, |(key, _)| key.value.as_str().cmp(name)));
        entry(self.by_name.get(found.ok()?)?).map(|(key, value)| (key, value))
    }

    /// All names and values in the order of the file.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Spanned<String>, &T)> + Clone {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// All names in the order of the file.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.entries.iter().map(|(key, _)| key.value.as_str())
    }

    /// The same names with different values.
    pub fn map<U>(self, mut change: impl FnMut(T) -> U) -> Map<U> {
        let entries = self.entries.into_iter().map(|(name, value)| (name, change(value))).collect();
        Map { entries, by_name: self.by_name }
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Where a name is written.
    #[must_use]
    pub fn span_of(&self, name: &str) -> Option<Span> {
        self.get_entry(name).map(|(key, _)| key.span)
    }
}

impl<T> FromIterator<(Spanned<String>, T)> for Map<T> {
    fn from_iter<I: IntoIterator<Item = (Spanned<String>, T)>>(entries: I) -> Self {
        let entries: Vec<(Spanned<String>, T)> = entries.into_iter().collect();
        let mut by_name: Vec<u32> = (0..u32::try_from(entries.len()).unwrap_or(u32::MAX)).collect();
        by_name.sort_by_key(|place| {
            usize::try_from(*place).ok().and_then(|place| entries.get(place)).map(|(key, _)| key.value.as_str())
        });
        Self { entries, by_name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_keep_their_order() {
        let map: Map<usize> = ["b", "a", "c"]
            .iter()
            .enumerate()
            .map(|(n, name)| (Spanned::new((*name).to_owned(), Span::START), n))
            .collect();
        assert_eq!(map.names().collect::<Vec<_>>(), ["b", "a", "c"]);
        assert_eq!(
            ["a", "b", "c", "d", ""].map(|name| map.get(name).copied()),
            [Some(1), Some(0), Some(2), None, None]
        );
    }
}
