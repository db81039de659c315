//! The reference: one page a noun, made from the JSON Schema alone, so that it says what editors say and cannot fall
//! behind what is read.
//!
//! This file says which record stands on which page; `page` writes the pages, and `words` puts schemas and values into
//! words.

mod page;
mod plan;
mod words;

use serde_json::Value;

pub use self::plan::Page;
use self::plan::{FILE, Keys, Plan, Section};

use crate::model::{Preset, PresetOptions};

/// Keys of images that end in the config of the container image; they have a page of their own.
const CONFIG: &[&str] = &["env", "labels", "user", "workdir", "expose", "volumes", "entrypoint", "cmd", "stop_signal"];

const FILE_INTRO: &str = "A Slipway file is a map with these keys. Keys that start with `x-` are yours, here and in every other map with fixed keys.";
const BUILDS_INTRO: &str = "Builds are what is made. A build is made by a preset, which knows its language. Builds of every preset have the keys of this page, and each preset has [options of its own](index.md#presets).";
const PRESET_INTRO: &str = "Options of this preset, beside [what every build has](builds.md#every-build).";
const IMAGES_INTRO: &str = "Images are what ships. How an image runs is said by the keys of its [config](config.md), which stand beside these.";
const CONFIG_INTRO: &str = "Keys of an [image](images.md) that say how it runs, in Dockerfile's words in lower case.";
const TESTS_INTRO: &str = "What an [image](images.md) must fulfil before it ships.";
const CHECKS_INTRO: &str = "Programs that must succeed: those of a build run with its sources and dependencies, those of the repository in an image of your choice.";

/// All keys of a record.
fn all(title: &'static str, record: &'static str) -> Section {
    Section { title, record, keys: Keys::All }
}

/// All pages but the index.
fn plans() -> Vec<Plan> {
    let plan = |file: &str, title: &str, intro, sections| Plan {
        file: format!("{file}.md"),
        title: title.to_owned(),
        intro,
        sections,
    };
    let mut plans = vec![
        plan("file", "The file", FILE_INTRO, vec![all("", FILE)]),
        plan("args", "Arguments", "", vec![all("", "Arg")]),
        plan("contexts", "Contexts", "", vec![all("", "ContextKeys")]),
        plan("secrets", "Secrets", "", vec![all("", "Secret")]),
        plan(
            "builds",
            "Builds",
            BUILDS_INTRO,
            vec![
                all("", "Build"),
                Section { title: "Every build", record: "GoBuild", keys: Keys::OfEveryPreset },
                Section { title: "The build of an image", record: "BuildUse", keys: Keys::Only(&["from"]) },
                all("Source", "Source"),
                all("Packages", "BuildPackages"),
                all("Install", "Install"),
                all("Private host", "PrivateHostKeys"),
            ],
        ),
    ];
    plans.extend(Preset::ALL.iter().map(|(word, preset)| {
        let own = Section { title: "", record: PresetOptions::schema_name(*preset), keys: Keys::OfThisPreset };
        plan(&format!("preset-{word}"), &format!("The preset `{word}`"), PRESET_INTRO, vec![own])
    }));
    plans.extend([
        plan(
            "stages",
            "Stages",
            "",
            vec![
                all("", "StageKeys"),
                all("Run step", "RunStep"),
                all("Copy step", "CopyStep"),
                all("File step", "FileStep"),
                all("Cache", "CacheKeys"),
            ],
        ),
        plan(
            "images",
            "Images",
            IMAGES_INTRO,
            vec![Section { title: "", record: "Image", keys: Keys::Except(CONFIG) }, all("File", "FileKeys")],
        ),
        plan(
            "config",
            "The config of an image",
            CONFIG_INTRO,
            vec![Section { title: "", record: "Image", keys: Keys::Only(CONFIG) }],
        ),
        plan("healthcheck", "Health check", "", vec![all("", "HealthcheckKeys")]),
        plan("metadata", "Metadata", "", vec![all("", "Metadata")]),
        plan(
            "tests",
            "Tests, budget and scan",
            TESTS_INTRO,
            vec![all("Test", "ImageTestKeys"), all("Text", "TextMatch"), all("Budget", "Budget"), all("Scan", "Scan")],
        ),
        plan(
            "checks",
            "Checks",
            CHECKS_INTRO,
            vec![all("Check of a build", "CheckKeys"), all("Check of the repository", "RepositoryCheck")],
        ),
        plan("include", "Include", "", vec![all("", "IncludeKeys")]),
    ]);
    plans
}

/// The pages of the reference, from what [`crate::model::schema`] says: an index first, then one a noun.
#[must_use]
pub fn reference(schema: &Value) -> Vec<Page> {
    let plans = plans();
    let mut pages = vec![page::index(schema, &plans)];
    pages.extend(plans.iter().map(|plan| page::page(schema, &plans, plan)));
    pages
}
