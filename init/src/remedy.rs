//! What a finding about a draft changes in it.

use std::collections::BTreeSet;

use slipway_spec::{Diagnostic, Severity};

use crate::draft::Draft;
use crate::image::{Form, Skip};
use crate::text::Text;

/// Findings that mean that the image would not work.
const BROKEN: &[&str] = &[
    "ProgramMissing",
    "ForeignProgram",
    "LibraryMissing",
    "NothingToRun",
    "UnknownUser",
    "PackageNotBuilt",
    "ProgramLeftBehind",
    "ProgramAsArgument",
];
/// Keys that the help of a finding may add.
const HELPFUL: &[&str] = &["entrypoint", "cmd", "runtime", "workdir", "files", "healthcheck", "packages"];

/// Changes a draft; whether there was something to change.
pub(crate) fn apply(draft: &mut Draft, text: &Text, found: &[Diagnostic]) -> bool {
    let mut changed = false;
    let mut demoted = BTreeSet::new();
    let owner = |found: &Diagnostic| {
        let line = usize::try_from(found.primary.span.start.line).ok()?.checked_sub(1)?;
        text.owners.get(line).copied().flatten()
    };
    for error in found.iter().filter(|found| found.severity == Severity::Error) {
        let Some((number, _)) = owner(error) else { continue };
        let Some(image) = draft.images.get_mut(number).filter(|_| demoted.insert(number)) else { continue };
        let why =
            if image.stage.is_empty() || image.form == Form::Adopted { sentence(error) } else { error.message.clone() };
        image.demote(&why);
        changed = true;
    }
    if changed {
        return true;
    }
    for warning in found.iter().filter(|found| found.severity == Severity::Warning) {
        let Some(rule) = warning.rule else { continue };
        let Some((number, in_stages)) = owner(warning) else {
            if !draft.skips.iter().any(|known| known == rule) {
                draft.skips.push(rule.to_owned());
                changed = true;
            }
            continue;
        };
        let Some(image) = draft.images.get_mut(number).filter(|_| !demoted.contains(&number)) else { continue };
        if image.form == Form::Preset && !image.skips.iter().any(|skip| skip.rule == rule) {
            let lines = snippets(warning.help.as_deref().unwrap_or_default());
            let new: Vec<_> = lines.into_iter().filter(|(key, _)| !image.has(key)).collect();
            let is_broken = BROKEN.contains(&rule);
            if !new.is_empty() && (is_broken || rule == "FilesLeftBehind") {
                for (key, value) in new {
                    if !image.has(&key) {
                        image.set(&key, value);
                    }
                }
                changed = true;
                continue;
            }
            if is_broken {
                let why = if image.stage.is_empty() { sentence(warning) } else { warning.message.clone() };
                image.demote(&why);
                demoted.insert(number);
                changed = true;
                continue;
            }
        }
        if image.skips.iter().any(|skip| skip.rule == rule && skip.in_stages == in_stages) {
            continue;
        }
        image.skips.push(Skip { rule, message: sentence(warning), in_stages });
        changed = true;
    }
    changed
}

/// A finding in one sentence without a period.
fn sentence(found: &Diagnostic) -> String {
    let help = found.help.as_deref().map(|help| format!("; {help}")).unwrap_or_default();
    format!("{}{help}", found.message).replace('\n', " ")
}

/// The keys in the help of a finding, each in backticks: `cmd: [dist/server.js]`. The first of a name counts.
fn snippets(help: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut parts = help.split('`');
    while let (Some(before), Some(snippet)) = (parts.next(), parts.next()) {
        let Some((key, value)) = snippet.split_once(": ").filter(|_| !before.ends_with("as in ")) else { continue };
        // An entrypoint and a command are alternatives.
        let is_start = |key: &str| matches!(key, "entrypoint" | "cmd");
        if HELPFUL.contains(&key) && !found.iter().any(|(known, _)| known == key || is_start(known) && is_start(key)) {
            found.push((key.to_owned(), value.to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_of_a_finding_has_keys() {
        assert_eq!(snippets("name the file that `node` runs, as in `cmd: [dist/server.js]`"), []);
        assert_eq!(
            snippets("write `runtime: slim` and `entrypoint: [npm, start]` or `cmd: [x]`, see `docs`"),
            [("runtime".to_owned(), "slim".to_owned()), ("entrypoint".to_owned(), "[npm, start]".to_owned())]
        );
    }
}
