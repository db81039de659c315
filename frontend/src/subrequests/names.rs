//! Texts of a spec in files of other tools: what is an argument here is a variable there.

use std::collections::{BTreeMap, BTreeSet};

use slipway_spec::{Scope, Spec, Template};

/// What stands for an argument while a text is put together; a spec cannot hold these characters.
const OPEN: char = '\u{1}';
const CLOSE: char = '\u{2}';

/// Arguments that stand for themselves.
pub(super) struct Variables(BTreeMap<String, String>);

impl Variables {
    pub(super) fn of(spec: &Spec) -> Self {
        Self(spec.args.names().map(|name| (name.to_owned(), format!("{OPEN}{name}{CLOSE}"))).collect())
    }

    /// A text with its arguments as the other tool writes variables; all that means something to that tool beside them
    /// is escaped.
    ///
    /// Gives nothing for a text that needs what only a platform defines.
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

/// Names made of letters that another tool takes, each given once.
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
