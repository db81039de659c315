//! Findings in correct files: almost none. If a rule has a finding in one of these, either the rule or the file is
//! wrong.

#![allow(clippy::unwrap_used, clippy::panic)] // Everything here is test code.

mod support;

use std::fs;
use std::path::Path;

use slipway_lint::RULES;
use support::{ENGINE, Example, examples, find};

/// The findings of rules in a file that is built for the engine's own platform: the rule, and a line about it.
fn of(name: &str, spec: &str) -> Vec<(&'static str, String)> {
    let found = find(name, &Example { spec: spec.to_owned(), ignore: None }, &[ENGINE]);
    found.into_iter().map(|(found, line)| (found.rule.unwrap_or_default(), line)).collect()
}

/// The files in a folder of the repository, or in its subfolders.
fn files(folder: &str, inside: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let path = if inside.is_empty() { path } else { path.join(inside) };
            // Some folders have files for other tools only.
            path.exists().then(|| (name, fs::read_to_string(path).unwrap()))
        })
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// Examples are meant to be copied, so findings in them must be harmless.
#[test]
fn examples_of_the_repository_have_no_findings() {
    for (name, text) in files("examples", "slipway.yaml") {
        for (rule, line) in of(&name, &text) {
            assert!(["ExtendsBreaksLayers", "HealthcheckMissing", "OciLabel"].contains(&rule), "{line}");
        }
    }
}

#[test]
fn specs_of_the_language_have_no_findings() {
    let found: String =
        files("spec/tests/specs", "").iter().flat_map(|(name, text)| of(name, text)).map(|(_, line)| line).collect();
    insta::assert_snapshot!(found, @"
    node.yaml:31:14: the runtime of `web` is changed here, so that layer is not shared with it (extends it at 30:14); make this change in `web`, so that both have it; or move what they have in common to `defaults` and remove `extends` [ExtendsBreaksLayers]
    node.yaml:32:19: the set of dependencies of `web` is changed here, so that layer is not shared with it (extends it at 30:14); make this change in `web`, so that both have it; or move what they have in common to `defaults` and remove `extends` [ExtendsBreaksLayers]
    ");
}

#[test]
fn good_examples_have_no_findings_of_other_rules() {
    for rule in RULES {
        let docs = rule.docs();
        let good = docs.split("\n## Good\n").nth(1).unwrap();
        for example in examples(good) {
            let found = find(rule.id, &example, &[ENGINE]);
            assert!(found.is_empty(), "{found:#?}");
        }
    }
}

/// The opposite: a port is one whether the file or an argument has it.
#[test]
fn ports_of_arguments_are_seen() {
    let spec = "args: { PORT: \"443\" }\nimages: { api: { go: ., expose: [8080, \"${PORT}\", 80] } }\n";
    let found = of("slipway.yaml", spec);
    let rules: Vec<_> = found.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(rules, ["HealthcheckMissing", "PrivilegedPort", "PrivilegedPort"]);
    // They are at the port.
    for (line, column) in found.iter().map(|(_, line)| line).skip(1).zip([40, 51]) {
        assert!(line.contains(&format!(":2:{column}: ")), "{line}");
    }
}
