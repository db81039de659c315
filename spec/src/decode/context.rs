//! What reading collects: findings, without saying anything twice, and within bounds.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::convert;
use super::hint::Hint;
use super::names::Names;
use super::shelf::Shelf;
use super::type_hint;
use crate::yaml::{Entry, Node};
use crate::{Diagnostic, Span, Spanned};

/// Findings that are kept; of further ones only the number is.
const MAX_FINDINGS: usize = 200;

/// Values that all images may have together, those that they inherit counted for each.
const MAX_VALUES: usize = 300_000;

/// Collects what is found wrong while a file is read.
#[derive(Debug, Default)]
pub struct Context {
    diagnostics: Vec<Diagnostic>,
    /// What was reported: what several images inherit is wrong once.
    reported: HashSet<(Span, u64)>,
    spent: usize,
    /// What names lead somewhere; known before anything that may name them is read.
    pub(crate) names: Names,
    /// What the model keeps.
    pub(crate) shelf: Shelf,
}

/// What calls a program that only some images have is no fix: whether it is right depends on the image.
fn conditional(mut found: Diagnostic) -> Diagnostic {
    let program = found.fix.as_ref().and_then(|fix| convert::needed_program(&fix.text)).map(str::to_owned);
    if let (Some(program), Some(help)) = (program, &mut found.help) {
        help.push_str(&format!("; the image needs `{program}` for it"));
        found.fix = None;
    }
    found
}

impl Context {
    /// Notes a finding. One that was noted already is not noted again.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        let mut hasher = DefaultHasher::new();
        diagnostic.message.hash(&mut hasher);
        let is_new = self.reported.insert((diagnostic.primary.span, hasher.finish()));
        if is_new && self.diagnostics.len() < MAX_FINDINGS {
            self.diagnostics.push(conditional(diagnostic).shortened());
        }
    }

    /// Whether so much was found that what is found further is only counted; saves making messages nobody sees.
    pub(crate) fn is_full(&self) -> bool {
        self.diagnostics.len() >= MAX_FINDINGS
    }

    /// Notes that a value is of the wrong type. `expected` names the right one, as in "a list".
    pub fn wrong_type(&mut self, node: &Node, expected: &str) {
        let found = Diagnostic::error(node.span, format!("expected {expected}, found {}", node.describe()));
        let hint = type_hint::for_type(node, expected);
        self.report_hint(node, found, hint);
    }

    /// Notes a finding about a value, with what to write in its place.
    pub(crate) fn report_hint(&mut self, node: &Node, found: Diagnostic, hint: Hint) {
        let found = found.with_help(hint.help);
        self.report(match hint.write {
            Some(text) => found.with_fix(node.span, text),
            None => found,
        });
    }

    /// Takes back that a key has no value, where the cause is said at another place.
    pub(crate) fn retract_no_value(&mut self, key: &Spanned<String>) {
        let message = no_value(key);
        self.diagnostics.retain(|found| found.primary.span != key.span || found.message != message);
    }

    /// Notes that a key has no value: there is no null in the language.
    pub(crate) fn no_value(&mut self, key: &Spanned<String>) {
        self.report(Diagnostic::error(key.span, no_value(key)).with_help("give it a value, or delete the key"));
    }

    /// Reads the value of a key. What is found wrong in one that an alias brought says where the alias stands.
    pub(crate) fn inside<T>(&mut self, node: &Node, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.diagnostics.len();
        let value = read(self);
        if let Some(alias) = node.alias {
            self.label_from(before, alias);
        }
        value
    }

    /// Notes a finding about a key of a map, with the place of the alias that brought it.
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
                // What stands at an anchor may be right at other places that it comes to.
                found.fix = None;
            }
        }
    }

    /// Takes values off what all images may have together; false, after a finding, when there are too many.
    pub(crate) fn spend(&mut self, values: usize, span: Span) -> bool {
        let had = self.spent <= MAX_VALUES;
        self.spent = self.spent.saturating_add(values);
        let has = self.spent <= MAX_VALUES;
        if had && !has {
            let message = format!("with all that they inherit, images have more than {MAX_VALUES} values from here on");
            self.report(Diagnostic::error(span, message).with_help("split the file, or let images inherit less"));
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

    /// What was found, and how much more there was.
    pub(crate) fn into_findings(self) -> (Vec<Diagnostic>, usize) {
        let more = self.reported.len().saturating_sub(self.diagnostics.len());
        (self.diagnostics, more)
    }
}

const USED: &str = "used";

fn no_value(key: &Spanned<String>) -> String {
    format!("`{}` has no value", key.brief())
}
