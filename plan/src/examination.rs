//! What a finished image is examined for. A step passes it as JSON to the program of the frontend's own image, which
//! examines the file system.

use serde::{Deserialize, Serialize};

/// An examination of a finished image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Examination {
    /// Runs a program of the image. The step runs in the image.
    Program {
        /// The program and its arguments.
        run: Vec<String>,
        /// The exit status that it must have.
        exit: u32,
        /// What it must print to its standard output.
        stdout: Option<TextExamination>,
        /// What it must print to its standard error.
        stderr: Option<TextExamination>,
        /// How long it may run, in milliseconds.
        timeout: u64,
    },
    /// Looks at a path. The parts of the image are a mount of the step.
    File {
        /// The path.
        path: String,
        /// Whether it must exist.
        exists: bool,
        /// The permission bits that it must have.
        mode: Option<u32>,
        /// The owner that it must have: a user, and a group after a colon, each a name or a number.
        owner: Option<String>,
        /// What it must contain.
        contents: Option<TextExamination>,
    },
    /// Measures all files. The parts of the image are a mount of the step.
    Budget {
        /// The maximum number of bytes.
        size: Option<u64>,
        /// The maximum number of bytes after compression.
        packed: Option<u64>,
        /// The maximum number of files.
        files: Option<u64>,
    },
}

/// Conditions on a text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TextExamination {
    /// Text that it must contain.
    pub contains: Option<String>,
    /// Text that it must equal, apart from leading and trailing white space.
    pub equals: Option<String>,
    /// A regular expression that must match a part of it.
    pub matches: Option<String>,
}

impl Examination {
    /// As JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // It consists of text and numbers, which are always representable.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From JSON.
    ///
    /// # Errors
    /// It is not an examination.
    pub fn from_json(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
}
