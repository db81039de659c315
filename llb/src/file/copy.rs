//! Copies files from one result to another.

use super::{FileOp, Owner, Timestamp};
use crate::{Cap, CapSet, Output, path, wire::Writer};

/// Copies files.
///
/// The default is strict: the source is one path that must exist, the parent of the destination must exist, and a
/// directory is copied into an existing destination under its own name. [`Copy::like_dockerfile`] behaves like `COPY`.
///
/// ```
/// use buildkit_llb::prelude::*;
///
/// let context = Local::new("context").into_output();
/// let copy = Copy::new(&context, "/web", "/srv/")
///     .contents_only()
///     .create_dest_path()
///     .include(["**/*.html"])
///     .owner(Owner::ids(65532, 65532))
///     .mode(0o644);
/// let files = FileOp::on(&Output::scratch()).copy(copy).into_output();
/// # assert!(!files.is_scratch());
/// ```
#[derive(Clone, Debug)]
pub struct Copy {
    pub(super) from: CopySource,
    src: String,
    dest: String,
    pub(super) owner: Option<Owner>,
    mode: Option<Mode>,
    follow_symlinks: bool,
    contents_only: bool,
    unpack: bool,
    create_dest_path: bool,
    wildcards: Option<Wildcards>,
    timestamp: Option<Timestamp>,
    include: Vec<String>,
    exclude: Vec<String>,
    required: Vec<String>,
    replace: bool,
}

/// The source of a copy.
#[derive(Clone, Debug)]
pub enum CopySource {
    /// A result.
    Output(Output),
    /// Another chain of file actions, which becomes part of the same op. Its own metadata (names, …) is lost.
    Chain(Box<FileOp>),
}

impl Default for CopySource {
    fn default() -> Self {
        Self::Output(Output::scratch())
    }
}

impl From<&Output> for CopySource {
    fn from(output: &Output) -> Self {
        Self::Output(output.clone())
    }
}

impl From<Output> for CopySource {
    fn from(output: Output) -> Self {
        Self::Output(output)
    }
}

impl From<FileOp> for CopySource {
    fn from(chain: FileOp) -> Self {
        Self::Chain(Box::new(chain))
    }
}

/// Permissions of copied files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Octal, up to 0o7777.
    Octal(u32),
    /// In the syntax of `chmod`: `u=rwX,go=rX`. Since BuildKit v0.17.
    Symbolic(String),
}

impl From<u32> for Mode {
    fn from(mode: u32) -> Self {
        Self::Octal(mode)
    }
}

/// What happens if a pattern in the source path has no match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wildcards {
    /// An error.
    MustMatch,
    /// Nothing is copied.
    MayMatchNothing,
}

impl Copy {
    /// From a path in one result to a path in the other. Paths are absolute. A trailing `/` in `dest` means "into".
    #[must_use]
    pub fn new(from: impl Into<CopySource>, src: impl AsRef<str>, dest: impl AsRef<str>) -> Self {
        Self {
            from: from.into(),
            src: path::absolute(src.as_ref()),
            dest: path::destination(dest.as_ref()),
            owner: None,
            mode: None,
            follow_symlinks: false,
            contents_only: false,
            unpack: false,
            create_dest_path: false,
            wildcards: None,
            timestamp: None,
            include: Vec::new(),
            exclude: Vec::new(),
            required: Vec::new(),
            replace: false,
        }
    }

    /// Behaves like `COPY` in a Dockerfile: follows symlinks in the source path, copies the contents of a directory,
    /// creates the destination, and supports wildcards, which need not match.
    #[must_use]
    pub fn like_dockerfile(self) -> Self {
        self.follow_symlinks().contents_only().create_dest_path().wildcards(Wildcards::MayMatchNothing)
    }

    /// The owner of the copied files.
    #[must_use]
    pub fn owner(mut self, owner: Owner) -> Self {
        self.owner = Some(owner);
        self
    }

    /// Permissions of the copied files; by default, they keep theirs.
    #[must_use]
    pub fn mode(mut self, mode: impl Into<Mode>) -> Self {
        self.mode = Some(mode.into());
        self
    }

    /// Follows the source path if it is a symlink.
    #[must_use]
    pub fn follow_symlinks(mut self) -> Self {
        self.follow_symlinks = true;
        self
    }

    /// Copies the contents of a directory, not the directory itself.
    #[must_use]
    pub fn contents_only(mut self) -> Self {
        self.contents_only = true;
        self
    }

    /// Unpacks a source file that is a tar archive, compressed or not; copies other files.
    #[must_use]
    pub fn unpack(mut self) -> Self {
        self.unpack = true;
        self
    }

    /// Creates the parents of the destination.
    #[must_use]
    pub fn create_dest_path(mut self) -> Self {
        self.create_dest_path = true;
        self
    }

    /// Treats `*`, `?` and `[…]` in the source path as patterns.
    #[must_use]
    pub fn wildcards(mut self, wildcards: Wildcards) -> Self {
        self.wildcards = Some(wildcards);
        self
    }

    /// Time stamp of the copied files; by default, they keep theirs.
    #[must_use]
    pub fn timestamp(mut self, timestamp: Timestamp) -> Self {
        self.timestamp = Some(timestamp);
        self
    }

    /// Copies only the files of a directory that match one of the patterns. Since BuildKit v0.9.
    #[must_use]
    pub fn include<S: Into<String>>(mut self, patterns: impl IntoIterator<Item = S>) -> Self {
        self.include.extend(patterns.into_iter().map(Into::into));
        self
    }

    /// Copies no files of a directory that match. Since BuildKit v0.9.
    #[must_use]
    pub fn exclude<S: Into<String>>(mut self, patterns: impl IntoIterator<Item = S>) -> Self {
        self.exclude.extend(patterns.into_iter().map(Into::into));
        self
    }

    /// Paths that the copy must contain, or it fails. They are relative to the root of the source and start with `/`:
    /// engines find no others. Since BuildKit v0.26.
    #[must_use]
    pub fn require_paths<S: Into<String>>(mut self, paths: impl IntoIterator<Item = S>) -> Self {
        self.required.extend(paths.into_iter().map(Into::into));
        self
    }

    /// Replaces existing files, including a directory with a file and the reverse. Since BuildKit v0.14.
    #[must_use]
    pub fn replace_existing(mut self) -> Self {
        self.replace = true;
        self
    }

    pub(super) fn add_caps(&self, caps: &mut CapSet) {
        if !self.include.is_empty() || !self.exclude.is_empty() {
            caps.insert(Cap::FileCopyIncludeExclude);
        }
        if !self.required.is_empty() {
            caps.insert(Cap::FileCopyRequiredPaths);
        }
        if self.replace {
            caps.insert(Cap::FileCopyAlwaysReplace);
        }
        // Symbolic modes have a capability (`file.copy.modestring`) that no engine lists, so an op that required it
        // would be rejected.
    }

    pub(super) fn write(&self, w: &mut Writer, names_in: i64) {
        w.string(1, &self.src);
        w.string(2, &self.dest);
        if let Some(owner) = &self.owner {
            w.message(3, |w| owner.write(w, names_in));
        }
        let (mode, symbolic) = match &self.mode {
            None => (-1, ""),
            Some(Mode::Octal(mode)) => (i64::from(*mode & 0o7777), ""),
            Some(Mode::Symbolic(mode)) if mode.is_empty() => (-1, ""),
            Some(Mode::Symbolic(mode)) => (0, mode.as_str()),
        };
        w.int(4, mode);
        w.bool(5, self.follow_symlinks);
        w.bool(6, self.contents_only);
        w.bool(7, self.unpack);
        w.bool(8, self.create_dest_path);
        w.bool(9, self.wildcards.is_some());
        w.bool(10, self.wildcards == Some(Wildcards::MayMatchNothing));
        Timestamp::write(self.timestamp, 11, w);
        w.strings(12, &self.include);
        w.strings(13, &self.exclude);
        w.bool(14, self.replace);
        w.string(15, symbolic);
        w.strings(16, &self.required);
    }
}
