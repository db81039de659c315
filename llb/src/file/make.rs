//! Creates and removes files, directories and symlinks.

use super::{Owner, Timestamp};
use crate::{Cap, CapSet, path, wire::Writer};

/// Creates a file. Its parent must exist.
#[derive(Clone, Debug)]
pub struct Mkfile {
    path: String,
    data: Vec<u8>,
    mode: u32,
    pub(super) owner: Option<Owner>,
    timestamp: Option<Timestamp>,
}

/// Creates a directory.
#[derive(Clone, Debug)]
pub struct Mkdir {
    path: String,
    mode: u32,
    parents: bool,
    pub(super) owner: Option<Owner>,
    timestamp: Option<Timestamp>,
}

/// Creates a symlink. Since BuildKit v0.19.
#[derive(Clone, Debug)]
pub struct Symlink {
    target: String,
    path: String,
    pub(super) owner: Option<Owner>,
    timestamp: Option<Timestamp>,
}

/// Removes files and directories.
#[derive(Clone, Debug)]
pub struct Rm {
    path: String,
    missing_ok: bool,
    wildcard: bool,
}

impl Mkfile {
    /// A file with some content, readable by all users.
    #[must_use]
    pub fn new(path: impl AsRef<str>, data: impl Into<Vec<u8>>) -> Self {
        Self { path: path::absolute(path.as_ref()), data: data.into(), mode: 0o644, owner: None, timestamp: None }
    }

    pub(super) fn write(&self, w: &mut Writer, names_in: i64) {
        w.string(1, &self.path);
        w.uint(2, self.mode.into());
        w.bytes(3, &self.data);
        if let Some(owner) = &self.owner {
            w.message(4, |w| owner.write(w, names_in));
        }
        Timestamp::write(self.timestamp, 5, w);
    }
}

impl Mkdir {
    /// A directory, readable by all users. Its parent must exist.
    #[must_use]
    pub fn new(path: impl AsRef<str>) -> Self {
        Self { path: path::absolute(path.as_ref()), mode: 0o755, parents: false, owner: None, timestamp: None }
    }

    /// Also creates the parents, and accepts an existing directory.
    #[must_use]
    pub fn parents(mut self) -> Self {
        self.parents = true;
        self
    }

    pub(super) fn write(&self, w: &mut Writer, names_in: i64) {
        w.string(1, &self.path);
        w.uint(2, self.mode.into());
        w.bool(3, self.parents);
        if let Some(owner) = &self.owner {
            w.message(4, |w| owner.write(w, names_in));
        }
        Timestamp::write(self.timestamp, 5, w);
    }
}

/// The common options of [`Mkfile`] and [`Mkdir`].
macro_rules! with_mode {
    ($($action:ty),*) => {
        $(impl $action {
            /// Permissions; only the lowest nine bits are used.
            ///
            /// Docker's daemon (observed with 28.5) applies its umask, so 0777 becomes 0755. A [`Copy`](super::Copy)
            /// with a mode is exact everywhere.
            #[must_use]
            pub fn mode(mut self, mode: u32) -> Self {
                self.mode = mode & 0o777;
                self
            }
        })*
    };
}

/// The common options of everything that is created.
macro_rules! with_owner_and_time {
    ($($action:ty),*) => {
        $(impl $action {
            /// The owner; root by default.
            #[must_use]
            pub fn owner(mut self, owner: Owner) -> Self {
                self.owner = Some(owner);
                self
            }

            /// The time stamp; by default, the time of the build.
            #[must_use]
            pub fn timestamp(mut self, timestamp: Timestamp) -> Self {
                self.timestamp = Some(timestamp);
                self
            }
        })*
    };
}

with_mode!(Mkfile, Mkdir);
with_owner_and_time!(Mkfile, Mkdir, Symlink);

impl Symlink {
    /// A symlink at `path` to `target`, which is not changed.
    #[must_use]
    pub fn new(target: impl Into<String>, path: impl Into<String>) -> Self {
        Self { target: target.into(), path: path.into(), owner: None, timestamp: None }
    }

    pub(super) fn write(&self, w: &mut Writer, names_in: i64) {
        w.string(1, &self.target);
        w.string(2, &self.path);
        if let Some(owner) = &self.owner {
            w.message(3, |w| owner.write(w, names_in));
        }
        Timestamp::write(self.timestamp, 4, w);
    }
}

impl Rm {
    /// One path, which must exist.
    #[must_use]
    pub fn new(path: impl AsRef<str>) -> Self {
        Self { path: path::absolute(path.as_ref()), missing_ok: false, wildcard: false }
    }

    /// Succeeds if there is nothing to remove.
    #[must_use]
    pub fn missing_ok(mut self) -> Self {
        self.missing_ok = true;
        self
    }

    /// Treats `*`, `?` and `[…]` in the path as patterns. Since BuildKit v0.7.
    #[must_use]
    pub fn wildcard(mut self) -> Self {
        self.wildcard = true;
        self
    }

    pub(super) fn add_caps(&self, caps: &mut CapSet) {
        if self.wildcard {
            caps.insert(Cap::FileRmWildcard);
        }
    }

    pub(super) fn write(&self, w: &mut Writer) {
        w.string(1, &self.path);
        w.bool(2, self.missing_ok);
        w.bool(3, self.wildcard);
    }
}
