//! Conditions on a text.

use slipway_plan::TextExamination;

use super::failed::Failed;

/// How much of a text a message quotes.
const QUOTED: usize = 2000;

/// Checks a text; `what` names it in messages.
pub(super) fn examine(what: &str, text: &str, wanted: &TextExamination) -> Result<(), Failed> {
    let TextExamination { contains, equals, matches } = wanted;
    let refuse = |condition: String| Err(Failed::Wrong(format!("{what} {condition}. It is:\n{}", quoted(text))));
    if let Some(equals) = equals.as_ref().filter(|equals| text.trim() != equals.trim()) {
        return refuse(format!("does not equal `{}`", equals.trim()));
    }
    if let Some(part) = contains.as_ref().filter(|part| !text.contains(part.as_str())) {
        return refuse(format!("does not contain `{part}`"));
    }
    if let Some(pattern) = matches {
        let found = regex_lite::Regex::new(pattern).map_err(|error| Failed::Trouble(error.to_string()))?;
        if !found.is_match(text) {
            return refuse(format!("does not match `{pattern}`"));
        }
    }
    Ok(())
}

/// The beginning of a text, indented.
pub(super) fn quoted(text: &str) -> String {
    if text.trim().is_empty() {
        return "  (empty)\n".to_owned();
    }
    let start: String = text.chars().take(QUOTED).collect();
    let mut lines: String = start.lines().map(|line| format!("  {line}\n")).collect();
    if start.len() < text.len() {
        lines.push_str("  …\n");
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, wanted: &TextExamination) -> String {
        match examine("its output", text, wanted) {
            Ok(()) => "fine".to_owned(),
            Err(Failed::Wrong(words) | Failed::Trouble(words)) => words,
        }
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn each_condition_counts() {
        let wanted = TextExamination { contains: some("v1"), equals: some("api v1.2\n"), matches: some(r"v\d+\.\d+$") };
        assert_eq!(said("api v1.2", &wanted), "fine");
        assert_eq!(said("api v1.3\n", &wanted), "its output does not equal `api v1.2`. It is:\n  api v1.3\n");
        let only = TextExamination { contains: some("v2"), ..TextExamination::default() };
        assert_eq!(said("", &only), "its output does not contain `v2`. It is:\n  (empty)\n");
        let only = TextExamination { matches: some("^v"), ..TextExamination::default() };
        assert_eq!(said("api", &only), "its output does not match `^v`. It is:\n  api\n");
    }

    #[test]
    fn a_message_has_a_limit() {
        let only = TextExamination { contains: some("b"), ..TextExamination::default() };
        assert!(said(&"a".repeat(1 << 20), &only).len() < 2200);
    }
}
