//! The contents of each page of the reference.

/// A page of the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its file, such as `images.md`.
    pub file: String,
    /// Its text, in Markdown.
    pub text: String,
}

/// The plan of a page.
pub(super) struct Plan {
    pub(super) file: String,
    pub(super) title: String,
    /// Its introduction, if the descriptions in the schema are not enough.
    pub(super) intro: &'static str,
    pub(super) sections: Vec<Section>,
}

/// The keys of one record.
pub(super) struct Section {
    /// The heading; `None` if the page starts with these keys.
    pub(super) title: &'static str,
    /// The record's name in the definitions of the schema; [`FILE`] for the top level.
    pub(super) record: &'static str,
    pub(super) keys: Keys,
}

/// The keys of a record in a section.
pub(super) enum Keys {
    All,
    Only(&'static [&'static str]),
    /// All except those on other pages.
    Except(&'static [&'static str]),
    /// Those of the builds of every preset.
    OfEveryPreset,
    /// Those of this preset only.
    OfThisPreset,
}

/// The name of the top level among the records.
pub(super) const FILE: &str = "file";

/// The pages that explain a page of the reference: its file without the ending, and their titles and paths in `docs`.
pub(super) const GUIDES: &[(&str, &[(&str, &str)])] = &[
    ("file", &[("The language", "language.md")]),
    ("args", &[("Arguments", "language.md#arguments")]),
    ("contexts", &[("Addresses", "language.md#addresses")]),
    ("secrets", &[("Secrets", "language.md#secrets"), ("Private hosts", "private.md")]),
    (
        "builds",
        &[
            ("Builds", "language.md#builds"),
            ("Commands of a build", "run.md"),
            ("System packages", "packages.md"),
            ("Private hosts", "private.md"),
            ("Toolchains", "toolchains.md"),
        ],
    ),
    ("preset-go", &[("Go", "go.md"), ("Go with C code", "cgo.md")]),
    ("preset-node", &[("Node.js", "node.md")]),
    ("preset-python", &[("Python", "python.md")]),
    ("preset-rust", &[("Rust", "rust.md")]),
    ("preset-java", &[("Java", "java.md")]),
    ("preset-static", &[("Static files", "static.md")]),
    ("stages", &[("Stages", "language.md#stages"), ("Languages without a preset", "other-languages.md")]),
    (
        "images",
        &[
            ("Images", "language.md#images"),
            ("Bases from the file", "language.md#bases-from-the-file"),
            ("Variants", "variants.md"),
            ("What images have in common", "language.md#what-images-have-in-common"),
        ],
    ),
    (
        "config",
        &[
            ("Users and folders", "language.md#users-and-folders"),
            ("Coming from a Dockerfile", "from-dockerfile.md#instructions"),
        ],
    ),
    ("healthcheck", &[("Health checks", "health.md#health-checks"), ("Probes of Kubernetes", "kubernetes.md#probes")]),
    ("metadata", &[("Images", "language.md#images")]),
    ("tests", &[("Tests and budgets", "tests.md"), ("Scans", "scan.md")]),
    ("checks", &[("Checks", "checks.md")]),
    ("include", &[("What images have in common", "language.md#what-images-have-in-common")]),
    ("policy", &[("Platform teams", "platform.md")]),
];
