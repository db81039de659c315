//! The documentation of rules: complete, correct, and the same as in `docs/rules`.
//!
//! `UPDATE=1 cargo test -p slipway-lint --test documentation` writes the pages; review the difference before you commit
//! it.

#![allow(clippy::unwrap_used, clippy::panic)] // Everything here is test code.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use slipway_lint::{RULES, Rule, rule_infos};
use slipway_plan::{FINDINGS, Platform};
use slipway_spec::RuleInfo;
use support::{ENGINE, Example, examples, find};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The text of a section of a rule's documentation.
fn section(rule: &RuleInfo, title: &str) -> String {
    let docs = &rule.docs_markdown;
    let start = format!("\n## {title}\n");
    let at = docs.find(&start).unwrap_or_else(|| panic!("{} has no section `{title}`", rule.id));
    let text = &docs[at + start.len()..];
    text[..text.find("\n## ").unwrap_or(text.len())].trim().to_owned()
}

fn examples_of(rule: &Rule, title: &str) -> Vec<Example> {
    let found = examples(&section(&rule.info(), title));
    assert!(!found.is_empty(), "{} has no example in `{title}`", rule.id);
    found
}

#[test]
fn every_rule_has_all_sections_in_order() {
    for rule in rule_infos() {
        let RuleInfo { id, summary, docs_markdown, .. } = &rule;
        let titles: Vec<_> = docs_markdown.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(titles, ["What it does", "Why", "Bad", "Good"], "{id}");
        assert!(summary.starts_with("Finds "), "{id}: {summary}");
        assert!(!section(&rule, "What it does").is_empty() && !section(&rule, "Why").is_empty(), "{id}");
    }
}

#[test]
fn every_file_is_a_rule_of_the_table() {
    let snake = |id: &str| {
        let mut name = String::new();
        for c in id.chars() {
            if c.is_ascii_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.push(c.to_ascii_lowercase());
        }
        name + ".rs"
    };
    let mut files: Vec<String> = fs::read_dir(folder("src/rules"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "mod.rs")
        .collect();
    files.sort();
    let ids: Vec<_> = RULES.iter().map(|rule| rule.id).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    let mut named: Vec<_> = ids.iter().map(|id| snake(id)).collect();
    named.sort();
    assert_eq!(files, named);
}

#[test]
fn bad_examples_have_findings() {
    for rule in RULES {
        for example in examples_of(rule, "Bad") {
            let found = find(rule.id, &example, &[ENGINE, Platform::LINUX_ARM64]);
            assert!(found.iter().any(|(found, _)| found.rule == Some(rule.id)), "{}: {found:#?}", rule.id);
        }
    }
}

#[test]
fn good_examples_have_no_findings() {
    for rule in RULES {
        for example in examples_of(rule, "Good") {
            let found = find(rule.id, &example, &[ENGINE, Platform::LINUX_ARM64]);
            assert!(!found.iter().any(|(found, _)| found.rule == Some(rule.id)), "{}: {found:#?}", rule.id);
        }
    }
}

fn page(rule: &RuleInfo) -> String {
    let is_of_a_plan = FINDINGS.iter().any(|(id, _)| *id == rule.id);
    let folder = if is_of_a_plan { "plan/src/findings" } else { "lint/src/rules" };
    format!(
        "<!-- Generated from {folder}; do not edit. Update: `UPDATE=1 cargo test -p slipway-lint --test \
         documentation`. -->\n\n{}",
        rule.page()
    )
}

fn index() -> String {
    let mut text =
        "<!-- Generated from lint/src/rules and plan/src/findings; do not edit. Update: `UPDATE=1 cargo test -p \
        slipway-lint --test \
        documentation`. -->\n\n# Lint rules\n\n\
        These rules find problems in specs that can be built. Builds report them as warnings, and \
        `docker buildx build --check` lists them. `slipway explain RULE` shows the page of a rule.\n\
        One of them, SyntaxLineMissing, finds an error, and only `slipway check` applies it: without that line, the \
        frontend does not start.\n\n\
        | rule | finding |\n|---|---|\n"
            .to_owned();
    for RuleInfo { id, summary, .. } in rule_infos() {
        text.push_str(&format!("| [{id}]({id}.md) | {summary} |\n"));
    }
    text.push_str(
        "\n## Skipping rules\n\n\
         A comment above the first key of a file applies to the whole file; in an included file, to that file.\n\n\
         ```yaml\n# syntax=ghcr.io/acme/slipway:1\n# check=skip=RootUser,FloatingTag;error=true\nimages:\n  api: { go: ./cmd/api }\n```\n\n\
         `skip` lists rules, or is `all`. With `error=true`, findings fail the build.\n\
         `--build-arg BUILDKIT_DOCKERFILE_CHECK=skip=…;error=…` replaces this comment for one build.\n\n\
         A comment on the line above a key, or after the key on its line, applies to that key and its contents:\n\n\
         ```yaml\nimages:\n  api:\n    go: ./cmd/api\n    # Its start script drops privileges itself.\n    # check=skip=RootUser\n    user: root\n```\n",
    );
    text
}

#[test]
fn pages_are_up_to_date() {
    let folder = folder("../docs/rules");
    let mut pages: Vec<(String, String)> =
        rule_infos().iter().map(|rule| (format!("{}.md", rule.id), page(rule))).collect();
    pages.push(("README.md".to_owned(), index()));
    pages.sort();
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in &pages {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let mut there: Vec<String> = fs::read_dir(&folder)
        .map(|entries| entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect())
        .unwrap_or_default();
    there.sort();
    assert_eq!(there, pages.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>(), "run with UPDATE=1");
    for (name, text) in &pages {
        assert!(fs::read_to_string(folder.join(name)).unwrap() == *text, "{name} differs: run with UPDATE=1");
    }
}

/// The sources of a crate, and of the folders in it.
fn sources(folder: &Path, texts: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, texts);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            texts.push(fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_finding_with_a_name_has_a_page() {
    let known: Vec<_> = rule_infos().into_iter().map(|rule| rule.id).collect();
    assert!(known.windows(2).all(|pair| pair[0] < pair[1]), "twice, or not sorted: {known:?}");
    let mut texts = Vec::new();
    for name in ["plan", "project", "spec", "frontend"] {
        sources(&folder("..").join(name).join("src"), &mut texts);
    }
    let constant = |name: &str| {
        let start = format!("const {name}: &str = \"");
        let text = texts.iter().find_map(|text| text.split_once(&start)).unwrap_or_else(|| panic!("no `{name}`"));
        text.1.split('"').next().unwrap_or_default()
    };
    let used = texts.iter().flat_map(|text| text.split(".with_rule(").skip(1));
    let names: Vec<&str> = used
        .map(|rest| rest.split(')').next().unwrap_or_default())
        .filter(|name| name.starts_with(|c: char| c == '"' || c.is_ascii_uppercase()))
        .map(|name| name.strip_prefix('"').map_or_else(|| constant(name), |name| name.trim_end_matches('"')))
        .collect();
    assert!(names.len() > FINDINGS.len(), "{names:?}");
    for name in names {
        assert!(known.contains(&name), "`{name}` has no page");
    }
}
