//! Options that a frontend receives, one per [`env::FRONTEND_OPT_PREFIX`](super::env::FRONTEND_OPT_PREFIX) variable.
//!
//! Defined in BuildKit `frontend/dockerui/config.go` unless noted otherwise. A frontend ignores keys that it does not
//! know.

/// Name of the spec file inside its source; for local contexts the base name of `-f`. Since v0.3.
pub const FILENAME: &str = "filename";
/// Stage or target to build; empty: the default. Since v0.3.
pub const TARGET: &str = "target";
/// Comma-separated platforms to build for; absent: one implicit target. Since v0.3.
pub const PLATFORM: &str = "platform";
/// Boolean: force or forbid a result per platform. Since v0.9 (earlier only as a build argument).
pub const MULTI_PLATFORM: &str = "multi-platform";
/// Prefix of build arguments; see [`build_arg`] and [`build_args`](super::build_args). Since v0.3.
pub const BUILD_ARG_PREFIX: &str = "build-arg:";
/// Prefix of image labels. Since v0.3.
pub const LABEL_PREFIX: &str = "label:";
/// Present and empty: build everything without the cache; otherwise a comma-separated list of stages. Since v0.3.
pub const NO_CACHE: &str = "no-cache";
/// `default`, `pull` or `local`. Since v0.3.
pub const IMAGE_RESOLVE_MODE: &str = "image-resolve-mode";
/// JSON list of cache imports, `[{"Type":…,"Attrs":{…}}]`. Must be passed on with every final solve. Since v0.4.
pub const CACHE_IMPORTS: &str = "cache-imports";
/// Comma-separated registry references of caches; the older form of [`CACHE_IMPORTS`]. Since v0.3.
pub const CACHE_FROM: &str = "cache-from";
/// Remote main context: the URL of a repository or a download. Since v0.3. BuildKit `frontend/dockerui/context.go`.
pub const CONTEXT: &str = "context";
/// Prefix of named contexts; see [`named_context`]. Since v0.10. BuildKit `frontend/dockerui/namedcontext.go`.
pub const CONTEXT_PREFIX: &str = "context:";
/// Name of the option with the remote context, if it is not [`CONTEXT`]. Since v0.3.
pub const CONTEXT_KEY: &str = "contextkey";
/// Sub-directory of a context that is remote or an input. Since v0.3.
pub const CONTEXT_SUBDIR: &str = "contextsubdir";
/// Name of the local source with the spec; if present, the spec is read from there even with a remote context. Since
/// v0.3.
pub const DOCKERFILE_KEY: &str = "dockerfilekey";
/// Prefix of metadata that belongs to an input: a JSON map from key to base64 bytes. Since v0.10.
pub const INPUT_METADATA_PREFIX: &str = "input-metadata:";
/// Prefix of the original URLs of inputs, for provenance only. Written by buildx.
pub const INPUT_PREFIX: &str = "input:";
/// Prefix of the session ids of local sources: `local-sessionid:NAME`. Since v0.16.
pub const LOCAL_SESSION_ID_PREFIX: &str = "local-sessionid:";
/// Prefix of stable hints for named local contexts: `sharedkey:localdir:NAME`. Written by buildx.
pub const SHARED_KEY_PREFIX: &str = "sharedkey:localdir:";
/// CSV of `host=ip`. Since v0.3.
pub const ADD_HOSTS: &str = "add-hosts";
/// Size of `/dev/shm` in steps, in bytes. Since v0.10.
pub const SHM_SIZE: &str = "shm-size";
/// CSV of `name=soft[:hard]`. Since v0.10.
pub const ULIMIT: &str = "ulimit";
/// Memory of a step, in bytes. Since v0.31.
pub const MEMORY: &str = "memory";
/// Memory and swap of a step, in bytes, −1 for unlimited. Since v0.31.
pub const MEMORY_SWAP: &str = "memswap";
/// CPU weight of a step. Since v0.31.
pub const CPU_SHARES: &str = "cpushares";
/// Scheduler period of a step, in microseconds. Since v0.31.
pub const CPU_PERIOD: &str = "cpuperiod";
/// CPU time per period, in microseconds. Since v0.31.
pub const CPU_QUOTA: &str = "cpuquota";
/// CPUs of a step. Since v0.31.
pub const CPUSET_CPUS: &str = "cpusetcpus";
/// Memory nodes of a step. Since v0.31.
pub const CPUSET_MEMS: &str = "cpusetmems";
/// Parent cgroup of steps. Since v0.10.
pub const CGROUP_PARENT: &str = "cgroup-parent";
/// `none`, `host` or `sandbox`: network of all steps. Since v0.3.
pub const FORCE_NETWORK_MODE: &str = "force-network-mode";
/// Host name of steps. Since v0.8; [`build_args::SANDBOX_HOSTNAME`](super::build_args::SANDBOX_HOSTNAME) takes
/// precedence.
pub const HOSTNAME: &str = "hostname";
/// Prefix of attestation requests: `attest:sbom`, `attest:provenance`. Since v0.11. BuildKit
/// `frontend/attestations/parse.go`.
pub const ATTEST_PREFIX: &str = "attest:";
/// CSV of options for an SBOM; `generator` is the image of the scanner. Since v0.11.
pub const ATTEST_SBOM: &str = "attest:sbom";
/// CSV of options for provenance, such as `mode=max`. Handled by the daemon. Since v0.11.
pub const ATTEST_PROVENANCE: &str = "attest:provenance";
/// The subrequest to answer instead of building. Since v0.8. BuildKit `frontend/dockerui/requests.go`.
pub const REQUEST_ID: &str = "requestid";
/// Comma-separated capabilities the caller needs from the frontend. Since v0.8. BuildKit `frontend/gateway/gateway.go`.
pub const FRONTEND_CAPS: &str = "frontend.caps";
/// Reference of the frontend's own image. Since v0.3. BuildKit `frontend/gateway/gateway.go`.
pub const SOURCE: &str = "source";
/// The whole value of the `syntax` directive. Since v0.3. BuildKit `frontend/dockerfile/builder/build.go`.
pub const CMDLINE: &str = "cmdline";
/// Origin URL of the local working tree. Written by buildx; moved to provenance by the daemon.
pub const VCS_SOURCE: &str = "vcs:source";
/// Commit of the local working tree. Written by buildx; moved to provenance by the daemon.
pub const VCS_REVISION: &str = "vcs:revision";
/// Prefix of the path of a local directory in its working tree. Written by buildx.
pub const VCS_LOCALDIR_PREFIX: &str = "vcs:localdir:";

/// The separator between the name of a named context or an input and its platform: `context:base::linux/arm64`.
pub const PLATFORM_SEPARATOR: &str = "::";

/// The option that carries build argument `name`.
#[must_use]
pub fn build_arg(name: &str) -> String {
    format!("{BUILD_ARG_PREFIX}{name}")
}

/// The option that carries image label `name`.
#[must_use]
pub fn label(name: &str) -> String {
    format!("{LABEL_PREFIX}{name}")
}

/// The option that carries the named context `name`, for one platform (in its normalized form) if given.
///
/// ```
/// use buildkit_proto::keys::opts::named_context;
/// assert_eq!(named_context("base", Some("linux/arm64")), "context:base::linux/arm64");
/// ```
#[must_use]
pub fn named_context(name: &str, platform: Option<&str>) -> String {
    match platform {
        Some(platform) => format!("{CONTEXT_PREFIX}{name}{PLATFORM_SEPARATOR}{platform}"),
        None => format!("{CONTEXT_PREFIX}{name}"),
    }
}
