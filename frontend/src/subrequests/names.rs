//! Texts of a spec in files of other tools: arguments become variables.

use std::collections::{BTreeMap, BTreeSet};

use slipway_spec::{Scope, Spec, Template};

/// Placeholder for an argument while a text is assembled; a spec cannot contain these characters.
const OPEN: char = '\u{1}';
const CLOSE: char = '\u{2}';

/// Arguments as placeholders.
pub(super) struct Variables(BTreeMap<String, String>);

impl Variables {
    pub(super) fn of(spec: &Spec) -> Self {
        Self(spec.args.names().map(|name| (name.to_owned(), format!("{OPEN}{name}{CLOSE}"))).collect())
    }

    /// A text with its arguments as variables of the other tool; other special characters of that tool are escaped.
    ///
    /// `None` for a text that needs a value that only a platform defines.
    pub(super) fn write(
        &self,
        template: &Template,
        escape: impl Fn(&str) -> String,
        variable: impl Fn(&str) -> String,
    ) -> Option<String> {
        let text = template.eval(self).ok()?;
        let mut written = String::new();
        for part in text.split_inclusive(CLOSE) {
            match part.strip_suffix(CLOSE).and_then(|part| part.split_once(OPEN)) {
                Some((before, name)) => {
                    written.push_str(&escape(before));
                    written.push_str(&variable(name));
                }
                None => written.push_str(&escape(part)),
            }
        }
        Some(written)
    }
}

impl Scope for Variables {
    fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn names(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

/// Unique names made of characters that another tool accepts.
#[derive(Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// The name of a target; `api/dev` becomes `api-dev`.
    pub(super) fn take(&mut self, label: &str) -> String {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let plain: String = label
            .chars()
            .map(|c| {
                if is_allowed(c) {
                    c
                } else if c == '/' {
                    '-'
                } else {
                    '_'
                }
            })
            .collect();
        let mut name = plain.clone();
        let mut number = 2;
        while !self.0.insert(name.clone()) {
            name = format!("{plain}_{number}");
            number += 1;
        }
        name
    }
}
