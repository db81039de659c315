//! Programs that an image is told to run, and what is said of those that cannot be run.

use slipway_spec::Span;

use super::base::{Base, Kind};
use crate::shell;

/// Shells, by their names.
pub(super) const SHELLS: &[&str] = &["sh", "bash", "ash", "dash", "zsh"];

/// The name of a program that may have a path.
pub(super) fn name_of(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// A program that the spec tells an image to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The key that names it.
    pub key: CallKey,
    /// The program as it is written.
    pub word: String,
    /// The part of the spec that names it.
    pub span: Span,
    /// Whether it is there.
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
}

/// Whether a program is in an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It is.
    Yes,
    /// That is not known.
    Unknown,
    /// It cannot be run.
    No(Missing),
}

/// Why a program cannot be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// It is not there.
    Program {
        /// Where the program of the build is, where that has the same name.
        at: Option<String>,
    },
    /// The package that brings it is not among those of the environment.
    Package {
        /// The package.
        name: String,
        /// What to do about it.
        help: String,
    },
    /// A program of the project has nearly that name.
    Mistyped(String),
    /// A folder is at its path.
    Folder,
    /// Its permission bits do not let it run.
    Mode,
    /// It has no execute bit where it comes from.
    ExecuteBit {
        /// Its path in the context.
        file: String,
        /// What runs it, where that is in the image.
        interpreter: Option<&'static str>,
        /// Whether an entry of `files` brings it, which may have a `mode`.
        by_files: bool,
    },
    /// It is a text whose first line names no program after `#!`.
    NoInterpreter(String),
    /// The program that its first line names, after `#!`, is not there.
    Interpreter(String),
    /// Its first line ends as lines of Windows do, which the kernel takes for a part of the name.
    LineEnd(String),
}

impl Missing {
    /// Whether that does not depend on what the base has.
    pub(super) fn is_certain(&self) -> bool {
        matches!(self, Self::Folder | Self::Mode | Self::ExecuteBit { .. } | Self::LineEnd(_))
    }
}

impl Call {
    /// What is wrong with it.
    #[must_use]
    pub fn message(&self, missing: &Missing, base: &Base) -> String {
        let word = &self.word;
        match missing {
            Missing::Program { .. } if base.kind == Kind::Scratch => {
                format!("there is no `{word}` in the image, which stands on `scratch`")
            }
            Missing::Program { .. } => {
                format!("there is no `{word}` in the image, nor in `{}` that it stands on", base.name)
            }
            Missing::Package { name, .. } => {
                format!("there is no `{word}` in the image: the lockfile does not have the package `{name}` for it")
            }
            Missing::Mistyped(meant) => {
                format!("there is no `{word}` among the programs of the project, which has `{meant}`")
            }
            Missing::Folder => format!("`{word}` is a folder in the image, and no program"),
            Missing::Mode => format!("`{word}` may not be run: its `mode` does not allow it"),
            Missing::ExecuteBit { file, .. } => {
                format!("`{word}` may not be run: `{file}` has no execute bit in the context")
            }
            Missing::NoInterpreter(_) => {
                format!("`{word}` cannot be started: it is a text whose first line does not name what runs it")
            }
            Missing::Interpreter(program) => {
                format!("`{word}` is a script for `{program}`, and there is none in `{}`", base.name)
            }
            Missing::LineEnd(line) => {
                format!("`{word}` cannot be started: its first line, `{line}`, ends as lines of Windows do")
            }
        }
    }

    /// What to do about it; `program` is what the build made.
    #[must_use]
    pub fn help(&self, missing: &Missing, base: &Base, program: Option<&String>) -> String {
        let with_shell = match base.is_distribution() {
            true => "add the package that has it to `packages`",
            false => "stand on an image that has one, such as `runtime: slim`",
        };
        match missing {
            Missing::Program { at: Some(at) } => format!("the program of the build is at `{at}`"),
            Missing::Program { at: None } if SHELLS.contains(&name_of(&self.word)) => {
                format!("name the program itself and its arguments; or {with_shell}")
            }
            Missing::Program { at: None } if base.is_distribution() => {
                format!("name a program that is there, bring it by `files`, or {with_shell}")
            }
            Missing::Program { at: None } | Missing::Folder => {
                match program.filter(|_| self.key == CallKey::Entrypoint) {
                    Some(program) => format!(
                        "delete the key to run `{program}`, the program of the build; or bring the other one by `files`"
                    ),
                    None => "name a program that is there, or bring it by `files`".to_owned(),
                }
            }
            Missing::Package { help, .. } => help.clone(),
            Missing::Mistyped(meant) => format!("write `{meant}`"),
            Missing::Mode => "write `mode: \"0755\"` at the entry of `files` that brings it".to_owned(),
            Missing::ExecuteBit { file, interpreter, by_files } => {
                let path = shell::word(file).as_str().to_owned();
                let mut help =
                    format!("run `chmod +x {path}`, and `git update-index --chmod=+x {path}` for the repository");
                if let Some(program) = interpreter {
                    help += &format!("; or name what runs it: `[{program}, {}]`", self.word);
                }
                if *by_files {
                    help += "; or write `mode: \"0755\"` at the entry of `files` that brings it";
                }
                help
            }
            Missing::NoInterpreter(file) => {
                format!("begin `{file}` with a line such as `#!/bin/sh`")
            }
            Missing::Interpreter(_) => format!("name the program itself in the place of the script; or {with_shell}"),
            Missing::LineEnd(_) => "save it with the line ends of Unix (LF)".to_owned(),
        }
    }
}
