//! One line per finding, in the form of compiler messages that editors and `grep` recognize:
//! `file:line:column: warning: message; help [Rule]`.

use slipway_spec::visible::visible;
use slipway_spec::{Diagnostic, Sources, Span};

use crate::options::Options;

pub(crate) fn render(findings: &[Diagnostic], sources: &Sources, _: &Options<'_>) -> String {
    let mut text = String::new();
    for finding in findings {
        let Span { file, start, .. } = finding.primary.span;
        let place = match sources.name(file) {
            "" => String::new(),
            name => format!("{name}:{}:{}: ", start.line, start.column),
        };
        let rule = finding.rule.map(|rule| format!(" [{rule}]")).unwrap_or_default();
        let line = format!("{place}{}: {}{rule}", finding.severity.name(), finding.sentence(sources));
        text.push_str(&visible(&line));
        text.push('\n');
    }
    text
}
