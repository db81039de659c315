//! Maps keyed by name that keep the order of the file.

use crate::{Span, Spanned};

/// Name → value, in the order of the file. Names are unique: the reader of YAML refuses duplicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map<T> {
    entries: Vec<(Spanned<String>, T)>,
}

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<T> Map<T> {
    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&T> {
        self.get_entry(name).map(|(_, value)| value)
    }

    /// The name as written, with its place, and its value.
    #[must_use]
    pub fn get_entry(&self, name: &str) -> Option<(&Spanned<String>, &T)> {
        self.iter().find(|(key, _)| key.value == name)
    }

    /// All names and values in the order of the file.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Spanned<String>, &T)> + Clone {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// All names in the order of the file.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.entries.iter().map(|(key, _)| key.value.as_str())
    }

    /// The same names with other values.
    pub fn map<U>(self, mut change: impl FnMut(T) -> U) -> Map<U> {
        Map { entries: self.entries.into_iter().map(|(name, value)| (name, change(value))).collect() }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Where a name was written.
    #[must_use]
    pub fn span_of(&self, name: &str) -> Option<Span> {
        self.get_entry(name).map(|(key, _)| key.span)
    }
}

impl<T> FromIterator<(Spanned<String>, T)> for Map<T> {
    fn from_iter<I: IntoIterator<Item = (Spanned<String>, T)>>(entries: I) -> Self {
        Self { entries: entries.into_iter().collect() }
    }
}
