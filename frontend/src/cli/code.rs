//! How a command ends.

use std::process::ExitCode;

/// How a command ends; the worst of several counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Code {
    /// All is well: 0.
    Fine,
    /// There is something to change in the file: 1.
    Findings,
    /// The command was called wrongly, or something could not be read or written: 2.
    Trouble,
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(match code {
            Code::Fine => 0,
            Code::Findings => 1,
            Code::Trouble => 2,
        })
    }
}
