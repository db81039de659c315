//! The files of a project that its steps see.

use crate::excluded_files;
use crate::paths::in_folder;

/// Which files steps see, as patterns of the context.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Inputs {
    /// What the dependency step sees.
    pub manifests: Vec<String>,
    /// What the build step sees.
    pub include: Vec<String>,
    /// What neither sees.
    pub exclude: Vec<String>,
    /// Modules that are not needed and that the tool asks for all the same, relative to the project's folder: the build
    /// step makes empty ones of them.
    pub absent: Vec<String>,
    /// Whether tests are compiled with the program, since another module needs what they are made of.
    pub tests: bool,
}

/// What of a module's folder is not an input.
pub(super) struct Noise {
    /// The folder that the tool writes to.
    pub(super) output: &'static str,
    /// Whether tests are inputs.
    pub(super) tests: bool,
    /// Whether texts for people are inputs.
    pub(super) documents: bool,
}

impl Inputs {
    /// Adds a module's folder: all of it, since plugins read where they like, but what is certainly none of the
    /// program's.
    pub(super) fn add_module(&mut self, folder: &str, noise: &Noise) {
        // The context itself has no name.
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
