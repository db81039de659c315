//! Capabilities of the gateway API, in `PongResponse.FrontendAPICaps`.
//!
//! Defined in BuildKit `frontend/gateway/pb/caps.go`. Supported means: listed **and** enabled. A daemon that sends no
//! list at all supports [`MINIMUM`].

/// The capabilities of a daemon without a list (before v0.3).
pub const MINIMUM: [&str; 4] = [SOLVE_BASE, SOLVE_INLINE_RETURN, RESOLVE_IMAGE, READ_FILE];

/// `Solve`. Since v0.3.
pub const SOLVE_BASE: &str = "solve.base";
/// The old way to return a result, through `SolveRequest.Final`. Since v0.3; deprecated.
pub const SOLVE_INLINE_RETURN: &str = "solve.inlinereturn";
/// `ResolveImageConfig`. Since v0.3.
pub const RESOLVE_IMAGE: &str = "resolveimage";
/// Resolve mode of `ResolveImageConfig`. Since v0.3.
pub const RESOLVE_IMAGE_RESOLVE_MODE: &str = "resolveimage.resolvemode";
/// `ReadFile`. Since v0.3.
pub const READ_FILE: &str = "readfile";
/// `ReadDir`. Since v0.3.
pub const READ_DIR: &str = "readdir";
/// `StatFile`. Since v0.3.
pub const STAT_FILE: &str = "statfile";
/// `Return`. Since v0.3.
pub const RETURN: &str = "return";
/// `Return` with several refs. Since v0.3.
pub const RETURN_MAP: &str = "returnmap";
/// `SolveRequest.CacheImports`. Since v0.4.
pub const IMPORT_CACHES: &str = "importcaches";
/// `Ref` and `RefMap` instead of bare strings. Since v0.7.
pub const PROTO_REF_ARRAY: &str = "proto.refarray";
/// `Ref.def`: a result can be used as LLB again. Since v0.7.
pub const REFERENCE_OUTPUT: &str = "reference.output";
/// `Inputs`, and `SolveRequest.FrontendInputs`. Since v0.7.
pub const FRONTEND_INPUTS: &str = "frontend.inputs";
/// A nested `Solve` returns metadata. Since v0.7.2.
pub const GATEWAY_SOLVE_METADATA: &str = "gateway.solve.metadata";
/// The option `frontend.caps` and its labels are enforced. Since v0.8.
pub const FRONTEND_CAPS: &str = "frontend.caps";
/// Containers outside the graph. Since v0.8.
pub const GATEWAY_EXEC: &str = "gateway.exec";
/// `SolveRequest.Evaluate`. Since v0.8.
pub const GATEWAY_SOLVE_EVALUATE: &str = "gateway.solve.evaluate";
/// Extra hosts of such containers. Since v0.10.
pub const GATEWAY_EXEC_EXTRA_HOSTS: &str = "gateway.exec.extrahosts";
/// Signals to their processes. Since v0.10.
pub const GATEWAY_EXEC_SIGNALS: &str = "gateway.exec.signals";
/// `Warn`. Since v0.10.
pub const GATEWAY_WARNINGS: &str = "gateway.warnings";
/// `Evaluate`. Since v0.11.
pub const GATEWAY_EVALUATE: &str = "gateway.evaluate";
/// Attestations in results. Since v0.11.
pub const REFERENCE_ATTESTATIONS: &str = "reference.attestations";
/// Secrets in the environment of gateway containers. Since v0.12.
pub const GATEWAY_EXEC_SECRET_ENV: &str = "gateway.exec.secretenv";
/// `ResolveSourceMeta`. Since v0.13.
pub const SOURCE_META_RESOLVER: &str = "source.metaresolver";
/// Read files of a running gateway container. Since v0.27.
pub const GATEWAY_EXEC_FILESYSTEM: &str = "gateway.exec.filesystem";
/// Attestation chains in `ResolveSourceMeta`. Since v0.28.
pub const SOURCE_META_RESOLVER_ATTESTATIONS: &str = "source.metaresolver.image.attestations";
/// Checksums of downloads in `ResolveSourceMeta`. Since v0.28.
pub const SOURCE_META_RESOLVER_HTTP_CHECKSUM: &str = "source.metaresolver.http.checksumrequest";
