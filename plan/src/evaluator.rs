//! Evaluator of the spec for one platform: `${NAME}` is replaced, and which names were used is recorded.

use std::collections::BTreeSet;

use slipway_spec::{Diagnostic, Scope as _, Template};

use crate::Args;

/// Replaces arguments in texts.
#[derive(Debug)]
pub(crate) struct Evaluator {
    args: Args,
    used: BTreeSet<String>,
}

impl Evaluator {
    pub(crate) fn new(args: Args) -> Self {
        Self { args, used: BTreeSet::new() }
    }

    /// The value of a text.
    ///
    /// # Errors
    /// A name that is not declared, or text that becomes too long.
    pub(crate) fn eval(&mut self, template: &Template) -> Result<String, Diagnostic> {
        for name in template.names() {
            if self.args.value(name).is_some() && !self.used.contains(name) {
                self.used.insert(name.to_owned());
            }
        }
        template.eval(&self.args)
    }

    /// The names that were used since the last call.
    pub(crate) fn take_used(&mut self) -> BTreeSet<String> {
        std::mem::take(&mut self.used)
    }
}
