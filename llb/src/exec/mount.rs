//! Mounts of results, caches and memory.

use super::{SecretMount, SshMount};
use crate::Output;

/// Something mounted into a process whose changes do not matter afterwards.
#[derive(Clone, Debug)]
pub enum Mount {
    /// A result.
    Bind(BindMount),
    /// A directory that lives on between builds.
    Cache(CacheMount),
    /// Memory.
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

    /// A directory that lives on between builds under an id, of which engines add nothing themselves: builds of all
    /// projects on an engine share it.
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

    /// Memory, empty at first.
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

/// A result that a process sees but cannot lastingly change.
#[derive(Clone, Debug)]
pub struct BindMount {
    pub(super) dest: String,
    pub(super) from: Output,
    pub(super) selector: String,
    pub(super) writable: bool,
    pub(super) content_cache: ContentCache,
}

/// Whether the cache key of a process takes a mount by its content. Since BuildKit v0.13.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContentCache {
    /// As the engine thinks safe: by content for what cannot be changed, except for the root.
    #[default]
    Default,
    /// By content. An error where that is not safe.
    On,
    /// By the graph that makes it.
    Off,
}

impl BindMount {
    /// Only a file or directory of the result. It is not part of the cache key.
    #[must_use]
    pub fn selector(mut self, path: impl Into<String>) -> Self {
        self.selector = path.into();
        self
    }

    /// Lets the process write; what it writes is thrown away.
    #[must_use]
    pub fn discard_writes(mut self) -> Self {
        self.writable = true;
        self
    }

    /// Whether the cache key takes the mount by its content.
    #[must_use]
    pub fn content_cache(mut self, content_cache: ContentCache) -> Self {
        self.content_cache = content_cache;
        self
    }
}

/// A result that a process changes, and whose changed state is a result again.
#[derive(Clone, Debug)]
pub struct KeptMount {
    pub(super) dest: String,
    pub(super) from: Output,
    pub(super) selector: String,
    pub(super) content_cache: ContentCache,
}

impl KeptMount {
    /// What the process finds at `dest`; [`Output::scratch`] for an empty directory.
    #[must_use]
    pub fn new(dest: impl Into<String>, from: &Output) -> Self {
        Self { dest: dest.into(), from: from.clone(), selector: String::new(), content_cache: ContentCache::Default }
    }

    /// Only a directory of the result is seen; the new result is the whole one.
    #[must_use]
    pub fn selector(mut self, path: impl Into<String>) -> Self {
        self.selector = path.into();
        self
    }

    /// Whether the cache key takes the mount by its content.
    #[must_use]
    pub fn content_cache(mut self, content_cache: ContentCache) -> Self {
        self.content_cache = content_cache;
        self
    }
}

/// A directory that lives on between builds.
#[derive(Clone, Debug)]
pub struct CacheMount {
    pub(super) dest: String,
    pub(super) id: String,
    pub(super) sharing: CacheSharing,
    pub(super) from: Output,
    pub(super) selector: String,
}

/// What happens when two processes want one cache at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CacheSharing {
    /// Both use it.
    #[default]
    Shared,
    /// The second gets a new one.
    Private,
    /// The second waits.
    Locked,
}

impl CacheMount {
    /// What happens when two processes want it at once.
    #[must_use]
    pub fn sharing(mut self, sharing: CacheSharing) -> Self {
        self.sharing = sharing;
        self
    }

    /// What the cache starts with. A changed start means a new cache.
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

/// Memory that looks like a directory.
#[derive(Clone, Debug)]
pub struct TmpfsMount {
    pub(super) dest: String,
    pub(super) size: u64,
}

impl TmpfsMount {
    /// The most it can hold, in bytes; 0 stands for the default of the kernel. Since BuildKit v0.10.
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
