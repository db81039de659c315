//! What to do about an invalid value.

use super::text;
use crate::yaml::{Kind, Node, quoted};

/// What to do about a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hint {
    /// In words.
    pub(crate) help: String,
    /// A certain replacement.
    pub(crate) write: Option<String>,
}

impl Hint {
    /// Only words.
    pub(crate) fn say(help: impl Into<String>) -> Self {
        Self { help: help.into(), write: None }
    }

    /// A replacement.
    pub(crate) fn write(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { help: format!("write `{text}`"), write: Some(text) }
    }

    /// The same with additional words.
    pub(crate) fn because(mut self, words: &str) -> Self {
        self.help.push_str(words);
        self
    }
}

/// The words of a text as a list.
pub(super) fn list(text: &str) -> String {
    // Tools that accept one text split it at commas: `linux/amd64,linux/arm64`. Options may contain commas.
    let has_commas = !text.starts_with('-') && !text.contains('=');
    let part = |c: char| c.is_whitespace() || has_commas && c == ',';
    let words: Vec<_> =
        text.split(part).map(|word| word.trim_end_matches(',')).filter(|word| !word.is_empty()).map(quoted).collect();
    format!("[{}]", words.join(", "))
}

/// A command as the only one of a list.
pub(super) fn commands(node: &Node) -> Option<String> {
    text(node).map(|command| format!("[{}]", quoted(command.trim())))
}

/// The items of a list of texts as one text.
pub(super) fn text_of_all(node: &Node) -> Option<String> {
    texts(node).map(|words| words.join(" "))
}

/// The items of a list of texts that is not empty.
pub(super) fn texts(node: &Node) -> Option<Vec<&str>> {
    let Kind::Sequence(items) = &node.kind else {
        return None;
    };
    let words: Vec<_> = items.iter().map(text).collect::<Option<_>>()?;
    (!words.is_empty()).then_some(words)
}

/// A map from names to the same value.
pub(super) fn map_of(names: &[&str], value: &str) -> String {
    let entries: Vec<_> = names.iter().map(|name| format!("{}: {value}", quoted(name))).collect();
    format!("{{ {} }}", entries.join(", "))
}
