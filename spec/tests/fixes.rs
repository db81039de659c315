//! The suggested edits of findings are correct: after one, its finding is gone and there is no new one.

#![allow(clippy::unwrap_used)] // Everything here is test code.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use slipway_spec::{Diagnostic, Fix, Position, parse};

/// Placeholders for what only the author knows.
const PLACEHOLDERS: &[&str] = &[
    "…", "NAME", "IMAGE", "PATH", "FROM", "/TO", "STAGE", "FOLDER", "FILE", "URL", "TAG", "HOST", "/program", "/path",
];

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wrong");
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    cases.sort();
    cases
}

/// The byte offset of a location.
fn offset(text: &str, at: Position) -> usize {
    let line: usize = text.split_inclusive('\n').take(at.line as usize - 1).map(str::len).sum();
    let rest = &text[line..];
    line + rest.char_indices().nth(at.column as usize - 1).map_or(rest.len(), |(offset, _)| offset)
}

fn apply(text: &str, fix: &Fix) -> String {
    let (start, end) = (offset(text, fix.span.start), offset(text, fix.span.end));
    format!("{}{}{}", &text[..start], fix.text, &text[end..])
}

fn findings(text: &str) -> Vec<Diagnostic> {
    parse("slipway.yaml", text.as_bytes().to_vec()).spec.err().unwrap_or_default()
}

/// The number of occurrences of each message.
fn messages(found: &[Diagnostic]) -> BTreeMap<&str, usize> {
    let mut messages = BTreeMap::new();
    for found in found {
        *messages.entry(found.message.as_str()).or_insert(0) += 1;
    }
    messages
}

#[test]
fn suggested_fixes_are_correct() {
    let mut tried = 0;
    let mut wrong = Vec::new();
    for path in cases() {
        // Files that are not text cannot be edited.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        if text.contains('\r') {
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let before = findings(&text);
        for found in &before {
            let Some(fix) = &found.fix else { continue };
            tried += 1;
            let help = found.help.as_deref().unwrap_or_default();
            let quoted: Vec<&str> = help.split('`').skip(1).step_by(2).collect();
            let is_said = quoted.iter().any(|word| fix.text.contains(word)) || help.contains(&fix.text);
            if !is_said && !fix.text.trim().is_empty() {
                wrong.push(format!("{name}: `{}` is not in the help: {help}", fix.text));
            }
            let mended = apply(&text, fix);
            let after = findings(&mended);
            let (had, has) = (messages(&before), messages(&after));
            let is_gone = has.get(found.message.as_str()).copied().unwrap_or(0) < had[found.message.as_str()];
            // The edit may reveal another finding, but not at the same location.
            let new = after.iter().find(|one| {
                !one.message.ends_with("only one file was given")
                    && has[one.message.as_str()] > had.get(one.message.as_str()).copied().unwrap_or(0)
                    && one.primary.span.start.line == fix.span.start.line
            });
            if !is_gone {
                wrong.push(format!("{name}: still there: {}\n{mended}", found.message));
            }
            if let Some(new) = new {
                wrong.push(format!("{name}: then `{}`, {:?}\n{mended}", new.message, new.help));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(tried > 150, "only {tried} fixes were tried");
}

#[test]
fn every_suggested_text_is_tested() {
    let mut untried = Vec::new();
    for path in cases() {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for found in findings(&text) {
            let help = found.help.as_deref().unwrap_or_default();
            let Some((_, rest)) = help.split_once("write `").or_else(|| help.split_once("did you mean `")) else {
                continue;
            };
            let written = rest.split('`').next().unwrap_or_default();
            // If there are two alternatives, the author must choose.
            let is_choice = rest.split('`').nth(1).is_some_and(|after| after.starts_with(" or "));
            let is_form = is_choice || PLACEHOLDERS.iter().any(|word| written.contains(word));
            let is_used = help.contains("(used at") || found.secondary.iter().any(|label| label.text == "used");
            let is_conditional = help.contains("; the image must contain `");
            if !is_form && !is_used && !is_conditional && found.fix.is_none() {
                untried.push(format!("{}: {help}", path.file_name().unwrap().to_string_lossy()));
            }
        }
    }
    assert!(untried.is_empty(), "{} helps without a fix that is tried:\n{}", untried.len(), untried.join("\n"));
}
