//! Exit statuses.

use std::process::ExitCode;

/// The exit status of a command; the worst of several counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Code {
    /// Success: 0.
    Fine,
    /// The file has to change: 1.
    Findings,
    /// Wrong usage, or a file cannot be read or written: 2.
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
