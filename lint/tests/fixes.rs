//! The suggested edits of findings are correct together: after them, the file can be read and planned, and has no
//! findings at these places.
//!
//! Fixes of language errors are tested with the wrong specs, fixes of rules with their examples. Another test checks
//! that each fix removes its own finding; here, all fixes of a file are applied.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Everything here is test code.

mod support;

use std::fs;
use std::path::Path;

use futures_util::FutureExt;
use slipway_lint::{Lint, RULES, check};
use slipway_plan::{Args, Overview, PlanError, plan, targets};
use slipway_spec::{Diagnostic, Fix, Position, parse};
use support::{Anything, ENGINE, examples, request};

/// Findings about what the author wrote deliberately, whose fix only changes the form.
const OF_THE_WRITER: &[&str] = &["PrivilegedPort", "UnpinnedGit", "UnpinnedHttp"];

/// The maximum number of rounds; a fix may reveal another finding.
const ROUNDS: usize = 5;

/// The byte offset of a location.
fn offset(text: &str, at: Position) -> usize {
    let line: usize = text.split_inclusive('\n').take(at.line as usize - 1).map(str::len).sum();
    let rest = &text[line..];
    line + rest.char_indices().nth(at.column as usize - 1).map_or(rest.len(), |(offset, _)| offset)
}

/// After all fixes, text between marks was written by one of them.
const MARKS: [char; 2] = ['\u{e000}', '\u{e001}'];

/// Applies fixes, the last one first, so that the locations of the others stay valid. Their text is between marks.
fn apply(text: &str, found: &[Diagnostic]) -> Option<String> {
    let mut fixes: Vec<&Fix> = found.iter().filter_map(|found| found.fix.as_deref()).collect();
    fixes.sort_by_key(|fix| std::cmp::Reverse((fix.span.start, fix.span.end)));
    let mut text = text.to_owned();
    let mut first: Option<Position> = None;
    for fix in &fixes {
        // Of two fixes at one location, one waits for the next round.
        if first.is_some_and(|first| fix.span.end > first) {
            continue;
        }
        first = Some(fix.span.start);
        let (start, end) = (offset(&text, fix.span.start), offset(&text, fix.span.end));
        text.replace_range(start..end, &format!("{}{}{}", MARKS[0], fix.text, MARKS[1]));
    }
    first.map(|_| text)
}

/// The text, and the parts of it that were between marks.
fn without_marks(marked: &str) -> (String, Vec<std::ops::Range<usize>>) {
    let (mut text, mut ranges, mut start) = (String::new(), Vec::new(), 0);
    for c in marked.chars() {
        match c {
            c if c == MARKS[0] => start = text.len(),
            c if c == MARKS[1] => ranges.push(start..text.len()),
            c => text.push(c),
        }
    }
    (text, ranges)
}

/// The findings in a file: errors of the language, otherwise those of its plans and of the rules.
fn findings(text: &str, needs_syntax_line: bool) -> (bool, Vec<Diagnostic>) {
    let parsed = parse("slipway.yaml", text.as_bytes().to_vec());
    let spec = match &parsed.spec {
        Ok(spec) => spec,
        Err(found) => return (false, found.clone()),
    };
    let request = request();
    let args = match Args::declared(spec, &request) {
        Ok(args) => args,
        Err(found) => return (true, found),
    };
    let (mut plans, mut found) = (Vec::new(), Vec::new());
    for target in targets(spec) {
        match plan(&Anything, spec, target, &ENGINE, &args, &request).now_or_never().unwrap() {
            Ok(plan) => {
                found.extend(plan.warnings.iter().cloned());
                plans.push(plan);
            }
            Err(PlanError::Invalid(errors)) => found.extend(errors),
            Err(PlanError::Files(_)) => {}
        }
    }
    let overview = Overview::of(&plans, &ENGINE);
    let (planned, build_platform) = (Some(&overview), Some(&ENGINE));
    found.extend(check(&Lint { planned, build_platform, needs_syntax_line, ..Lint::new(&parsed.sources, spec) }));
    (true, found)
}

/// Applies all possible fixes, and returns the findings in their text. None if the file has other errors that only its
/// author can correct.
fn after_fixes(text: &str, needs_syntax_line: bool) -> Option<Vec<Diagnostic>> {
    let mut text = text.to_owned();
    let mut written = Vec::new();
    for _ in 0..ROUNDS {
        let (_, found) = findings(&text, needs_syntax_line);
        let Some(marked) = apply(&text, &found) else { break };
        (text, written) = without_marks(&marked);
    }
    let (is_read, mut found) = findings(&text, needs_syntax_line);
    found.retain(|found| {
        let at = offset(&text, found.primary.span.start);
        let is_written = written.iter().any(|range: &std::ops::Range<usize>| range.contains(&at));
        is_written && !OF_THE_WRITER.contains(&found.rule.unwrap_or_default())
    });
    (is_read && !written.is_empty()).then_some(found)
}

#[test]
fn wrong_files_are_correct_after_their_fixes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/tests/wrong");
    let (mut tried, mut wrong) = (0, Vec::new());
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "yaml")) {
        let Ok(text) = fs::read_to_string(path) else { continue };
        if text.contains('\r') || text.len() > 20_000 {
            continue;
        }
        let Some(found) = after_fixes(text.trim_start_matches('\u{feff}'), false) else { continue };
        tried += 1;
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        wrong.extend(found.iter().map(|found| {
            let at = found.primary.span.start;
            format!("{name}:{}:{}: {}; {:?} [{:?}]", at.line, at.column, found.message, found.help, found.rule)
        }));
    }
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(tried > 30, "only {tried} files are right with their fixes");
}

#[test]
fn examples_of_rules_are_correct_after_their_fixes() {
    let mut tried = 0;
    for rule in RULES {
        let docs = rule.docs();
        let bad = docs.split("\n## Bad\n").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap();
        for example in examples(bad) {
            let needs_syntax_line = rule.id == "SyntaxLineMissing";
            let before = findings(&example.spec, needs_syntax_line).1;
            if before.iter().all(|found| found.fix.is_none()) {
                continue;
            }
            let found = after_fixes(&example.spec, needs_syntax_line);
            assert!(found.as_ref().is_some_and(Vec::is_empty), "{}: {found:#?}", rule.id);
            tried += 1;
        }
    }
    assert!(tried > 1, "only {tried} examples have fixes");
}
