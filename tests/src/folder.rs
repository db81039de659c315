//! The files of a result, as `--output type=local` writes them.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::{Build, Outcome};

/// A folder that a build wrote; it is removed when it goes out of scope.
pub struct Folder {
    folder: TempDir,
}

impl Folder {
    /// Runs a build, which must succeed, and keeps its files.
    ///
    /// # Panics
    /// The build fails.
    #[must_use]
    pub fn of(build: Build) -> (Self, Outcome) {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let outcome = build.args(["--output", &format!("type=local,dest={}", folder.path().display())]).succeed();
        (Self { folder }, outcome)
    }

    /// A file's text.
    ///
    /// # Panics
    /// There is no such file.
    #[must_use]
    pub fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(path))
            .unwrap_or_else(|error| panic!("{path}: {error}; there are {:?}", self.files()))
    }

    /// What is in a file.
    ///
    /// # Panics
    /// There is no such file.
    #[must_use]
    pub fn bytes(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.folder.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Permission bits of a file.
    ///
    /// # Panics
    /// There is no such file.
    #[must_use]
    pub fn mode(&self, path: &str) -> u32 {
        std::fs::metadata(self.folder.path().join(path)).expect("the file is there").mode() & 0o7777
    }

    /// The paths of all files, sorted.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        collect(self.folder.path(), self.folder.path(), &mut found);
        found.sort();
        found
    }
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("folders can be read") {
        let path: PathBuf = entry.expect("folders can be read").path();
        if path.is_dir() && !path.is_symlink() {
            collect(root, &path, found);
        } else {
            let relative = path.strip_prefix(root).expect("it is inside");
            found.push(relative.to_string_lossy().into_owned());
        }
    }
}
