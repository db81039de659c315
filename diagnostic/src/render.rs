//! Findings as lines of text, with the names of their files.

use crate::{Diagnostic, Position, Sources, Span};

impl Diagnostic {
    /// The finding as one line: `file:line:column: message; help`.
    #[must_use]
    pub fn render(&self, sources: &Sources) -> String {
        let Span { file, start, .. } = self.primary.span;
        format!("{}:{}:{}: {}", sources.name(file), start.line, start.column, self.sentence(sources))
    }

    /// The finding as one line with the name of its rule: `file:line:column: message; help [Rule]`.
    #[must_use]
    pub fn render_with_rule(&self, sources: &Sources) -> String {
        let rule = self.rule.map(|rule| format!(" [{rule}]")).unwrap_or_default();
        self.render(sources) + &rule
    }

    /// The text without the primary location: `message (label at line:column); help`.
    #[must_use]
    pub fn sentence(&self, sources: &Sources) -> String {
        let file = self.primary.span.file;
        let mut line = self.message.clone();
        for label in &self.secondary {
            let Position { line: row, column } = label.span.start;
            let place = if label.span.file == file { "" } else { sources.name(label.span.file) };
            let colon = if place.is_empty() { "" } else { ":" };
            line.push_str(&format!(" ({} at {place}{colon}{row}:{column})", label.text));
        }
        if let Some(help) = &self.help {
            line.push_str("; ");
            line.push_str(help);
        }
        line
    }
}
