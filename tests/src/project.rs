//! Projects in temporary folders.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::alone::Share;

/// A folder to build from; it is removed when it goes out of scope.
pub struct Project {
    folder: TempDir,
    _share: Share,
}

impl Project {
    /// An empty folder.
    #[must_use]
    pub fn empty() -> Self {
        Self { folder: TempDir::new().expect("a temporary folder can be made"), _share: Share::take() }
    }

    /// A copy of an example.
    #[must_use]
    pub fn example(name: &str) -> Self {
        let project = Self::empty();
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name);
        copy(&example, project.path());
        project
    }

    /// Only a spec.
    #[must_use]
    pub fn spec(spec: &str) -> Self {
        Self::empty().with("slipway.yaml", &format!("# syntax={}\n{spec}", crate::SYNTAX))
    }

    /// A Go module without requirements that prints a unique text, and a spec.
    #[must_use]
    pub fn go(spec: &str) -> Self {
        Self::spec(spec)
            .with("go.mod", "module example.com/app\n\ngo 1.24\n")
            .with("main.go", &format!("package main\n\nfunc main() {{ println(\"{}\") }}\n", crate::unique("app")))
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A file in it.
    #[must_use]
    pub fn file(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    /// Writes a file.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.file(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
        fs::write(path, text).expect("the file can be written");
    }

    /// Writes a file and returns the project.
    #[must_use]
    pub fn with(self, path: &str, text: &str) -> Self {
        self.write(path, text);
        self
    }

    /// Makes the modules of an example unique, so that the engine's cache contains nothing of them.
    #[must_use]
    pub fn with_own_modules(self) -> Self {
        self.replace("go.mod", "go 1.24\n", &format!("go 1.24\n\n// {}\n", crate::unique("modules")));
        self
    }

    /// Replaces a text in a file.
    pub fn replace(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.file(path)).expect("the file can be read");
        assert!(text.contains(from), "{path} does not contain {from}");
        self.write(path, &text.replace(from, to));
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("the example is there") {
        let entry = entry.expect("the example can be read");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("files have types").is_dir() {
            fs::create_dir(&target).expect("folders can be made");
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("files can be copied");
        }
    }
}
