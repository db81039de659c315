//! JSON objects as Go encodes them.

use serde_json::{Map, Value};

/// A JSON object without empty members, like Go's `omitempty`.
#[derive(Default)]
pub(super) struct Object(Map<String, Value>);

impl Object {
    pub(super) fn put(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    pub(super) fn text(self, key: &str, value: &str) -> Self {
        if value.is_empty() { self } else { self.put(key, value) }
    }

    pub(super) fn int(self, key: &str, value: impl Into<i64>) -> Self {
        match value.into() {
            0 => self,
            number => self.put(key, number),
        }
    }

    pub(super) fn uint(self, key: &str, value: u64) -> Self {
        if value == 0 { self } else { self.put(key, value) }
    }

    pub(super) fn flag(self, key: &str, value: bool) -> Self {
        if value { self.put(key, true) } else { self }
    }

    pub(super) fn texts(self, key: &str, values: &[String]) -> Self {
        if values.is_empty() { self } else { self.put(key, values) }
    }

    pub(super) fn list<T>(self, key: &str, values: &[T], each: impl Fn(&T) -> Value) -> Self {
        if values.is_empty() { self } else { self.put(key, values.iter().map(each).collect::<Vec<_>>()) }
    }

    pub(super) fn map<'a, T: 'a>(
        self,
        key: &str,
        entries: impl IntoIterator<Item = (&'a String, &'a T)>,
        each: impl Fn(&T) -> Value,
    ) -> Self {
        let map: Map<String, Value> = entries.into_iter().map(|(name, value)| (name.clone(), each(value))).collect();
        if map.is_empty() { self } else { self.put(key, map) }
    }

    pub(super) fn some(self, key: &str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.put(key, value),
            None => self,
        }
    }

    pub(super) fn done(self) -> Value {
        Value::Object(self.0)
    }
}
