//! The table of LLB capabilities, one line each, in the order of their ids.
//!
//! The ids are those of [`buildkit_proto::keys::llb_caps`].

macro_rules! caps {
    ($($variant:ident = $constant:ident, $since:literal, $what:literal;)*) => {
        /// One feature of BuildKit's build engine that an op can require.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Cap {
            $(#[doc = concat!($what, ". Since BuildKit v", $since, ".")] $variant,)*
        }

        impl Cap {
            /// All of them, in the order of their ids.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The id, as in the protocol.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => buildkit_proto::keys::llb_caps::$constant,)*
                }
            }

            /// A description that completes a sentence such as "the engine does not support …".
            #[must_use]
            pub const fn what(self) -> &'static str {
                match self {
                    $(Self::$variant => $what,)*
                }
            }

            /// The first BuildKit release that has it, without the `v`. `0.3` stands for all releases that are still in
            /// use.
            #[must_use]
            pub const fn since(self) -> &'static str {
                match self {
                    $(Self::$variant => $since,)*
                }
            }
        }
    };
}

caps! {
    CacheAzblob = CACHE_AZBLOB, "0.11", "Cache in Azure blob storage";
    CacheGha = CACHE_GHA, "0.9", "Cache in a forge's action storage";
    CacheS3 = CACHE_S3, "0.11", "Cache in S3";
    Constraints = CONSTRAINTS, "0.3", "Worker constraints";
    DiffOp = DIFF_OP, "0.10", "Diff ops";
    ExecCgroupsMounted = EXEC_CGROUPS_MOUNTED, "0.3", "Cgroups are mounted in steps";
    ExecMetaBase = EXEC_META_BASE, "0.3", "Exec ops";
    ExecMetaCdi = EXEC_META_CDI, "0.20", "CDI devices";
    ExecMetaCgroupParent = EXEC_META_CGROUP_PARENT, "0.10", "Parent cgroup";
    ExecMetaLinuxResources = EXEC_META_LINUX_RESOURCES, "0.31", "Limits on CPU and memory";
    ExecMetaNetwork = EXEC_META_NETWORK, "0.3", "Network modes";
    ExecMetaNetworkProxy = EXEC_META_NETWORK_PROXY, "0.31", "The daemon's own proxy for steps";
    ExecMetaProxy = EXEC_META_PROXY, "0.3", "Proxy variables outside the cache key";
    ExecMetaRemoveMountStubs = EXEC_META_REMOVE_MOUNT_STUBS, "0.11", "Mount points that the step created are removed with their parents";
    ExecMetaSecurity = EXEC_META_SECURITY, "0.5", "Security modes";
    ExecMetaSecurityDevices = EXEC_META_SECURITY_DEVICES, "0.7", "Device whitelist of insecure steps";
    ExecMetaSetsDefaultPath = EXEC_META_SETS_DEFAULT_PATH, "0.3", "The daemon sets `PATH` when the op does not";
    ExecMetaUlimit = EXEC_META_ULIMIT, "0.10", "Ulimits";
    ExecMountBind = EXEC_MOUNT_BIND, "0.3", "Bind mounts";
    ExecMountBindNoOutput = EXEC_MOUNT_BIND_NO_OUTPUT, "0.6.1", "Writable bind mounts whose changes are thrown away";
    ExecMountCache = EXEC_MOUNT_CACHE, "0.3", "Cache mounts";
    ExecMountContentCache = EXEC_MOUNT_CONTENT_CACHE, "0.13", "Whether a mount is cached by content";
    ExecMountCacheSharing = EXEC_MOUNT_CACHE_SHARING, "0.3", "Sharing modes of cache mounts";
    ExecMountSecret = EXEC_MOUNT_SECRET, "0.3", "Secret files";
    ExecMountSelector = EXEC_MOUNT_SELECTOR, "0.3", "Mount a sub-path of a result";
    ExecMountSsh = EXEC_MOUNT_SSH, "0.3", "SSH agent sockets";
    ExecMountTmpfs = EXEC_MOUNT_TMPFS, "0.3", "Tmpfs mounts";
    ExecMountTmpfsSize = EXEC_MOUNT_TMPFS_SIZE, "0.10", "Size of tmpfs mounts";
    ExecSecretEnv = EXEC_SECRET_ENV, "0.10", "Secrets as environment variables";
    ExecValidExitCode = EXEC_VALID_EXIT_CODE, "0.17", "Exit codes other than 0 that count as success";
    ExporterImageAnnotations = EXPORTER_IMAGE_ANNOTATIONS, "0.11", "Annotations of images";
    ExporterImageAttestations = EXPORTER_IMAGE_ATTESTATIONS, "0.11", "Attestations of images";
    ExporterMultiple = EXPORTER_MULTIPLE, "0.13", "Several exporters in one build";
    ExporterSession = EXPORTER_SESSION, "0.21", "Exporter in the client's session";
    ExporterSourceDateEpoch = EXPORTER_SOURCE_DATE_EPOCH, "0.11", "`SOURCE_DATE_EPOCH`";
    FileBase = FILE_BASE, "0.5", "File ops";
    FileCopyAlwaysReplace = FILE_COPY_ALWAYS_REPLACE, "0.14", "Copies replace what is in their way, also with another type";
    FileCopyIncludeExclude = FILE_COPY_INCLUDE_EXCLUDE, "0.9", "Include and exclude patterns of copies";
    FileCopyModeString = FILE_COPY_MODE_STRING, "0.17", "Symbolic modes of copies";
    FileCopyRequiredPaths = FILE_COPY_REQUIRED_PATHS, "0.26", "Paths that must exist in a copy's source";
    FileRmNoFollowSymlink = FILE_RM_NO_FOLLOW_SYMLINK, "0.10", "Removals do not follow symlinks";
    FileRmWildcard = FILE_RM_WILDCARD, "0.7", "Wildcards in removals";
    FileSymlinkCreate = FILE_SYMLINK_CREATE, "0.19", "Symlink actions";
    GcFreeSpaceFilter = GC_FREE_SPACE_FILTER, "0.17", "Garbage collection by free space";
    HistoryFilter = HISTORY_FILTER, "0.20", "Filters of the build history";
    MergeOp = MERGE_OP, "0.10", "Merge ops";
    MetaDescription = META_DESCRIPTION, "0.3", "Descriptions";
    MetaExportCache = META_EXPORT_CACHE, "0.3", "Cache export per op";
    MetaIgnoreCache = META_IGNORE_CACHE, "0.3", "Ignore the cache for an op";
    PassthroughOp = PASSTHROUGH_OP, "0.31", "Passthrough ops";
    Platform = PLATFORM, "0.3", "Platforms";
    SourceHttpUidGid = SOURCE_HTTP_UID_GID, "0.3", "Owner of the downloaded file";
    BuildOpLlbFileName = BUILD_OP_LLB_FILE_NAME, "0.3", "File name of the definition in a build op";
    SourceGit = SOURCE_GIT, "0.3", "Git repositories";
    SourceGitBundle = SOURCE_GIT_BUNDLE, "0.30", "Take the history from a bundle";
    SourceGitCheckoutBundle = SOURCE_GIT_CHECKOUT_BUNDLE, "0.30", "Produce a bundle instead of a work tree";
    SourceGitChecksum = SOURCE_GIT_CHECKSUM, "0.22", "Check the commit";
    SourceGitFetchByCommit = SOURCE_GIT_FETCH_BY_COMMIT, "0.30", "Fetch a commit without asking for the ref";
    SourceGitFullUrl = SOURCE_GIT_FULL_URL, "0.3", "The clone URL apart from the identifier";
    SourceGitHttpAuth = SOURCE_GIT_HTTP_AUTH, "0.8", "Names of the secrets for HTTP";
    SourceGitKeepDir = SOURCE_GIT_KEEP_DIR, "0.3", "Keep `.git`";
    SourceGitKnownSshHosts = SOURCE_GIT_KNOWN_SSH_HOSTS, "0.8", "Known SSH hosts";
    SourceGitMountSshSock = SOURCE_GIT_MOUNT_SSH_SOCK, "0.8", "Which SSH agent to use";
    SourceGitMtime = SOURCE_GIT_MTIME, "0.29", "Time stamps of checked-out files";
    SourceGitSignatureVerify = SOURCE_GIT_SIGNATURE_VERIFY, "0.26", "Verify signatures of commits or tags";
    SourceGitSkipSubmodules = SOURCE_GIT_SKIP_SUBMODULES, "0.24", "Leave submodules out";
    SourceGitSubdir = SOURCE_GIT_SUBDIR, "0.9", "A sub-directory of the repository";
    SourceHttp = SOURCE_HTTP, "0.3", "Downloads";
    SourceHttpAuth = SOURCE_HTTP_AUTH, "0.21", "Name of the secret with the authorization header";
    SourceHttpChecksum = SOURCE_HTTP_CHECKSUM, "0.3", "Check the digest of a download";
    SourceHttpHeader = SOURCE_HTTP_HEADER, "0.21", "Request headers";
    SourceHttpPerm = SOURCE_HTTP_PERM, "0.3", "Mode of the downloaded file";
    SourceHttpSignatureVerify = SOURCE_HTTP_SIGNATURE_VERIFY, "0.28", "Verify a detached signature";
    SourceImage = SOURCE_IMAGE, "0.3", "Image sources";
    SourceImageChecksum = SOURCE_IMAGE_CHECKSUM, "0.25", "Check the digest of an image that is named by tag";
    SourceImageLayerLimit = SOURCE_IMAGE_LAYER_LIMIT, "0.11", "Only the lowest layers of an image";
    SourceImageResolveMode = SOURCE_IMAGE_RESOLVE_MODE, "0.3", "Resolve mode of image sources; needed for mode `pull` only";
    SourceImageBlob = SOURCE_IMAGE_BLOB, "0.28", "Single blobs of a registry or an OCI layout";
    SourceLocal = SOURCE_LOCAL, "0.3", "Directories of the client";
    SourceLocalDiffer = SOURCE_LOCAL_DIFFER, "0.9", "How changed files are found";
    SourceLocalExcludePatterns = SOURCE_LOCAL_EXCLUDE_PATTERNS, "0.3", "No files that match";
    SourceLocalFollowPaths = SOURCE_LOCAL_FOLLOW_PATHS, "0.3", "Only these paths and what their symlinks lead to";
    SourceLocalIncludePatterns = SOURCE_LOCAL_INCLUDE_PATTERNS, "0.3", "Only files that match";
    SourceLocalMetadataTransfer = SOURCE_LOCAL_METADATA_TRANSFER, "0.21", "Transfer metadata of files without their content";
    SourceLocalSessionId = SOURCE_LOCAL_SESSION_ID, "0.3", "The session that has the directory";
    SourceLocalSharedKeyHint = SOURCE_LOCAL_SHARED_KEY_HINT, "0.3", "Name under which an earlier transfer is reused";
    SourceLocalUnique = SOURCE_LOCAL_UNIQUE, "0.3", "An id that keeps two local sources apart when no session is named";
    SourceOciLayout = SOURCE_OCI_LAYOUT, "0.11", "Images of an OCI layout";
    SourcePolicy = SOURCE_POLICY, "0.11", "Source policies";
    SourcePolicySession = SOURCE_POLICY_SESSION, "0.26", "Source policies that ask the session";
}
