//! Access to the keys of a map during decoding.

use super::foreign::{self, Means};
use super::{Context, Decode, convert, is_none};
use crate::yaml::{Entry, Kind, Node};
use crate::{Diagnostic, Span};
use slipway_diagnostic::{closest, keys_near};

/// Parts of the spec that can be inherited by their names.
const INHERITED: &[&str] =
    &["a build", "a check", "a check of the repository", "a context", "a secret", "a stage", "a test", "an image"];

/// The keys of a map during decoding.
pub struct Fields<'a> {
    entries: &'a [Entry],
    /// The location of the map.
    pub span: Span,
    noun: &'static str,
    known: Vec<&'static str>,
    missing: Vec<&'static str>,
    /// Keys with a value `none` of their own, if the word makes other keys absent.
    own_none: Option<&'static [&'static str]>,
}

impl<'a> Fields<'a> {
    /// Opens a map; `noun` is its name in messages ("an image").
    pub fn open(node: &'a Node, noun: &'static str, cx: &mut Context) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else {
            match is_none(node) && INHERITED.contains(&noun) {
                true => cx.nothing_to_take_back(node.span),
                false => cx.wrong_type(node, &format!("{noun} (a map)")),
            }
            return None;
        };
        let known = Vec::with_capacity(64);
        Some(Self { entries, span: node.span, noun, known, missing: Vec::new(), own_none: None })
    }

    /// The same map if keys whose value is `none` are absent: they take back what is inherited. Some keys have a value
    /// of that name.
    pub fn taking_back(self, except: &'static [&'static str]) -> Self {
        Self { own_none: Some(except), ..self }
    }

    /// The key and value of a name, which is then known.
    pub fn entry(&mut self, key: &'static str) -> Option<&'a Entry> {
        self.known.push(key);
        self.find(key)
    }

    /// The key and value of a name, known or not.
    pub fn find(&self, key: &str) -> Option<&'a Entry> {
        let is_absent = |entry: &Entry| self.own_none.is_some_and(|own| is_none(&entry.value) && !own.contains(&key));
        self.entries.iter().find(|entry| entry.key.value == key).filter(|entry| !is_absent(entry))
    }

    /// Reads a key. If it is absent or invalid, the result is its type's [`Decode::absent`]: the finding prevents the
    /// use of the whole value. [`Fields::finish`] reports missing keys.
    pub fn read<T: Decode>(&mut self, key: &'static str, cx: &mut Context) -> Option<T> {
        let Some(entry) = self.entry(key) else {
            let absent = T::absent();
            if absent.is_none() {
                self.missing.push(key);
            }
            return absent;
        };
        if entry.value.is_null() {
            cx.no_value(&entry.key);
            return T::absent();
        }
        cx.inside(&entry.value, |cx| T::decode(&entry.value, cx)).or_else(T::absent)
    }

    /// Finishes the map: every key that was not read is an error, except `x-…`. Returns whether there was one.
    pub fn finish(self, cx: &mut Context) -> bool {
        self.finish_with(cx, |_| None)
    }

    /// The same, with a function that suggests the right place for a key.
    pub fn finish_with(mut self, cx: &mut Context, belongs: impl Fn(&str) -> Option<String>) -> bool {
        let mut any = false;
        let absent: Vec<_> = self.known.iter().copied().filter(|known| self.find(known).is_none()).collect();
        for (index, entry) in self.entries.iter().enumerate() {
            let key = &entry.key;
            if self.known.iter().any(|known| *known == key.value) || key.value.starts_with("x-") {
                continue;
            }
            any = true;
            let found = Diagnostic::error(key.span, format!("unknown key `{}` in {}", key.brief(), self.noun));
            if cx.is_full() {
                cx.report(found);
                continue;
            }
            if let Some(empty) = above(self.entries, index)
                && self.known.iter().any(|known| *known == empty.key.value)
            {
                cx.retract_no_value(&empty.key);
                let message =
                    format!("`{}` is on the same level as `{}`, which has no value", key.brief(), empty.key.value);
                cx.report_key(
                    entry,
                    Diagnostic::error(key.span, message).with_help(format!(
                        "indent it and its contents by two more spaces to make it part of `{}`",
                        empty.key.value
                    )),
                );
                continue;
            }
            let advice = self.advice(entry, &absent, &belongs);
            if let Some(meant) = advice.meant {
                // The typo is the cause.
                self.missing.retain(|missing| *missing != meant);
            }
            let found = found.with_help(advice.help);
            cx.report_key(
                entry,
                match advice.fix {
                    Some((span, text)) => found.with_fix(span, text),
                    None => found,
                },
            );
        }
        for key in &self.missing {
            cx.report(
                Diagnostic::error(self.span.at_start(), format!("`{key}` is missing in {}", self.noun))
                    .with_help(format!("add `{key}: …`")),
            );
        }
        any
    }
}

/// The message for another tool's key in a map that is not decoded.
pub(crate) fn foreign_help(key: &str, noun: &str) -> Option<&'static str> {
    match foreign::find(key, noun, &[], &[])? {
        Means::Say(help) => Some(help),
        Means::Key(_) | Means::There(_) => None,
    }
}

/// Top-level keys that people write in an image.
const OF_FILE: &[&str] = &["args", "builds", "stages", "contexts", "secrets", "checks", "defaults", "images"];

/// What to do about an unknown key.
struct Advice {
    help: String,
    /// The intended key.
    meant: Option<&'static str>,
    fix: Option<(Span, String)>,
}

impl Fields<'_> {
    fn advice(&self, entry: &Entry, absent: &[&'static str], belongs: &impl Fn(&str) -> Option<String>) -> Advice {
        let key = &entry.key;
        let say = |help: String| Advice { help, meant: None, fix: None };
        if key.value.contains(|c: char| c.is_whitespace() && c != ' ') {
            return say("it contains white space that is not a plain space; retype the line".to_owned());
        }
        let is_of_file = self.noun == "an image" && OF_FILE.contains(&key.value.as_str());
        if is_of_file && matches!(entry.value.kind, Kind::Map(_)) {
            return say(format!("`{}` belongs at the top of the file", key.value));
        }
        match foreign::find(&key.value, self.noun, &self.known, absent) {
            Some(Means::Key(ours)) => return self.renamed(entry, ours),
            Some(Means::Say(help)) => return say(help.to_owned()),
            Some(Means::There(ours)) => return say(format!("use `{ours}`, which this map already has")),
            None => {}
        }
        if let Some(ours) = closest(&key.value, absent.iter().copied()) {
            return self.renamed(entry, ours);
        }
        say(belongs(&key.value).unwrap_or_else(|| keys_near(&key.value, self.known.clone())))
    }

    /// The key under its name in the language, with its value in the right form.
    fn renamed(&self, entry: &Entry, ours: &'static str) -> Advice {
        match convert::for_key(&entry.value, ours, self.noun) {
            Some(value) if entry.value.alias.is_none() => {
                let text = format!("{ours}: {value}");
                let fix = Some((entry.key.span.to(entry.value.span), text.clone()));
                Advice { help: format!("write `{text}`"), meant: Some(ours), fix }
            }
            _ => {
                let fix = Some((entry.key.span, ours.to_owned()));
                Advice { help: format!("did you mean `{ours}`?"), meant: Some(ours), fix }
            }
        }
    }
}

/// The last entry before one with a value, or the first of several without a location: names with missing indentation
/// follow a key without a value.
fn above(entries: &[Entry], index: usize) -> Option<&Entry> {
    let entry = entries.get(index)?;
    let before = entries.get(..index)?.iter().rev();
    let empty = before.clone().find(|before| before.value.is_null())?;
    let between = before.take_while(|before| !std::ptr::eq(*before, empty));
    let is_map = |entry: &Entry| matches!(entry.value.kind, Kind::Map(_) | Kind::Sequence(_));
    let is_block = entry.key.span.start.line > empty.key.span.start.line
        && entry.key.span.start.column == empty.key.span.start.column;
    (is_block && is_map(entry) && between.into_iter().all(is_map)).then_some(empty)
}
