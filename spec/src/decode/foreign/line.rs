//! The lines of the table: the maps that they apply to, and answers that several of them give.

/// The equivalent of a key of another tool.
#[derive(Debug, Clone, Copy)]
pub(in crate::decode) enum Means {
    /// This key, if the map supports it and does not have it yet.
    Key(&'static str),
    /// What to do.
    Say(&'static str),
    /// This key, which the map already has.
    There(&'static str),
}

/// Keys with the same meaning.
pub(super) struct Foreign {
    /// Their names, in lower case.
    pub(super) keys: &'static [&'static str],
    /// The tool, for readers of this table.
    #[allow(dead_code)] // Used by readers, and by a test of the table.
    pub(super) of: &'static str,
    /// The maps that may contain them; all if empty.
    pub(super) at: &'static [&'static str],
    pub(super) means: Means,
}

pub(super) const fn all(of: &'static str, keys: &'static [&'static str], means: Means) -> Foreign {
    Foreign { keys, of, at: &[], means }
}

pub(super) const fn at(
    at: &'static [&'static str],
    of: &'static str,
    keys: &'static [&'static str],
    means: Means,
) -> Foreign {
    Foreign { keys, of, at, means }
}

pub(super) const FILE: &[&str] = &["a Slipway file"];
pub(super) const IMAGE: &[&str] = &["an image"];
pub(super) const FOLDER: &[&str] = &["a folder of an image"];
pub(super) const USER: &[&str] = &["a user"];
pub(super) const BUILD: &[&str] = &["a build"];
pub(super) const STAGE: &[&str] = &["a stage"];
pub(super) const STEP: &[&str] = &["a `run` step", "a step"];
pub(super) const RUN: &[&str] = &["a `run` step", "a check", "a check of the repository"];
pub(super) const COPY: &[&str] = &["a `copy` step"];
pub(super) const PLACED: &[&str] = &["a file of an image"];
pub(super) const CONTEXT: &[&str] = &["a context", "an include"];
pub(super) const SECRET: &[&str] = &["a secret"];
pub(super) const HEALTH: &[&str] = &["a health check"];
pub(super) const ARGUMENT: &[&str] = &["an argument"];
pub(super) const TEST: &[&str] = &["a test"];

/// Keys about containers rather than images.
pub(super) const RUNS: Means =
    Means::Say("this configures a container, not an image: delete it here, and set it where you run the image");
/// Keys for the command line.
pub(super) const COMMAND_LINE: Means = Means::Say("set this on the command line or in a bake file; delete it here");
pub(super) const NAMED_BY_KEY: Means = Means::Say("the name is the key above; delete this one");
pub(super) const WAITS: Means =
    Means::Say("dependencies follow from the names in `from`, `build`, `inputs` and `files`; delete it");
pub(super) const SECRET_SOURCE: Means =
    Means::Say("set the source of a secret on the command line, as in `--secret id=NAME,src=FILE`; delete it here");
pub(super) const SHIPS: Means = Means::Say("stages only produce files; set how an image runs in the image");
pub(super) const ARGS: Means =
    Means::Say("declare arguments once, in `args` at the top of the file, and use them as `${NAME}`");
pub(super) const FORMATS: Means = Means::Say(
    "this is a key of another tool's file; a Slipway file has `images:`, for example `images: { api: { go: \
     ./cmd/api } }`",
);
