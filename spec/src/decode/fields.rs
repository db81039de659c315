//! The keys of a map, while it is read.

use super::{Context, Decode};
use crate::diagnostic::closest;
use crate::yaml::{Entry, Kind, Node};
use crate::{Diagnostic, Span};

/// The keys of a map that is being read.
pub struct Fields<'a> {
    entries: &'a [Entry],
    /// Where the map stands.
    pub span: Span,
    noun: &'static str,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Starts to read a map; `noun` names it in messages ("an image").
    pub fn open(node: &'a Node, noun: &'static str, cx: &mut Context) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else {
            cx.wrong_type(node, &format!("{noun} (a map)"));
            return None;
        };
        Some(Self { entries, span: node.span, noun, known: Vec::new() })
    }

    /// The key and value behind a name, which counts as known from now on.
    pub fn entry(&mut self, key: &'static str) -> Option<&'a Entry> {
        self.known.push(key);
        self.find(key)
    }

    /// The key and value behind a name, whether it is known or not.
    pub fn find(&self, key: &str) -> Option<&'a Entry> {
        self.entries.iter().find(|entry| entry.key.value == key)
    }

    /// Reads a key. One that is absent, or that cannot be read, counts as its type's [`Decode::absent`]: the finding that it caused keeps the whole from being used.
    pub fn read<T: Decode>(&mut self, key: &'static str, cx: &mut Context) -> Option<T> {
        let Some(entry) = self.entry(key) else {
            let absent = T::absent();
            if absent.is_none() {
                cx.report(
                    Diagnostic::error(self.span.at_start(), format!("`{key}` is missing in {}", self.noun))
                        .with_help(format!("add `{key}: …`")),
                );
            }
            return absent;
        };
        if entry.value.is_null() {
            cx.no_value(&entry.key);
            return T::absent();
        }
        T::decode(&entry.value, cx).or_else(T::absent)
    }

    /// Ends the reading: every key that was not asked for is an error, except `x-…`.
    pub fn finish(self, cx: &mut Context) {
        for Entry { key, .. } in self.entries {
            let mut every = self.known.iter().copied();
            if every.clone().any(|known| known == key.value) || key.value.starts_with("x-") {
                continue;
            }
            let help = match closest(&key.value, every.by_ref()) {
                Some(close) => format!("did you mean `{close}`?"),
                None => {
                    let mut known = self.known.clone();
                    known.sort_unstable();
                    known.dedup();
                    format!("it may have {}", known.join(", "))
                }
            };
            cx.report(
                Diagnostic::error(key.span, format!("unknown key `{}` in {}", key.value, self.noun)).with_help(help),
            );
        }
    }
}
