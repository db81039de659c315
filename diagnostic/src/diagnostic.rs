//! What Slipway has to say about a file: one type for errors and warnings of every phase.

use std::borrow::Cow;

use crate::Span;
use crate::visible::brief;
use crate::visible::{message, shorten};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The build goes on.
    Warning,
    /// The build does not start.
    Error,
}

impl Severity {
    /// Its word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place, with what there is to say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words shown beside it; empty for the primary place, where the message says it all.
    pub text: String,
}

/// A change of the file that mends a finding. What it writes stands in the help, too, for those who read rather than
/// paste.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced; of one file, and empty where something is added.
    pub span: Span,
    /// What is written there.
    pub text: String,
}

/// One finding: what is wrong, where, and what to do about it.
///
/// Messages start in lower case and carry no final full stop, as `rustc`'s do; hints are apart from the message. They
/// quote what strangers wrote, so all of their words are made [visible](crate::visible) and kept short here, once for
/// every way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The lint rule that found it, by its name; none for errors.
    pub rule: Option<&'static str>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The place to change.
    pub primary: Label,
    /// Other places that matter, such as the first of two equal keys.
    pub secondary: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// The same as a change of the file, where one is certain to be right.
    pub fix: Option<Box<Fix>>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, span, message.into())
    }

    /// A warning at a place.
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

    /// Names the lint rule that found it.
    #[must_use]
    pub fn with_rule(mut self, rule: &'static str) -> Self {
        self.rule = Some(rule);
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(words(help.into()));
        self
    }

    /// Adds what to write in the place of something; the help says so where it says nothing else.
    #[must_use]
    pub fn with_fix(mut self, span: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        if self.help.is_none() {
            self.help = Some(format!("write `{text}`"));
        }
        self.fix = Some(Box::new(Fix { span, text }));
        self
    }

    /// Adds the nearest of the candidates as what to write; `None` leaves the finding as it is.
    #[must_use]
    pub fn with_closest(self, span: Span, close: Option<&str>) -> Self {
        match close {
            Some(close) => self.with_help(format!("did you mean `{close}`?")).with_fix(span, close),
            None => self,
        }
    }

    /// Adds what to do, where there is something.
    #[must_use]
    pub fn with_help_if(mut self, help: Option<String>) -> Self {
        self.help = help.map(words).or(self.help);
        self
    }

    /// Points at one more place.
    #[must_use]
    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: words(text.into()) });
        self
    }
}

/// Text as messages carry it.
fn words(text: String) -> String {
    match message(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(shown) => shown,
    }
}

/// Words longer than this are nobody's typo, and comparing them takes long.
const MAX_WORD: usize = 64;

/// Keys that are listed of a map that has more.
const MAX_NEAREST: usize = 5;

/// Candidates that are compared with a word, and names that are listed.
const MAX_CANDIDATES: usize = 500;
const MAX_LISTED: usize = 12;

/// What messages say at most; they may quote what is in the file.
const MAX_MESSAGE: usize = 600;

/// The candidate that was probably meant, if one is close enough.
pub fn closest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = written.chars().count();
    if length > MAX_WORD {
        return None;
    }
    // Damerau counts swapped letters as one slip, which is how people mistype; a third of the word may be wrong.
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
        // Of two that are equally near, the one with the same letters: two of them were swapped.
        .min_by_key(|(distance, candidate)| (*distance, letters(candidate) != own))
        .map(|(_, candidate)| candidate)
}

/// What a map may have: all of its keys where they are few, else those that are nearest to what is written.
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
    /// `did you mean "x"?` for the nearest of the candidates, else the list of them all where there are any.
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

    /// The same with what it quotes cut short, so that a list of findings is no longer than a reader bears.
    pub fn shortened(mut self) -> Self {
        if let Cow::Owned(message) = shorten(&self.message, MAX_MESSAGE) {
            self.message = message;
        }
        if let Some(Cow::Owned(help)) = self.help.as_deref().map(|help| shorten(help, MAX_MESSAGE)) {
            // What is not shown whole cannot be pasted.
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
