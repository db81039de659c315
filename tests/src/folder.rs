//! The files of a result, exported as an archive: `--output type=local` of many files can hang, see
//! <https://github.com/moby/buildkit/issues/2950>.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::{Build, Outcome, temporary_file};

/// The files that a build wrote.
pub struct Folder {
    files: BTreeMap<String, Entry>,
}

struct Entry {
    mode: u32,
    bytes: Vec<u8>,
}

impl Folder {
    /// Runs a build, which must succeed, and reads its files.
    ///
    /// # Panics
    /// The build fails.
    #[must_use]
    pub fn of(build: Build) -> (Self, Outcome) {
        let archive = temporary_file();
        let outcome = build.args(["--output", &format!("type=tar,dest={}", archive.path().display())]).succeed();
        (Self::read(archive.path()), outcome)
    }

    /// Reads an archive that `--output type=tar` wrote.
    ///
    /// # Panics
    /// It is not an archive.
    #[must_use]
    pub fn read(archive: &Path) -> Self {
        let mut archive = tar::Archive::new(File::open(archive).expect("the archive is there"));
        let mut files: BTreeMap<String, Entry> = BTreeMap::new();
        for entry in archive.entries().expect("the archive is a tar file") {
            let mut entry = entry.expect("the archive is whole");
            let kind = entry.header().entry_type();
            if kind.is_dir() {
                continue;
            }
            let path = entry.path().expect("names are text").to_string_lossy().into_owned();
            let mode = entry.header().mode().expect("files have modes");
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("the archive is whole");
            if kind.is_hard_link() {
                // A hard link follows its target.
                let target = entry.link_name().expect("names are text").expect("a link has a target");
                bytes.clone_from(&files[target.to_string_lossy().as_ref()].bytes);
            }
            files.insert(path, Entry { mode: mode & 0o7777, bytes });
        }
        Self { files }
    }

    /// A file's text.
    ///
    /// # Panics
    /// There is no such file.
    #[must_use]
    pub fn text(&self, path: &str) -> String {
        String::from_utf8(self.bytes(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The contents of a file.
    ///
    /// # Panics
    /// There is no such file.
    #[must_use]
    pub fn bytes(&self, path: &str) -> Vec<u8> {
        self.entry(path).bytes.clone()
    }

    /// Permission bits of a file.
    ///
    /// # Panics
    /// There is no such file.
    #[must_use]
    pub fn mode(&self, path: &str) -> u32 {
        self.entry(path).mode
    }

    /// The paths of all files, sorted.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        self.files.keys().cloned().collect()
    }

    fn entry(&self, path: &str) -> &Entry {
        self.files.get(path).unwrap_or_else(|| panic!("there is no {path}, but {:?}", self.files()))
    }
}
