//! Options as they were passed, each of which is read once.

use std::collections::BTreeMap;

/// Options by name.
pub(super) struct Given(pub(super) BTreeMap<String, String>);

impl Given {
    pub(super) fn take(&mut self, key: &str) -> Option<String> {
        self.0.remove(key)
    }

    /// The same without an empty value, which has the meaning of none.
    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        self.take(key).filter(|value| !value.is_empty())
    }

    pub(super) fn list(&mut self, key: &str) -> Vec<String> {
        self.take(key).map(|value| split(&value)).unwrap_or_default()
    }

    pub(super) fn with_prefix(&self, prefix: &str) -> BTreeMap<String, String> {
        self.0.iter().filter_map(|(key, value)| Some((key.strip_prefix(prefix)?.to_owned(), value.clone()))).collect()
    }
}

pub(crate) fn split(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// Booleans in the syntax of Go's `strconv.ParseBool`.
pub(crate) fn boolean(option: &str, value: &str) -> Result<bool, String> {
    match value {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        other => Err(format!("the option `{option}` must be true or false, not `{other}`")),
    }
}
