//! Build arguments with a predefined meaning, independent of the spec. They are passed as
//! [`opts::build_arg`](super::opts::build_arg).
//!
//! Defined in BuildKit `frontend/dockerui/config.go` unless noted otherwise.

/// Prefix of the ids of cache mounts, to separate projects on one builder. Since v0.3.
pub const CACHE_MOUNT_NS: &str = "BUILDKIT_CACHE_MOUNT_NS";
/// Boolean: force or forbid a result per platform. Since v0.8.
pub const MULTI_PLATFORM: &str = "BUILDKIT_MULTI_PLATFORM";
/// Host name of steps. Since v0.10.
pub const SANDBOX_HOSTNAME: &str = "BUILDKIT_SANDBOX_HOSTNAME";
/// Boolean: keep `.git` of a git context. Since v0.9.
pub const CONTEXT_KEEP_GIT_DIR: &str = "BUILDKIT_CONTEXT_KEEP_GIT_DIR";
/// Boolean: show git's advice messages of a git context. Since v0.33.
pub const GIT_ADVICE: &str = "BUILDKIT_GIT_ADVICE";
/// Lint settings: `skip=A,B;experimental=C;error=true`. Since v0.14.
pub const DOCKERFILE_CHECK: &str = "BUILDKIT_DOCKERFILE_CHECK";
/// Image of the frontend, overrides the file's `syntax` line. Handled by the client. Since v0.11.
pub const SYNTAX: &str = "BUILDKIT_SYNTAX";
/// Boolean: write cache metadata into the image. Handled by the client.
pub const INLINE_CACHE: &str = "BUILDKIT_INLINE_CACHE";
/// Boolean: scan the build context for the SBOM too. Since v0.11. BuildKit
/// `frontend/dockerfile/dockerfile2llb/convert.go`.
pub const SBOM_SCAN_CONTEXT: &str = "BUILDKIT_SBOM_SCAN_CONTEXT";
/// Boolean or list of stages to scan for the SBOM as well. Since v0.11. Defined as the one before.
pub const SBOM_SCAN_STAGE: &str = "BUILDKIT_SBOM_SCAN_STAGE";
/// The same as option `attest:sbom`. Since v0.11. BuildKit `frontend/attestations/parse.go`.
pub const ATTEST_SBOM: &str = "BUILDKIT_ATTEST_SBOM";
/// The same as option `attest:provenance`. Since v0.11. BuildKit `frontend/attestations/parse.go`.
pub const ATTEST_PROVENANCE: &str = "BUILDKIT_ATTEST_PROVENANCE";
/// Name of the build in history views. Handled by the client.
pub const BUILD_NAME: &str = "BUILDKIT_BUILD_NAME";
/// Time of the build for reproducible results, in seconds since 1970. Since v0.10. BuildKit `util/epoch`.
pub const SOURCE_DATE_EPOCH: &str = "SOURCE_DATE_EPOCH";

/// Arguments, in upper or lower case, that belong to `ProxyEnv` and never in environment, history or cache key. Since
/// v0.3. BuildKit `frontend/dockerfile/dockerfile2llb/convert.go`.
pub const PROXY: [&str; 5] = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];
