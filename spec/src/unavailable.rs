//! Keys of the language that are read and checked, and that this release does not carry out: one table, which warnings,
//! the schema, the reference and `docs/language.md` are made from. Whatever is carried out one day leaves it.

use std::borrow::Cow;

/// A key that has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unavailable {
    /// The map that has it, by its name in the schema.
    pub record: &'static str,
    /// The key in it.
    pub key: &'static str,
    /// What messages call it.
    pub shown: &'static str,
    /// Where only it has none; empty for everywhere.
    pub only: &'static str,
    /// What happens all the same.
    pub effect: &'static str,
    /// What to do.
    pub instead: &'static str,
}

const NO_PROBE: &str = "the image has no probe, so it gets no health check";
const ASK: &str = "say `run` with a program of the image that asks";
const PRESETS: &str = "in builds of Go, Java, Python and Rust";
const NO_GATE: &str = "no build runs a check that is no gate";

/// Every one of them.
#[rustfmt::skip]
pub const UNAVAILABLE: &[Unavailable] = &[
    of("HealthcheckKeys", "http", "healthcheck.http", "", NO_PROBE, ASK),
    of("HealthcheckKeys", "tcp", "healthcheck.tcp", "", NO_PROBE, ASK),
    of("ImageKeys", "init", "init", "", "the program itself is the first process", "run the image with `docker run --init`"),
    of("ImageKeys", "compress", "compress", "", "the program is not compressed", "delete it"),
    of("ImageKeys", "tests", "tests", "", "the tests of the image do not run", "run the image after the build"),
    of("ImageKeys", "budget", "budget", "", "nothing is measured, and nothing is held back", "measure the image after the build"),
    of("ImageKeys", "scan", "scan", "", "nothing is scanned, and nothing is held back", "scan the image after the build"),
    of("ImageKeys", "inspect", "inspect", "", "no debugger is started", "start one in `cmd` of a variant"),
    of("Install", "include", "install.include", "in builds of Go and Rust", "the dependency step sees the manifests alone", "delete it"),
    of("Install", "options", "install.options", "in builds of Go and Rust", "the dependency step runs without them", "delete it"),
    of("BuildKeys", "generate", "generate", PRESETS, "nothing is generated", "generate in a stage, and take its files with `inputs`"),
    of("BuildKeys", "output", "output", PRESETS, "images and addresses get what the preset makes", "delete it"),
    of("CheckKeys", "gate", "checks", "where it is `false`", NO_GATE, "say `gate: true`"),
    of("RepositoryCheck", "gate", "checks", "where it is `false`", NO_GATE, "say `gate: true`"),
];

const fn of(
    record: &'static str,
    key: &'static str,
    shown: &'static str,
    only: &'static str,
    effect: &'static str,
    instead: &'static str,
) -> Unavailable {
    Unavailable { record, key, shown, only, effect, instead }
}

impl Unavailable {
    /// What it says about a key of a map, where that has no effect.
    #[must_use]
    pub fn find(record: &str, key: &str) -> Option<&'static Self> {
        UNAVAILABLE.iter().find(|one| one.record == record && one.key == key)
    }

    /// The sentence of the schema.
    pub(crate) fn sentence(&self) -> Cow<'static, str> {
        let space = if self.only.is_empty() { "" } else { " " };
        let Self { only, effect, instead, .. } = self;
        format!("This release does not carry it out{space}{only}: {effect}; {instead}.").into()
    }

    /// The line of a table in Markdown.
    #[must_use]
    pub fn row(&self) -> String {
        let comma = if self.only.is_empty() { "" } else { ": " };
        let key =
            if self.key == "gate" { format!("`{}` with `gate`", self.shown) } else { format!("`{}`", self.shown) };
        format!("| {key} | {}{comma}{} | {} |\n", self.only, self.effect, self.instead)
    }
}
