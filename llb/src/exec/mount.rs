//! Mounts of results, caches and tmpfs.

use super::{SecretMount, SshMount};
use crate::Output;

/// A mount whose changes are discarded.
#[derive(Clone, Debug)]
pub enum Mount {
    /// A result.
    Bind(BindMount),
    /// A cache mount.
    Cache(CacheMount),
    /// A tmpfs.
    Tmpfs(TmpfsMount),
    /// A secret of the client, as a file.
    Secret(SecretMount),
    /// An SSH agent of the client.
    Ssh(SshMount),
}

impl Mount {
    /// A result, read-only.
    #[must_use]
    pub fn bind(dest: impl Into<String>, from: &Output) -> BindMount {
        BindMount {
            dest: dest.into(),
            from: from.clone(),
            selector: String::new(),
            writable: false,
            content_cache: ContentCache::Default,
        }
    }

    /// A cache mount with an id. Engines add nothing to the id: builds of all projects on an engine share it.
    #[must_use]
    pub fn cache(dest: impl Into<String>, id: impl Into<String>) -> CacheMount {
        CacheMount {
            dest: dest.into(),
            id: id.into(),
            sharing: CacheSharing::Shared,
            from: Output::scratch(),
            selector: String::new(),
        }
    }

    /// A tmpfs, empty at first.
    #[must_use]
    pub fn tmpfs(dest: impl Into<String>) -> TmpfsMount {
        TmpfsMount { dest: dest.into(), size: 0 }
    }

    /// A secret of the client, as a file that only its owner may read.
    #[must_use]
    pub fn secret(dest: impl Into<String>, id: impl Into<String>) -> SecretMount {
        SecretMount::new(dest.into(), id.into())
    }

    /// The default SSH agent of the client. The process finds it through `SSH_AUTH_SOCK`.
    #[must_use]
    pub fn ssh() -> SshMount {
        SshMount::new()
    }
}

/// A result that is mounted with temporary changes.
#[derive(Clone, Debug)]
pub struct BindMount {
    pub(super) dest: String,
    pub(super) from: Output,
    pub(super) selector: String,
    pub(super) writable: bool,
    pub(super) content_cache: ContentCache,
}

/// Whether the cache key of a process depends on the content of a mount. Since BuildKit v0.13.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContentCache {
    /// The engine decides: by content for read-only mounts, except for the root.
    #[default]
    Default,
    /// By content. An error if that is not safe.
    On,
    /// By the graph that produces it.
    Off,
}

impl BindMount {
    /// Only a file or directory of the result. It is not part of the cache key.
    #[must_use]
    pub fn selector(mut self, path: impl Into<String>) -> Self {
        self.selector = path.into();
        self
    }

    /// Makes it writable; changes are discarded.
    #[must_use]
    pub fn discard_writes(mut self) -> Self {
        self.writable = true;
        self
    }

    /// Whether the cache key depends on the content of the mount.
    #[must_use]
    pub fn content_cache(mut self, content_cache: ContentCache) -> Self {
        self.content_cache = content_cache;
        self
    }
}

/// A result that a process changes; the changed state is a new result.
#[derive(Clone, Debug)]
pub struct KeptMount {
    pub(super) dest: String,
    pub(super) from: Output,
    pub(super) selector: String,
    pub(super) content_cache: ContentCache,
}

impl KeptMount {
    /// The initial content of `dest`; [`Output::scratch`] for an empty directory.
    #[must_use]
    pub fn new(dest: impl Into<String>, from: &Output) -> Self {
        Self { dest: dest.into(), from: from.clone(), selector: String::new(), content_cache: ContentCache::Default }
    }

    /// Only a directory of the result is mounted; the new result is the whole one.
    #[must_use]
    pub fn selector(mut self, path: impl Into<String>) -> Self {
        self.selector = path.into();
        self
    }

    /// Whether the cache key depends on the content of the mount.
    #[must_use]
    pub fn content_cache(mut self, content_cache: ContentCache) -> Self {
        self.content_cache = content_cache;
        self
    }
}

/// A cache mount.
#[derive(Clone, Debug)]
pub struct CacheMount {
    pub(super) dest: String,
    pub(super) id: String,
    pub(super) sharing: CacheSharing,
    pub(super) from: Output,
    pub(super) selector: String,
}

/// How concurrent processes share a cache mount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CacheSharing {
    /// Both use it at the same time.
    #[default]
    Shared,
    /// The second gets a new one.
    Private,
    /// The second waits for the first.
    Locked,
}

impl CacheMount {
    /// How concurrent processes share it.
    #[must_use]
    pub fn sharing(mut self, sharing: CacheSharing) -> Self {
        self.sharing = sharing;
        self
    }

    /// The initial content of the cache. Changing it creates a new cache.
    #[must_use]
    pub fn from(mut self, from: &Output) -> Self {
        self.from = from.clone();
        self
    }

    /// Only a directory of the cache is mounted.
    #[must_use]
    pub fn selector(mut self, path: impl Into<String>) -> Self {
        self.selector = path.into();
        self
    }
}

/// A tmpfs, mounted as a directory.
#[derive(Clone, Debug)]
pub struct TmpfsMount {
    pub(super) dest: String,
    pub(super) size: u64,
}

impl TmpfsMount {
    /// The maximum size in bytes; 0 is the default of the kernel. Since BuildKit v0.10.
    #[must_use]
    pub fn size(mut self, bytes: u64) -> Self {
        self.size = bytes;
        self
    }
}

macro_rules! into_mount {
    ($($kind:ident($mount:ty)),*) => {
        $(impl From<$mount> for Mount {
            fn from(mount: $mount) -> Self {
                Self::$kind(mount)
            }
        })*
    };
}

into_mount!(Bind(BindMount), Cache(CacheMount), Tmpfs(TmpfsMount), Secret(SecretMount), Ssh(SshMount));
