//! The syntax after `check=`: `skip=RuleA,RuleB;error=true`.

use std::collections::BTreeSet;

use slipway_spec::{Diagnostic, Span};

use super::skip::Skip;
use crate::policy::{nearest_rule, rule_names};

/// The keys. `experimental` enables experimental rules of Dockerfiles; there are none here, so any value is accepted.
const KEYS: [&str; 3] = ["skip", "error", "experimental"];

/// Names of rules are not longer.
const MAX_NAME: usize = 64;

/// The options of a comment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) skip: Skip,
    pub(super) error: Option<bool>,
}

/// A problem with a part of a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// The first byte of the part.
    pub(super) start: usize,
    /// The byte after it.
    pub(super) end: usize,
    message: String,
    help: Option<String>,
}

impl Problem {
    /// As a finding at a location.
    pub(super) fn at(self, span: Span) -> Diagnostic {
        Diagnostic::warning(span, self.message).with_help_if(self.help)
    }
}

/// Part of a text, and where it starts there.
#[derive(Clone, Copy)]
struct Part<'a> {
    start: usize,
    text: &'a str,
}

impl<'a> Part<'a> {
    fn trim(self) -> Self {
        let text = self.text.trim_start();
        Self { start: self.start + self.text.len() - text.len(), text: text.trim_end() }
    }

    fn split(self, separator: char) -> impl Iterator<Item = Self> + 'a {
        let mut start = self.start;
        self.text.split(separator).map(move |text| {
            let part = Self { start, text };
            start += text.len() + separator.len_utf8();
            part.trim()
        })
    }

    /// The text for a message, shortened.
    fn shown(self) -> &'a str {
        self.text.char_indices().nth(MAX_NAME).map_or(self.text, |(end, _)| self.text.get(..end).unwrap_or(self.text))
    }

    fn problem(self, message: String, help: Option<String>) -> Problem {
        Problem { start: self.start, end: self.start + self.text.len(), message, help }
    }
}

/// Parses the text after `check=`; reports at most `limit` problems.
pub(super) fn read(text: &str, limit: usize) -> (Options, Vec<Problem>) {
    let mut options = Options::default();
    let mut problems = Vec::new();
    for part in (Part { start: 0, text }).split(';').filter(|part| !part.text.is_empty()) {
        if problems.len() >= limit {
            break;
        }
        let Some((key, value)) = part.text.split_once('=') else {
            let help = Some("write `skip=RuleA,RuleB`, `skip=all` or `error=true`, separated by `;`".to_owned());
            problems.push(part.problem(format!("`{}` has no value", part.shown()), help));
            continue;
        };
        let value = Part { start: part.start + key.len() + 1, text: value }.trim();
        let key = Part { start: part.start, text: key }.trim();
        match key.text.to_ascii_lowercase().as_str() {
            "skip" => read_skip(value, limit, &mut options.skip, &mut problems),
            "error" => match value.text.to_ascii_lowercase().as_str() {
                "true" => options.error = Some(true),
                "false" => options.error = Some(false),
                _ => problems.push(value.problem(
                    format!("`{}` is neither `true` nor `false`", value.shown()),
                    Some("write `error=true` to turn findings into errors".to_owned()),
                )),
            },
            "experimental" => {}
            _ => problems.push(key.problem(
                format!("`{}` is not a key of `# check=` comments", key.shown()),
                Diagnostic::suggestion(key.shown(), KEYS, "there are"),
            )),
        }
    }
    (options, problems)
}

fn read_skip(value: Part<'_>, limit: usize, skip: &mut Skip, problems: &mut Vec<Problem>) {
    let mut names = BTreeSet::new();
    for name in value.split(',').filter(|name| !name.text.is_empty()) {
        if name.text.eq_ignore_ascii_case("all") {
            skip.add(Skip::All);
        } else if let Some(id) = rule_names().find(|id| id.eq_ignore_ascii_case(name.text)) {
            names.insert(id.to_owned());
        } else if problems.len() < limit {
            let help = nearest_rule(name.shown());
            problems.push(name.problem(format!("there is no rule `{}`", name.shown()), Some(help)));
        }
    }
    if !names.is_empty() {
        skip.add(Skip::Rules(names));
    }
}
