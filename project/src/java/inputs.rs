//! The input files of a project's steps.

use crate::excluded_files;
use crate::paths::in_folder;

/// The input files of each step, as patterns of the context.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Inputs {
    /// The inputs of the dependency step.
    pub manifests: Vec<String>,
    /// The inputs of the build step.
    pub include: Vec<String>,
    /// Files that neither step gets.
    pub exclude: Vec<String>,
    /// Modules that are not required but must exist for the tool, relative to the project's folder: the build step
    /// creates empty ones.
    pub absent: Vec<String>,
    /// Whether tests are compiled with the program, because another module requires the compiled tests.
    pub tests: bool,
}

/// What in a module's folder is not an input.
pub(super) struct Noise {
    /// The tool's output folder.
    pub(super) output: &'static str,
    /// Whether tests are inputs.
    pub(super) tests: bool,
    /// Whether documents are inputs.
    pub(super) documents: bool,
}

impl Inputs {
    /// Adds a module's folder: everything except what is certainly not part of the program, because plugins may read
    /// any file.
    pub(super) fn add_module(&mut self, folder: &str, noise: &Noise) {
        // The context itself has an empty path.
        self.include.push(if folder.is_empty() { "**".to_owned() } else { folder.to_owned() });
        let mut exclude = vec![noise.output];
        self.exclude.extend(excluded_files::tools(folder));
        if folder.is_empty() {
            exclude.push(".gradle");
        }
        if !noise.tests {
            exclude.push("src/test");
        }
        if !noise.documents {
            self.exclude.extend(excluded_files::patterns(folder));
            exclude.extend(["*.md", "*.adoc", "LICENSE*"]);
        }
        self.exclude.extend(exclude.into_iter().map(|name| in_folder(folder, name)));
    }
}
