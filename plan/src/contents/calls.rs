//! Programs that an image runs, and messages about those that cannot be run.

use slipway_spec::Span;

use super::base::{Base, Kind};
use crate::shell;

/// Shells, by name.
pub(super) const SHELLS: &[&str] = &["sh", "bash", "ash", "dash", "zsh"];

/// The name of a program that may have a path.
pub(super) fn name_of(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// A program in the spec of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The key that names it.
    pub key: CallKey,
    /// The program as written.
    pub word: String,
    /// The part of the spec that names it.
    pub span: Span,
    /// Whether it can be run.
    pub found: Found,
}

/// Keys that name programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallKey {
    /// `entrypoint`.
    Entrypoint,
    /// `cmd`.
    Cmd,
    /// `healthcheck`.
    Healthcheck,
    /// `run` of a test.
    Test,
}

/// Whether a program is in an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It is.
    Yes,
    /// Unknown.
    Unknown,
    /// It cannot be run.
    No(Missing),
}

/// Why a program cannot be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// It does not exist.
    Program {
        /// The path of the build's program, if that has the same name.
        at: Option<String>,
    },
    /// The package that contains it is not in the environment.
    Package {
        /// The package.
        name: String,
        /// What to do about it.
        help: String,
    },
    /// The project has a program with a similar name.
    Mistyped(String),
    /// It is a link that leads to this path, where nothing is.
    LinkTarget(String),
    /// There is a folder at its path.
    Folder,
    /// Its permission bits do not allow it.
    Mode,
    /// Its source has no execute bit.
    ExecuteBit {
        /// Its path in the context.
        file: String,
        /// Its interpreter, if that is in the image.
        interpreter: Option<&'static str>,
        /// Whether an entry of `files` copies it, which may have a `mode`.
        by_files: bool,
    },
    /// It is a text file whose first line does not name an interpreter after `#!`.
    NoInterpreter(String),
    /// The interpreter that its first line names after `#!` does not exist.
    Interpreter(String),
    /// Its first line has a Windows line ending, which the kernel treats as part of the name.
    LineEnd(String),
}

impl Missing {
    /// Whether this is independent of the base.
    pub(super) fn is_certain(&self) -> bool {
        matches!(self, Self::Folder | Self::Mode | Self::ExecuteBit { .. } | Self::LineEnd(_))
    }
}

impl Call {
    /// The problem.
    #[must_use]
    pub fn message(&self, missing: &Missing, base: &Base) -> String {
        let word = &self.word;
        match missing {
            Missing::Program { .. } if base.kind == Kind::Scratch => {
                format!("there is no `{word}` in the image, whose base is `scratch`")
            }
            Missing::Program { .. } => {
                format!("there is no `{word}` in the image, nor in its base `{}`", base.name)
            }
            Missing::Package { name, .. } => {
                format!("there is no `{word}` in the image: the lockfile does not contain the package `{name}`")
            }
            Missing::Mistyped(meant) => {
                format!("the project does not have a program `{word}`, but it has `{meant}`")
            }
            Missing::LinkTarget(to) => format!("`{word}` is a link to `{to}`, which is not in the image"),
            Missing::Folder => format!("`{word}` is a folder in the image, not a program"),
            Missing::Mode => format!("`{word}` is not executable, according to its `mode`"),
            Missing::ExecuteBit { file, .. } => {
                format!("`{word}` is not executable: `{file}` has no execute bit in the context")
            }
            Missing::NoInterpreter(_) => {
                format!("`{word}` cannot be started: it is a text file whose first line does not name an interpreter")
            }
            Missing::Interpreter(program) => {
                format!("`{word}` is a script for `{program}`, which is not in `{}`", base.name)
            }
            Missing::LineEnd(line) => {
                format!("`{word}` cannot be started: its first line, `{line}`, has a Windows line ending")
            }
        }
    }

    /// What to do; `program` is that of the build.
    #[must_use]
    pub fn help(&self, missing: &Missing, base: &Base, program: Option<&String>) -> String {
        let with_shell = match base.is_distribution() {
            true => "add the package that contains it to `packages`",
            false => "use a base that contains one, such as `runtime: slim`",
        };
        match missing {
            Missing::Program { at: Some(at) } => format!("the program of the build is at `{at}`"),
            Missing::Program { at: None } if SHELLS.contains(&name_of(&self.word)) => {
                format!("write the program itself and its arguments; or {with_shell}")
            }
            Missing::Program { at: None } if base.is_distribution() => {
                format!("name a program in the image, copy it with `files`, or {with_shell}")
            }
            Missing::Program { at: None } | Missing::Folder => {
                match program.filter(|_| self.key == CallKey::Entrypoint) {
                    Some(program) => format!(
                        "delete the key to run `{program}`, the program of the build; or copy the other one with \
                         `files`"
                    ),
                    None => "name a program in the image, or copy it with `files`".to_owned(),
                }
            }
            Missing::Package { help, .. } => help.clone(),
            Missing::LinkTarget(_) => "name a program of the image in `link`, or copy it with `files`".to_owned(),
            Missing::Mistyped(meant) => format!("write `{meant}`"),
            Missing::Mode => "write `mode: \"0755\"` in the entry of `files` that copies it".to_owned(),
            Missing::ExecuteBit { file, interpreter, by_files } => {
                let path = shell::word(file).as_str().to_owned();
                let mut help =
                    format!("run `chmod +x {path}`, and `git update-index --chmod=+x {path}` for the repository");
                if let Some(program) = interpreter {
                    help += &format!("; or name its interpreter: `[{program}, {}]`", self.word);
                }
                if *by_files {
                    help += "; or write `mode: \"0755\"` in the entry of `files` that copies it";
                }
                help
            }
            Missing::NoInterpreter(file) => {
                format!("start `{file}` with a line such as `#!/bin/sh`")
            }
            Missing::Interpreter(_) => format!("name the program itself instead of the script; or {with_shell}"),
            Missing::LineEnd(_) => "save it with Unix line endings (LF)".to_owned(),
        }
    }
}
