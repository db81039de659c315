//! `docs/reference/buildx.md`: every option of buildx, bake and Compose, beside the Dockerfile frontend. The page is made
//! of the tables in `tests/buildx`; each row names the tests that prove it.
//!
//! `UPDATE=1 cargo test -p slipway-architecture` writes the page.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::named_tests;

/// The tables, in the order of the page.
const TABLES: [&str; 10] =
    ["spec", "contexts", "targets", "images", "steps", "cache", "results", "questions", "bake", "compose"];

/// A table of the page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    title: String,
    row: Vec<Row>,
}

/// An option.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// How it is written.
    option: String,
    /// What Slipway does.
    slipway: String,
    /// What the Dockerfile frontend does.
    dockerfile: String,
    state: State,
    /// Why it is not `yes`, and what to do instead.
    #[serde(default)]
    why: String,
    /// The tests that prove what Slipway does.
    #[serde(default)]
    tests: Vec<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum State {
    /// Users get what they expect, and a test proves it.
    Yes,
    /// A part of it is missing.
    Partial,
    /// It is missing.
    No,
    /// No test proves it.
    Untested,
}

impl State {
    const ALL: [(Self, &str); 4] =
        [(Self::Yes, "yes"), (Self::Partial, "partial"), (Self::No, "no"), (Self::Untested, "untested")];

    fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn tables() -> Vec<Table> {
    let read = |name: &str| {
        let path = repository().join(format!("tests/buildx/{name}.toml"));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}.toml: {error}"));
        toml::from_str(&text).unwrap_or_else(|error| panic!("{name}.toml: {error}"))
    };
    TABLES.map(read).into()
}

/// What is wrong with a row, if the tests that exist are these.
fn wrong(row: &Row, known: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    let texts = [("option", &row.option), ("slipway", &row.slipway), ("dockerfile", &row.dockerfile)];
    found.extend(texts.iter().filter(|(_, text)| text.trim().is_empty()).map(|(key, _)| format!("`{key}` is empty")));
    let is_yes = row.state == State::Yes;
    if is_yes != row.why.is_empty() {
        found.push("a row has a `why` if it is not `yes`, and only then".to_owned());
    }
    if is_yes && row.tests.is_empty() {
        found.push("no test proves a `yes`".to_owned());
    }
    if row.state == State::Untested && !row.tests.is_empty() {
        found.push("there are tests".to_owned());
    }
    let missing = row.tests.iter().filter(|test| !known.contains(*test));
    found.extend(missing.map(|test| format!("there is no test `{test}`")));
    found.into_iter().map(|what| format!("{}: {what}", row.option)).collect()
}

#[test]
fn every_row_is_whole_and_names_tests_that_exist() {
    let known = named_tests::all(&repository());
    assert!(known.len() > 1000, "only {} tests were found", known.len());
    let tables = tables();
    let rows = || tables.iter().flat_map(|table| &table.row);
    let mut found: Vec<String> = rows().flat_map(|row| wrong(row, &known)).collect();
    let mut options = BTreeSet::new();
    found.extend(rows().filter(|row| !options.insert(&row.option)).map(|row| format!("{} is there twice", row.option)));
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    assert!(options.len() > 124, "only {} rows", options.len());
    let files = fs::read_dir(repository().join("tests/buildx")).unwrap().count();
    assert_eq!(files, TABLES.len(), "a file of tests/buildx is not in TABLES");
}

#[test]
fn a_wrong_row_is_found() {
    let row = |state: State, why: &str, tests: &[&str]| Row {
        option: "`-x`".to_owned(),
        slipway: "obeys".to_owned(),
        dockerfile: "obeys".to_owned(),
        state,
        why: why.to_owned(),
        tests: tests.iter().map(|test| (*test).to_owned()).collect(),
    };
    let known = BTreeSet::from(["a::b".to_owned()]);
    assert!(wrong(&row(State::Yes, "", &["a::b"]), &known).is_empty());
    assert!(wrong(&row(State::No, "rare", &[]), &known).is_empty());
    for (bad, words) in [
        (row(State::Yes, "", &[]), "no test"),
        (row(State::Yes, "", &["a::c"]), "no test `a::c`"),
        (row(State::Partial, "", &["a::b"]), "`why`"),
        (row(State::Untested, "rare", &["a::b"]), "there are tests"),
        (Row { slipway: " ".to_owned(), ..row(State::Yes, "", &["a::b"]) }, "`slipway` is empty"),
    ] {
        let found = wrong(&bad, &known);
        assert!(found.len() == 1 && found[0].contains(words), "{words}: {found:?}");
    }
}

const HEAD: &str = "\
<!-- Generated from tests/buildx; do not edit. Update: `UPDATE=1 cargo test -p slipway-architecture`. -->

# Options of buildx, bake and Compose

What Slipway does with each option, beside the frontend that reads Dockerfiles. [The language](../language.md) explains
the options that matter most, [questions](../calls.md) those of `--call`.

- **yes**: it works as with a Dockerfile, or as a user would expect where a Dockerfile has nothing like it, and the tests
  in the last column prove it.
- **partial**, **no**: something is missing. The row says why, and what to do instead.
- **untested**: no test of ours proves it. Most of these options are handled by the client or the engine alone.

`module::name` is an end-to-end test on an engine:
`scripts/with-engine cargo test --package slipway-tests --locked -- NAME`. `folder/module::name` is one in the crate of
that folder, which needs no engine. The engine of the tests is Docker 28.5 with BuildKit 0.25, buildx 0.29 and Compose
2.40; the names of options are those of buildx 0.36 and BuildKit 0.32, and a row says so if it needs newer ones than the
tests have. [Engines](../compatibility.md) lists what depends on the engine.
";

fn page() -> String {
    let tables = tables();
    let mut text = HEAD.to_owned();
    let rows: Vec<&Row> = tables.iter().flat_map(|table| &table.row).collect();
    let count = |state| rows.iter().filter(|row| row.state == state).count();
    let counts: Vec<String> = State::ALL.iter().map(|(state, name)| format!("{} {name}", count(*state))).collect();
    text.push_str(&format!("\nOf {} rows: {}.\n", rows.len(), counts.join(", ")));
    for Table { title, row } in &tables {
        text.push_str(&format!(
            "\n## {title}\n\n| option | Slipway | Dockerfile frontend | state | tests |\n|---|---|---|---|---|\n"
        ));
        for row in row {
            let slipway =
                if row.why.is_empty() { row.slipway.clone() } else { format!("{}. {}", row.slipway, row.why) };
            let tests: Vec<String> = row.tests.iter().map(|test| format!("`{test}`")).collect();
            let state = row.state.name();
            let cells = [&row.option, &slipway, &row.dockerfile, state, &tests.join(", ")];
            text.push_str(&format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | ")));
        }
    }
    text
}

#[test]
fn the_page_is_up_to_date() {
    let path = repository().join("docs/reference/buildx.md");
    let page = page();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == page,
        "docs/reference/buildx.md differs: run with UPDATE=1"
    );
}
