//! The reference: one page per noun, generated from the JSON Schema alone, so it always agrees with editors and the
//! decoder.
//!
//! This file assigns records to pages; `page` writes the pages, and `words` describes schemas and values in words.

mod page;
mod plan;
mod words;

pub use self::plan::Page;
use self::plan::{FILE, Keys, Plan, Section};

use crate::model::{Preset, PresetOptions, bare_schema};

/// Keys of images that are part of the container config; they have their own page.
const CONFIG: &[&str] = &["env", "labels", "user", "workdir", "expose", "volumes", "entrypoint", "cmd", "stop_signal"];

const FILE_INTRO: &str = "A Slipway file is a map with these keys. Keys that start with `x-` are ignored, here and in \
 every other map with fixed keys.";
const BUILDS_INTRO: &str = "A build produces files with a preset, which handles one language. Builds of every preset \
 have the keys on this page. In addition, each preset has [its own options](index.md#presets).";
const PRESET_INTRO: &str = "Options of this preset, in addition to [those of every build](builds.md#every-build).";
const IMAGES_INTRO: &str = "Images are what you ship. In addition to these keys, the keys of the [config](config.md) \
 set how an image runs.";
const CONFIG_INTRO: &str = "Keys of an [image](images.md) that set how it runs: Dockerfile instructions in lower case.";
const TESTS_INTRO: &str = "Conditions that an [image](images.md) must meet before it ships.";
const CHECKS_INTRO: &str = "Programs that must succeed. Checks of a build run with its sources and dependencies, \
 checks of the repository in an image of your choice.";

const POLICY_INTRO: &str = "Rules of a platform team for all specs of its frontend, in `/etc/slipway/org.yaml` of the \
 frontend's image. [The guide](../platform.md) shows how to make such an image.";

/// All keys of a record.
fn all(title: &'static str, record: &'static str) -> Section {
    Section { title, record, keys: Keys::All }
}

/// All pages except the index.
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
                all("Packages", "BuildPackageKeys"),
                all("Package repository", "PackageRepository"),
                all("Install", "Install"),
                all("Private host", "PrivateHostKeys"),
                all("Run step", "BuildRunKeys"),
            ],
        ),
    ];
    plans.extend(Preset::ALL.iter().map(|(word, preset)| {
        let own = Section { title: "", record: PresetOptions::schema_name(*preset), keys: Keys::OfThisPreset };
        let script = (*preset == Preset::Node).then(|| all("Script", "NodeScriptKeys"));
        let sections = std::iter::once(own).chain(script).collect();
        plan(&format!("preset-{word}"), &format!("The preset `{word}`"), PRESET_INTRO, sections)
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
                all("SSH agent", "SshKeys"),
            ],
        ),
        plan(
            "images",
            "Images",
            IMAGES_INTRO,
            vec![
                Section { title: "", record: "Image", keys: Keys::Except(CONFIG) },
                all("File", "FileKeys"),
                all("Folder", "FolderKeys"),
                all("Packages", "ImagePackageKeys"),
                all("Dependencies", "DependencyKeys"),
                all("Traced dependencies", "TracedKeys"),
            ],
        ),
        plan(
            "config",
            "The config of an image",
            CONFIG_INTRO,
            vec![Section { title: "", record: "Image", keys: Keys::Only(CONFIG) }, all("New user", "NewUser")],
        ),
        plan(
            "healthcheck",
            "Health check",
            "",
            vec![all("", "HealthcheckKeys"), all("HTTP", "HttpKeys"), all("gRPC", "GrpcKeys")],
        ),
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
        plan("policy", "Policy", POLICY_INTRO, vec![all("", "PolicyKeys"), all("Forbidden keys", "Forbidden")]),
    ]);
    plans
}

/// The pages of the reference, generated from [`crate::model::schema`]: the index first, then one per noun.
#[must_use]
pub fn reference() -> Vec<Page> {
    let (schema, plans) = (bare_schema(), plans());
    let mut pages = vec![page::index(&schema, &plans)];
    pages.extend(plans.iter().map(|plan| page::page(&schema, &plans, plan)));
    pages
}
