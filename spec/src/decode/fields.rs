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
    missing: Vec<&'static str>,
}

/// Keys that other tools have, by what Slipway calls the same.
const ELSEWHERE: &[(&str, &str)] = &[
    ("command", "cmd"),
    ("environment", "env"),
    ("ports", "expose"),
    ("port", "expose"),
    ("working_dir", "workdir"),
    ("copy", "files"),
    ("base", "runtime"),
    ("from", "runtime"),
    ("image", "from"),
    ("test", "run"),
    ("command", "run"),
    ("script", "run"),
    ("chown", "owner"),
    ("chmod", "mode"),
    ("perms", "mode"),
    ("permissions", "mode"),
    ("url", "git"),
    ("branch", "ref"),
    ("tag", "ref"),
    ("commit", "checksum"),
    ("sha256", "checksum"),
    ("digest", "checksum"),
    ("maintainer", "authors"),
    ("type", "preset"),
    ("language", "preset"),
    ("src", "source"),
    ("dest", "to"),
    ("destination", "to"),
    ("contents", "content"),
    ("text", "content"),
    ("services", "images"),
    ("targets", "images"),
];

impl<'a> Fields<'a> {
    /// Starts to read a map; `noun` names it in messages ("an image").
    pub fn open(node: &'a Node, noun: &'static str, cx: &mut Context) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else {
            cx.wrong_type(node, &format!("{noun} (a map)"));
            return None;
        };
        Some(Self { entries, span: node.span, noun, known: Vec::with_capacity(64), missing: Vec::new() })
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

    /// Reads a key. One that is absent, or that cannot be read, counts as its type's [`Decode::absent`]: the finding that it caused keeps the whole from being
    /// used. [`Fields::finish`] reports those that are missing.
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

    /// Ends the reading: every key that was not asked for is an error, except `x-…`. Returns whether there was one.
    pub fn finish(self, cx: &mut Context) -> bool {
        self.finish_with(cx, |_| None)
    }

    /// The same, with an idea of where keys belong that do not belong here.
    pub fn finish_with(mut self, cx: &mut Context, belongs: impl Fn(&str) -> Option<String>) -> bool {
        let mut any = false;
        let absent: Vec<_> = self.known.iter().copied().filter(|known| self.find(known).is_none()).collect();
        for entry in self.entries {
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
            let meant = meant(&key.value, &absent);
            if let Some(meant) = meant {
                // The typo is the cause.
                self.missing.retain(|missing| *missing != meant);
            }
            let help = match (meant, belongs(&key.value)) {
                _ if key.value.contains(|c: char| c.is_whitespace() && c != ' ') => {
                    "it begins with or holds white space that is no plain space; type the line anew".to_owned()
                }
                (Some(meant), _) => format!("did you mean `{meant}`?"),
                (None, Some(idea)) => idea,
                (None, None) => {
                    let mut known = self.known.clone();
                    known.sort_unstable();
                    known.dedup();
                    format!("it may have {}", known.join(", "))
                }
            };
            cx.report_key(entry, found.with_help(help));
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

/// The key that was probably meant, of those that are absent: a near one, or the one that has this name elsewhere.
fn meant(written: &str, absent: &[&'static str]) -> Option<&'static str> {
    closest(written, absent.iter().copied()).or_else(|| {
        let written = written.to_lowercase();
        let ours = ELSEWHERE.iter().filter(|(other, _)| *other == written).map(|(_, ours)| *ours);
        ours.into_iter().find(|ours| absent.contains(ours))
    })
}
