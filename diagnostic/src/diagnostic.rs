//! A finding about a file: one type for errors and warnings of every phase.

use std::borrow::Cow;

use crate::Span;
use crate::visible::brief;
use crate::visible::{message, shorten};

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The build continues.
    Warning,
    /// The build does not start.
    Error,
}

impl Severity {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A location with a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The location.
    pub span: Span,
    /// A short text next to it; empty for the primary location, which the message describes.
    pub text: String,
}

/// An edit of the file that fixes a finding. The help describes it too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The text to replace, in one file; empty for an insertion.
    pub span: Span,
    /// The replacement.
    pub text: String,
}

/// One finding: what is wrong, where, and what to do about it.
///
/// Messages start in lower case and have no final period, like those of `rustc`; help is separate from the message.
/// They quote untrusted text, so all of it is made [visible](crate::visible) and shortened here, once for all outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The severity.
    pub severity: Severity,
    /// The name of the lint rule; `None` for errors.
    pub rule: Option<&'static str>,
    /// The problem, in one sentence.
    pub message: String,
    /// The location to change.
    pub primary: Label,
    /// Other relevant locations, such as the first of two equal keys.
    pub secondary: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// The same as an edit, if one is certain to be correct.
    pub fix: Option<Box<Fix>>,
}

impl Diagnostic {
    /// An error at a location.
    pub fn error(span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, span, message.into())
    }

    /// A warning at a location.
    pub fn warning(span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, span, message.into())
    }

    fn new(severity: Severity, span: Span, message: String) -> Self {
        Self {
            severity,
            rule: None,
            message: words(message),
            primary: Label { span, text: String::new() },
            secondary: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Sets the lint rule.
    #[must_use]
    pub fn with_rule(mut self, rule: &'static str) -> Self {
        self.rule = Some(rule);
        self
    }

    /// Sets the help.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(words(help.into()));
        self
    }

    /// Sets a replacement; the help describes it unless it is already set.
    #[must_use]
    pub fn with_fix(mut self, span: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        if self.help.is_none() {
            self.help = Some(format!("write `{text}`"));
        }
        self.fix = Some(Box::new(Fix { span, text }));
        self
    }

    /// Suggests the nearest of the candidates as a replacement; `None` changes nothing.
    #[must_use]
    pub fn with_closest(self, span: Span, close: Option<&str>) -> Self {
        match close {
            Some(close) => self.with_help(format!("did you mean `{close}`?")).with_fix(span, close),
            None => self,
        }
    }

    /// Sets the help, if there is one.
    #[must_use]
    pub fn with_help_if(mut self, help: Option<String>) -> Self {
        self.help = help.map(words).or(self.help);
        self
    }

    /// Adds another location.
    #[must_use]
    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: words(text.into()) });
        self
    }
}

/// Text as it appears in messages, which may quote the file: without secrets.
fn words(text: String) -> String {
    match message(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(shown) => shown,
    }
}

/// Longer words are not typos, and comparing them takes long.
const MAX_WORD: usize = 64;

/// The number of keys to list from a map with more.
const MAX_NEAREST: usize = 5;

/// The maximum number of candidates to compare with a word, and of names to list.
const MAX_CANDIDATES: usize = 500;
const MAX_LISTED: usize = 12;

/// The maximum length of a message; messages may quote the file.
const MAX_MESSAGE: usize = 600;

/// The candidate that was probably meant, if one is similar enough.
pub fn closest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = written.chars().count();
    if length > MAX_WORD {
        return None;
    }
    // Damerau distance counts swapped letters as one edit, which is a common typo; up to a third of the word may be
    // wrong.
    let limit = (length / 3).clamp(1, 3);
    let lower = written.to_lowercase();
    let letters = |word: &str| {
        let mut letters: Vec<char> = word.to_lowercase().chars().collect();
        letters.sort_unstable();
        letters
    };
    let own = letters(&lower);
    candidates
        .into_iter()
        .take(MAX_CANDIDATES)
        .filter(|candidate| candidate.len() <= MAX_WORD && candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        // Of two equally near candidates, the one with the same letters: two of them were swapped.
        .min_by_key(|(distance, candidate)| (*distance, letters(candidate) != own))
        .map(|(_, candidate)| candidate)
}

/// The allowed keys of a map: all if they are few, otherwise those most similar to the word.
pub fn keys_near(written: &str, mut keys: Vec<&'static str>) -> String {
    keys.sort_unstable();
    keys.dedup();
    if keys.len() <= MAX_NEAREST {
        return format!("it may have {}", keys.join(", "));
    }
    let written: String = written.chars().take(MAX_WORD).collect::<String>().to_lowercase();
    let count = keys.len();
    let likeness = |key: &str| strsim::jaro_winkler(&written, key);
    keys.sort_by(|one, other| likeness(other).total_cmp(&likeness(one)));
    keys.truncate(MAX_NEAREST);
    format!("the nearest of its {count} keys are {}", keys.join(", "))
}

impl Diagnostic {
    /// `did you mean "x"?` for the nearest candidate, otherwise the list of all candidates.
    #[must_use]
    pub fn suggestion<'a>(
        written: &str,
        candidates: impl IntoIterator<Item = &'a str> + Clone,
        noun: &str,
    ) -> Option<String> {
        if let Some(close) = closest(written, candidates.clone()) {
            return Some(format!("did you mean `{close}`?"));
        }
        let mut all = candidates.into_iter();
        let mut listed: Vec<_> = all.by_ref().take(MAX_LISTED).map(|name| format!("`{}`", brief(name))).collect();
        if all.next().is_some() {
            listed.push("…".to_owned());
        }
        (!listed.is_empty()).then(|| format!("{noun}: {}", listed.join(", ")))
    }

    /// The same with shortened quotations, so that lists of findings stay readable.
    pub fn shortened(mut self) -> Self {
        if let Cow::Owned(message) = shorten(&self.message, MAX_MESSAGE) {
            self.message = message;
        }
        if let Some(Cow::Owned(help)) = self.help.as_deref().map(|help| shorten(help, MAX_MESSAGE)) {
            // A shortened replacement cannot be pasted.
            (self.help, self.fix) = (Some(help), None);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested() {
        let keys = ["entrypoint", "expose", "env", "user"];
        assert_eq!(closest("entripoint", keys), Some("entrypoint"));
        assert_eq!(closest("ENV", keys), Some("env"));
        assert_eq!(closest("exopse", keys), Some("expose"));
        assert_eq!(closest("zzz", keys), None);
        assert_eq!(closest("amr64", ["amd64", "arm64"]), Some("arm64"));
        assert_eq!(closest("adm64", ["arm64", "amd64"]), Some("amd64"));
    }
}
