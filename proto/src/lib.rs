//! The protocol between BuildKit and a frontend.
//!
//! The crate contains two kinds of definitions:
//!
//! * **Messages.** The protobuf types are those of the maintained crate `bollard-buildkit-proto`, in a module tree that
//!   follows BuildKit's own packages ([`pb`], [`gateway`], [`apicaps`], …). Messages that it lacks are in [`ext`],
//!   written by hand as small `prost` messages with the same wire format.
//! * **Keys.** BuildKit passes most information in string maps: frontend options, result metadata, source attributes,
//!   capabilities, labels. Each well-known key is a documented constant in [`keys`], with its meaning, the first
//!   BuildKit release with it, and the place where BuildKit defines it. "Since v0.3" means "in every release still in
//!   use".
//!
//! [`errdefs`] contains errors with details.
//!
//! The feature `grpc` adds the client stub of the gateway service (`gateway::llb_bridge_client::LlbBridgeClient`) and
//! `gateway_ext`, a call with encoded definitions. It is off by default.
//!
//! This crate may only depend on serialization crates. It does not know graphs, YAML or builds.
//!
//! ```
//! use buildkit_proto::{keys::opts, pb};
//!
//! assert_eq!(opts::build_arg("VERSION"), "build-arg:VERSION");
//! let scratch = pb::Definition::default();
//! assert!(scratch.def.is_empty());
//! ```

pub mod errdefs;
pub mod ext;
#[cfg(feature = "grpc")]
pub mod gateway_ext;
pub mod keys;

/// LLB: operations, definitions, metadata, source maps. Package `pb`, BuildKit `solver/pb/ops.proto`.
pub mod pb {
    pub use bollard_buildkit_proto::pb::*;
}

/// The gateway API between a frontend and the daemon. Package `moby.buildkit.v1.frontend`, BuildKit
/// `frontend/gateway/pb/gateway.proto`.
pub mod gateway {
    pub use bollard_buildkit_proto::moby::buildkit::v1::frontend::*;
}

/// Capability lists. Package `moby.buildkit.v1.apicaps`, BuildKit `util/apicaps/pb/caps.proto`.
pub mod apicaps {
    pub use bollard_buildkit_proto::moby::buildkit::v1::apicaps::*;
}

/// Workers and garbage collection policies. Package `moby.buildkit.v1.types`, BuildKit `api/types/worker.proto`.
pub mod types {
    pub use bollard_buildkit_proto::moby::buildkit::v1::types::*;
}

/// Source policies. Package `moby.buildkit.v1.sourcepolicy`, BuildKit `sourcepolicy/pb/policy.proto`.
pub mod sourcepolicy {
    pub use bollard_buildkit_proto::moby::buildkit::v1::sourcepolicy::*;
}

/// File metadata as the gateway returns it. Package `fsutil.types`.
pub mod fsutil {
    pub use bollard_buildkit_proto::fsutil::types::*;
}

/// The status of a failed call with its details. Package `google.rpc`.
pub mod rpc {
    pub use bollard_buildkit_proto::google::protobuf::Any;
    pub use bollard_buildkit_proto::google::rpc::*;
}

/// The control API, which clients (not frontends) use. Package `moby.buildkit.v1`, BuildKit
/// `api/services/control/control.proto`.
pub mod control {
    pub use bollard_buildkit_proto::moby::buildkit::v1::*;
}

/// The BuildKit release whose message definitions the re-exported types follow.
pub const MESSAGES_FOLLOW_BUILDKIT: &str = bollard_buildkit_proto::provenance::BUILDKIT_VERSION;

/// The examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmeExamples;
