//! Workflow commands of GitHub Actions: `::error file=…,line=…::message`, one line per finding.
//!
//! A runner reads them from the log of a step and shows them next to the lines of a pull request. Columns are included
//! only for locations within one line, because GitHub rejects them for longer ones.

use slipway_spec::visible::visible;
use slipway_spec::{Diagnostic, Sources};

use crate::options::Options;

pub(crate) fn render(findings: &[Diagnostic], sources: &Sources, options: &Options<'_>) -> String {
    findings.iter().map(|finding| command(finding, sources, options)).collect()
}

fn command(finding: &Diagnostic, sources: &Sources, options: &Options<'_>) -> String {
    let span = finding.primary.span;
    let (start, end) = (span.start, span.end);
    let mut properties = Vec::new();
    let file = sources.name(span.file);
    if !file.is_empty() {
        properties.push(("file", file.to_owned()));
        properties.push(("line", start.line.to_string()));
        properties.push(("endLine", end.line.max(start.line).to_string()));
        if end.line == start.line {
            properties.push(("col", start.column.to_string()));
            properties.push(("endColumn", end.column.to_string()));
        }
    }
    properties.push(("title", finding.rule.unwrap_or(crate::options::TOOL).to_owned()));
    let properties: Vec<_> =
        properties.iter().map(|(key, value)| format!("{key}={}", property(&visible(value)))).collect();
    let mut message = visible(&finding.message).into_owned();
    for label in &finding.secondary {
        let place = format!("{}:{}:{}", sources.name(label.span.file), label.span.start.line, label.span.start.column);
        message.push_str(&visible(&format!(" ({} at {place})", label.text)));
    }
    let page = finding.rule.and_then(|rule| options.page_of(rule));
    for line in finding.help.iter().chain(&page) {
        message.push('\n');
        message.push_str(&visible(line));
    }
    format!("::{} {}::{}\n", finding.severity.name(), properties.join(","), data(&message))
}

/// Escapes the text after the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_of_commands_are_escaped() {
        assert_eq!(data("100%: a,b\r\nc"), "100%25: a,b%0D%0Ac");
        assert_eq!(property("C:\\a,b 50%\n"), "C%3A\\a%2Cb 50%25%0A");
    }
}
