//! Capabilities of LLB, in `PongResponse.LLBCaps`; each op lists those that it needs in `OpMetadata.caps`. The daemon
//! rejects a definition with a capability that is unknown or disabled.
//!
//! Defined in BuildKit `solver/pb/caps.go`. Supported means: listed **and** enabled.

/// Image sources. Since v0.3.
pub const SOURCE_IMAGE: &str = "source.image";
/// Resolve mode of image sources; needed for mode `pull` only. Since v0.3.
pub const SOURCE_IMAGE_RESOLVE_MODE: &str = "source.image.resolvemode";
/// Only the lowest layers of an image. Since v0.11.
pub const SOURCE_IMAGE_LAYER_LIMIT: &str = "source.image.layerlimit";
/// Check the digest of an image that is named by tag. Since v0.25.
pub const SOURCE_IMAGE_CHECKSUM: &str = "source.image.checksum";
/// Directories of the client. Since v0.3.
pub const SOURCE_LOCAL: &str = "source.local";
/// An id that distinguishes two local sources if no session is set. Since v0.3.
pub const SOURCE_LOCAL_UNIQUE: &str = "source.local.unique";
/// The session with the directory. Since v0.3.
pub const SOURCE_LOCAL_SESSION_ID: &str = "source.local.sessionid";
/// Only files that match. Since v0.3.
pub const SOURCE_LOCAL_INCLUDE_PATTERNS: &str = "source.local.includepatterns";
/// Only these paths and the targets of their symlinks. Since v0.3.
pub const SOURCE_LOCAL_FOLLOW_PATHS: &str = "source.local.followpaths";
/// No files that match. Since v0.3.
pub const SOURCE_LOCAL_EXCLUDE_PATTERNS: &str = "source.local.excludepatterns";
/// Name by which an earlier transfer is reused. Since v0.3.
pub const SOURCE_LOCAL_SHARED_KEY_HINT: &str = "source.local.sharedkeyhint";
/// How changed files are found. Since v0.9.
pub const SOURCE_LOCAL_DIFFER: &str = "source.local.differ";
/// Transfer metadata of files without their content. Since v0.21.
pub const SOURCE_LOCAL_METADATA_TRANSFER: &str = "source.local.metadatatransfer";
/// Git repositories. Since v0.3.
pub const SOURCE_GIT: &str = "source.git";
/// Keep `.git`. Since v0.3.
pub const SOURCE_GIT_KEEP_DIR: &str = "source.git.keepgitdir";
/// A clone URL separate from the identifier. Since v0.3.
pub const SOURCE_GIT_FULL_URL: &str = "source.git.fullurl";
/// Names of the secrets for HTTP. Since v0.8.
pub const SOURCE_GIT_HTTP_AUTH: &str = "source.git.httpauth";
/// Known SSH hosts. Since v0.8.
pub const SOURCE_GIT_KNOWN_SSH_HOSTS: &str = "source.git.knownsshhosts";
/// Which SSH agent to use. Since v0.8.
pub const SOURCE_GIT_MOUNT_SSH_SOCK: &str = "source.git.mountsshsock";
/// A sub-directory of the repository. Since v0.9.
pub const SOURCE_GIT_SUBDIR: &str = "source.git.subdir";
/// Check the commit. Since v0.22.
pub const SOURCE_GIT_CHECKSUM: &str = "source.git.checksum";
/// Skip submodules. Since v0.24.
pub const SOURCE_GIT_SKIP_SUBMODULES: &str = "source.git.skipsubmodules";
/// Verify signatures of commits or tags. Since v0.26.
pub const SOURCE_GIT_SIGNATURE_VERIFY: &str = "source.git.signatureverify";
/// Time stamps of checked-out files. Since v0.29.
pub const SOURCE_GIT_MTIME: &str = "source.git.mtime";
/// Fetch a commit without querying the ref. Since v0.30.
pub const SOURCE_GIT_FETCH_BY_COMMIT: &str = "source.git.fetchbycommit";
/// Read the history from a bundle. Since v0.30.
pub const SOURCE_GIT_BUNDLE: &str = "source.git.bundle";
/// Produce a bundle instead of a work tree. Since v0.30.
pub const SOURCE_GIT_CHECKOUT_BUNDLE: &str = "source.git.checkoutbundle";
/// Downloads. Since v0.3.
pub const SOURCE_HTTP: &str = "source.http";
/// Name of the secret with the authorization header. Since v0.21.
pub const SOURCE_HTTP_AUTH: &str = "source.http.auth";
/// Check the digest of a download. Since v0.3.
pub const SOURCE_HTTP_CHECKSUM: &str = "source.http.checksum";
/// Mode of the downloaded file. Since v0.3.
pub const SOURCE_HTTP_PERM: &str = "source.http.perm";
/// Owner of the downloaded file. Since v0.3. The spelling is BuildKit's.
pub const SOURCE_HTTP_UID_GID: &str = "soruce.http.uidgid";
/// Request headers. Since v0.21.
pub const SOURCE_HTTP_HEADER: &str = "source.http.header";
/// Verify a detached signature. Since v0.28.
pub const SOURCE_HTTP_SIGNATURE_VERIFY: &str = "source.http.signatureverify";
/// Single blobs of a registry or an OCI layout. Since v0.28.
pub const SOURCE_IMAGE_BLOB: &str = "source.imageblob";
/// Images of an OCI layout. Since v0.11.
pub const SOURCE_OCI_LAYOUT: &str = "source.ocilayout";
/// File name of the definition in a build op. Since v0.3.
pub const BUILD_OP_LLB_FILE_NAME: &str = "source.buildop.llbfilename";
/// Exec ops. Since v0.3.
pub const EXEC_META_BASE: &str = "exec.meta.base";
/// Parent cgroup. Since v0.10.
pub const EXEC_META_CGROUP_PARENT: &str = "exec.meta.cgroup.parent";
/// Network modes. Since v0.3.
pub const EXEC_META_NETWORK: &str = "exec.meta.network";
/// The daemon's own proxy for steps. Since v0.31.
pub const EXEC_META_NETWORK_PROXY: &str = "exec.meta.network.proxy";
/// Proxy variables outside the cache key. Since v0.3.
pub const EXEC_META_PROXY: &str = "exec.meta.proxyenv";
/// Security modes. Since v0.5.
pub const EXEC_META_SECURITY: &str = "exec.meta.security";
/// Device whitelist of insecure steps. Since v0.7.
pub const EXEC_META_SECURITY_DEVICES: &str = "exec.meta.security.devices.v1";
/// The daemon sets `PATH` if the op does not. Since v0.3.
pub const EXEC_META_SETS_DEFAULT_PATH: &str = "exec.meta.setsdefaultpath";
/// Ulimits. Since v0.10.
pub const EXEC_META_ULIMIT: &str = "exec.meta.ulimit";
/// CDI devices. Since v0.20.
pub const EXEC_META_CDI: &str = "exec.meta.cdi";
/// Mount points that the step created are removed with their parents. Since v0.11. No engine lists it (up to v0.34), so
/// no op may require it.
pub const EXEC_META_REMOVE_MOUNT_STUBS: &str = "exec.meta.removemountstubs.recursive";
/// Limits on CPU and memory. Since v0.31.
pub const EXEC_META_LINUX_RESOURCES: &str = "exec.meta.linux.resources";
/// Bind mounts. Since v0.3.
pub const EXEC_MOUNT_BIND: &str = "exec.mount.bind";
/// Writable bind mounts whose changes are discarded. Since v0.6.1.
pub const EXEC_MOUNT_BIND_NO_OUTPUT: &str = "exec.mount.bind.readwrite-nooutput";
/// Cache mounts. Since v0.3.
pub const EXEC_MOUNT_CACHE: &str = "exec.mount.cache";
/// Sharing modes of cache mounts. Since v0.3.
pub const EXEC_MOUNT_CACHE_SHARING: &str = "exec.mount.cache.sharing";
/// Mount a sub-path of a result. Since v0.3.
pub const EXEC_MOUNT_SELECTOR: &str = "exec.mount.selector";
/// Tmpfs mounts. Since v0.3.
pub const EXEC_MOUNT_TMPFS: &str = "exec.mount.tmpfs";
/// Size of tmpfs mounts. Since v0.10.
pub const EXEC_MOUNT_TMPFS_SIZE: &str = "exec.mount.tmpfs.size";
/// Secret files. Since v0.3.
pub const EXEC_MOUNT_SECRET: &str = "exec.mount.secret";
/// SSH agent sockets. Since v0.3.
pub const EXEC_MOUNT_SSH: &str = "exec.mount.ssh";
/// Whether a mount is cached by content. Since v0.13.
pub const EXEC_MOUNT_CONTENT_CACHE: &str = "exec.mount.cache.content";
/// Cgroups are mounted in steps. Since v0.3.
pub const EXEC_CGROUPS_MOUNTED: &str = "exec.cgroup";
/// Secrets as environment variables. Since v0.10.
pub const EXEC_SECRET_ENV: &str = "exec.secretenv";
/// Exit codes other than 0 that count as success. Since v0.17.
pub const EXEC_VALID_EXIT_CODE: &str = "exec.validexitcode";
/// File ops. Since v0.5.
pub const FILE_BASE: &str = "file.base";
/// Wildcards in removals. Since v0.7.
pub const FILE_RM_WILDCARD: &str = "file.rm.wildcard";
/// Include and exclude patterns of copies. Since v0.9.
pub const FILE_COPY_INCLUDE_EXCLUDE: &str = "file.copy.includeexcludepatterns";
/// Paths that must exist in a copy's source. Since v0.26.
pub const FILE_COPY_REQUIRED_PATHS: &str = "file.copy.requiredpaths";
/// Removals do not follow symlinks. Since v0.10.
pub const FILE_RM_NO_FOLLOW_SYMLINK: &str = "file.rm.nofollowsymlink";
/// Copies replace existing files, including those of another type. Since v0.14.
pub const FILE_COPY_ALWAYS_REPLACE: &str = "file.copy.alwaysreplaceexistingdestpaths";
/// Symbolic modes of copies. Since v0.17. No engine lists it (up to v0.34), so no op may require it.
pub const FILE_COPY_MODE_STRING: &str = "file.copy.modestring";
/// Symlink actions. Since v0.19.
pub const FILE_SYMLINK_CREATE: &str = "file.symlink.create";
/// Worker constraints. Since v0.3.
pub const CONSTRAINTS: &str = "constraints";
/// Platforms. Since v0.3.
pub const PLATFORM: &str = "platform";
/// Ignore the cache for an op. Since v0.3.
pub const META_IGNORE_CACHE: &str = "meta.ignorecache";
/// Descriptions. Since v0.3.
pub const META_DESCRIPTION: &str = "meta.description";
/// Cache export per op. Since v0.3.
pub const META_EXPORT_CACHE: &str = "meta.exportcache";
/// Cache in a forge's action storage. Since v0.9.
pub const CACHE_GHA: &str = "cache.gha";
/// Cache in S3. Since v0.11.
pub const CACHE_S3: &str = "cache.s3";
/// Cache in Azure blob storage. Since v0.11.
pub const CACHE_AZBLOB: &str = "cache.azblob";
/// Merge ops. Since v0.10; listed but disabled by engines with the graphdriver store.
pub const MERGE_OP: &str = "mergeop";
/// Diff ops. Since v0.10; listed but disabled by engines with the graphdriver store.
pub const DIFF_OP: &str = "diffop";
/// Passthrough ops. Since v0.31.
pub const PASSTHROUGH_OP: &str = "passthroughop";
/// Annotations of images. Since v0.11.
pub const EXPORTER_IMAGE_ANNOTATIONS: &str = "exporter.image.annotations";
/// Attestations of images. Since v0.11.
pub const EXPORTER_IMAGE_ATTESTATIONS: &str = "exporter.image.attestations";
/// `SOURCE_DATE_EPOCH`. Since v0.11.
pub const EXPORTER_SOURCE_DATE_EPOCH: &str = "exporter.sourcedateepoch";
/// Several exporters in one build. Since v0.13.
pub const EXPORTER_MULTIPLE: &str = "exporter.multiple";
/// Exporter in the client's session. Since v0.21.
pub const EXPORTER_SESSION: &str = "exporter.session";
/// Source policies. Since v0.11.
pub const SOURCE_POLICY: &str = "source.policy";
/// Source policies that query the session. Since v0.26.
pub const SOURCE_POLICY_SESSION: &str = "source.policy.session";
/// Garbage collection by free space. Since v0.17.
pub const GC_FREE_SPACE_FILTER: &str = "gc.freespacefilter";
/// Filters of the build history. Since v0.20.
pub const HISTORY_FILTER: &str = "history.filter";
