//! Mounts of a program, in addition to its root.

use super::StepId;

/// A mount of a program, in addition to its root.
#[derive(Debug, Clone, PartialEq)]
pub struct Mount {
    /// The path.
    pub target: String,
    /// The contents.
    pub kind: MountKind,
}

/// The contents of a mount.
#[derive(Debug, Clone, PartialEq)]
pub enum MountKind {
    /// The result of another step, read-only.
    ReadOnly {
        /// The step.
        from: StepId,
        /// The folder or file in it; `/` for the whole.
        path: String,
    },
    /// The result of another step; changes are discarded.
    Discarded {
        /// The step.
        from: StepId,
        /// The folder in it; `/` for the whole.
        path: String,
    },
    /// The result of a step that makes dependencies. The engine knows it by how it was made, and does not read its
    /// files to find out whether others have the same contents: it may have thousands of them.
    Dependencies {
        /// The step.
        from: StepId,
        /// Whether changes are possible, and discarded; otherwise it is read-only.
        discarded: bool,
    },
    /// The result of another step, in parts: a folder has its base and its layers, each in one named by its number from
    /// 0, the lowest first. To put them together costs the engine a link for every file of an image, each time that one
    /// changes.
    Parts {
        /// The step.
        from: StepId,
    },
    /// A cache mount.
    Cache {
        /// Its id on the engine.
        id: String,
        /// How concurrent steps share it.
        sharing: Sharing,
    },
    /// A text as a file, for a shell to run.
    Script {
        /// The text.
        text: String,
    },
    /// A secret as a file.
    Secret {
        /// Its id.
        id: String,
        /// Whether the build fails if the client does not provide it; otherwise the file is missing.
        required: bool,
    },
    /// The socket of an SSH agent.
    Ssh {
        /// Its id; `--ssh default` provides `default`.
        id: String,
        /// Whether the build fails if the client does not provide it; otherwise the socket is missing.
        required: bool,
    },
    /// Memory, discarded at the end.
    Tmpfs,
}

/// How concurrent steps share a cache mount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Both write at the same time.
    Shared,
    /// One waits for the other.
    Locked,
    /// Each has a separate copy.
    Private,
}

impl Mount {
    /// The result of another step, read-only.
    pub fn read_only(target: impl Into<String>, from: StepId) -> Self {
        Self { target: target.into(), kind: MountKind::ReadOnly { from, path: "/".to_owned() } }
    }

    /// The result of another step; changes are discarded.
    pub fn discarded(target: impl Into<String>, from: StepId) -> Self {
        Self { target: target.into(), kind: MountKind::Discarded { from, path: "/".to_owned() } }
    }

    /// The parts of the result of another step, read-only.
    pub(crate) fn parts(target: impl Into<String>, from: StepId) -> Self {
        Self { target: target.into(), kind: MountKind::Parts { from } }
    }

    /// The result of a step that makes dependencies, read-only.
    pub(crate) fn dependencies(target: impl Into<String>, from: StepId) -> Self {
        Self { target: target.into(), kind: MountKind::Dependencies { from, discarded: false } }
    }

    /// The result of a step that makes dependencies; changes are discarded.
    pub(crate) fn discarded_dependencies(target: impl Into<String>, from: StepId) -> Self {
        Self { target: target.into(), kind: MountKind::Dependencies { from, discarded: true } }
    }

    /// A cache mount.
    pub fn cache(target: impl Into<String>, id: impl Into<String>, sharing: Sharing) -> Self {
        Self { target: target.into(), kind: MountKind::Cache { id: id.into(), sharing } }
    }

    /// Memory.
    pub(crate) fn tmpfs(target: impl Into<String>) -> Self {
        Self { target: target.into(), kind: MountKind::Tmpfs }
    }

    /// A text as a file.
    pub(crate) fn text(target: impl Into<String>, text: impl Into<String>) -> Self {
        Self { target: target.into(), kind: MountKind::Script { text: text.into() } }
    }
}
