//! The state of decoding: findings, without duplicates and within limits.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::convert;
use super::hint::{self, Hint};
use super::names::Names;
use super::shelf::Shelf;
use super::type_hint;
use crate::yaml::{Entry, Node};
use crate::{Diagnostic, Span, Spanned};

/// The maximum number of findings to keep; others are only counted.
const MAX_FINDINGS: usize = 200;

/// The maximum number of values of all images together. Inherited values count for each image.
const MAX_VALUES: usize = 300_000;

/// Collects findings while a file is decoded.
#[derive(Debug, Default)]
pub struct Context {
    diagnostics: Vec<Diagnostic>,
    /// Findings that were reported: an error that several images inherit is reported once.
    reported: HashSet<(Span, u64)>,
    spent: usize,
    /// The names in the file, known before anything that refers to them is read.
    pub(crate) names: Names,
    /// State of the model.
    pub(crate) shelf: Shelf,
}

/// A replacement that runs a program is not offered as a fix: whether it works depends on the image.
fn conditional(mut found: Diagnostic) -> Diagnostic {
    let program = found.fix.as_ref().and_then(|fix| convert::needed_program(&fix.text)).map(str::to_owned);
    if let (Some(program), Some(help)) = (program, &mut found.help) {
        help.push_str(&format!("; the image must contain `{program}`"));
        found.fix = None;
    }
    found
}

impl Context {
    /// Adds a finding, unless it was added before.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        let mut hasher = DefaultHasher::new();
        diagnostic.message.hash(&mut hasher);
        let is_new = self.reported.insert((diagnostic.primary.span, hasher.finish()));
        if is_new && self.diagnostics.len() < MAX_FINDINGS {
            self.diagnostics.push(conditional(diagnostic).shortened());
        }
    }

    /// Whether further findings are only counted. Saves creating messages that are not shown.
    pub(crate) fn is_full(&self) -> bool {
        self.diagnostics.len() >= MAX_FINDINGS
    }

    /// Reports a value of the wrong type. `expected` is the right one, as in "a list".
    pub fn wrong_type(&mut self, node: &Node, expected: &str) {
        let found = Diagnostic::error(node.span, format!("expected {expected}, found {}", node.describe()));
        let hint = type_hint::for_type(node, expected);
        self.report_hint(node, found, hint);
    }

    /// Reports a value that is not a map from names to values that may be empty.
    pub(crate) fn wrong_type_of_map(&mut self, node: &Node, form: &str) {
        let Some(names) = hint::texts(node) else { return self.wrong_type(node, "a map") };
        let found = Diagnostic::error(node.span, format!("expected a map, found {}", node.describe()));
        self.report_hint(node, found, Hint::write(hint::map_of(&names, form)));
    }

    /// Adds a finding about a value, with a replacement.
    pub(crate) fn report_hint(&mut self, node: &Node, found: Diagnostic, hint: Hint) {
        let found = found.with_help(hint.help);
        self.report(match hint.write {
            Some(text) => found.with_fix(node.span, text),
            None => found,
        });
    }

    /// Reports `none` where nothing is inherited.
    pub(crate) fn nothing_to_take_back(&mut self, span: Span) {
        let message = "`none` takes back what is inherited under this name, and nothing is";
        self.report(Diagnostic::error(span, message).with_help("correct the name, or delete the line"));
    }

    /// Removes the finding that a key has no value, because its cause is reported elsewhere.
    pub(crate) fn retract_no_value(&mut self, key: &Spanned<String>) {
        let message = no_value(key);
        self.diagnostics.retain(|found| found.primary.span != key.span || found.message != message);
    }

    /// Reports a key without a value: the language has no null.
    pub(crate) fn no_value(&mut self, key: &Spanned<String>) {
        self.report(Diagnostic::error(key.span, no_value(key)).with_help("give it a value, or delete the key"));
    }

    /// The same for a key whose value may be empty.
    pub(crate) fn no_value_but(&mut self, key: &Spanned<String>, form: &str) {
        let help = format!("give it a value, such as `{form}`, or delete the key");
        self.report(Diagnostic::error(key.span, no_value(key)).with_help(help));
    }

    /// Reads the value of a key. Findings in an aliased value also state the location of the alias.
    pub(crate) fn inside<T>(&mut self, node: &Node, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.diagnostics.len();
        let value = read(self);
        if let Some(alias) = node.alias {
            self.label_from(before, alias);
        }
        value
    }

    /// Adds a finding about a key of a map, with the location of its alias.
    pub(crate) fn report_key(&mut self, entry: &Entry, diagnostic: Diagnostic) {
        let before = self.diagnostics.len();
        self.report(diagnostic);
        if let Some(alias) = entry.value.alias {
            self.label_from(before, alias);
        }
    }

    fn label_from(&mut self, first: usize, alias: Span) {
        for found in self.diagnostics.iter_mut().skip(first) {
            let is_inside = alias.contains(found.primary.span);
            if !is_inside && !found.secondary.iter().any(|label| label.text == USED) {
                *found = std::mem::replace(found, Diagnostic::error(alias, "")).with_label(alias, USED);
                // The anchored value may be correct where other aliases use it.
                found.fix = None;
            }
        }
    }

    /// Deducts values from the budget of all images; returns false, after a finding, if there are too many.
    pub(crate) fn spend(&mut self, values: usize, span: Span) -> bool {
        let had = self.spent <= MAX_VALUES;
        self.spent = self.spent.saturating_add(values);
        let has = self.spent <= MAX_VALUES;
        if had && !has {
            let message = format!("with inherited values, images have more than {MAX_VALUES} values from here on");
            self.report(Diagnostic::error(span, message).with_help("split the file, or inherit less"));
        }
        has
    }

    /// Whether [`Context::spend`] has failed.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.spent > MAX_VALUES
    }

    /// Whether nothing was found so far.
    pub(crate) fn is_clean(&self) -> bool {
        self.reported.is_empty()
    }

    /// The findings, and the number of those that were only counted.
    pub(crate) fn into_findings(self) -> (Vec<Diagnostic>, usize) {
        let more = self.reported.len().saturating_sub(self.diagnostics.len());
        (self.diagnostics, more)
    }
}

const USED: &str = "used";

fn no_value(key: &Spanned<String>) -> String {
    format!("`{}` has no value", key.brief())
}
