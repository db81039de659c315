//! The environment of the frontend process, and the files BuildKit puts into its container.
//!
//! Defined in BuildKit `frontend/gateway/gateway.go`.

/// Prefix of options: `BUILDKIT_FRONTEND_OPT_0=key=value`. The order is random; split at the first `=` of the value.
/// Since v0.3.
pub const FRONTEND_OPT_PREFIX: &str = "BUILDKIT_FRONTEND_OPT_";
/// Id of the client's session. Since v0.3.
pub const SESSION_ID: &str = "BUILDKIT_SESSION_ID";
/// JSON list of workers; the first platform of the first one is the default build platform. Since v0.3.
pub const WORKERS: &str = "BUILDKIT_WORKERS";
/// Name of the product that embeds BuildKit, for texts such as "please update Docker". Since v0.4.
pub const EXPORTED_PRODUCT: &str = "BUILDKIT_EXPORTEDPRODUCT";
/// Trace context of the caller, when the daemon traces.
pub const TRACEPARENT: &str = "TRACEPARENT";

/// File with the encoded [`pb::Definition`](crate::pb::Definition) of the frontend's own root file system. Since v0.10.
/// BuildKit `frontend/gateway/gateway.go`.
pub const OWN_DEFINITION: &str = "/run/config/buildkit/metadata/frontend.bin";
