//! Messages that `bollard-buildkit-proto` 0.9.2 (BuildKit v0.29) lacks, with the same wire format as in current
//! BuildKit. When the maintained crate has them, this file becomes re-exports.
//!
//! Field numbers: BuildKit `solver/pb/ops.proto`, `frontend/gateway/pb/gateway.proto`.

use std::collections::BTreeMap;

use crate::pb;

/// "This result requires those": passes some of its inputs on unchanged, after *all* of them have been built.
///
/// Since BuildKit v0.31, capability `passthroughop`. BuildKit `solver/pb/ops.proto`, message `PassthroughOp`.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct PassthroughOp {
    /// A name that distinguishes this op from others with the same inputs; must not be empty.
    #[prost(string, tag = "1")]
    pub id: String,
    /// For each output of the op, the index of the input that it passes on.
    #[prost(int64, repeated, tag = "2")]
    pub outputs: Vec<i64>,
}

/// Resource limits of one step. Outside the digest and the cache key, like everything in [`OpMetadata`].
///
/// Since BuildKit v0.31, capability `exec.meta.linux.resources`. A zero or empty field means no limit.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct LinuxResources {
    /// Memory, in bytes.
    #[prost(int64, tag = "1")]
    pub memory: i64,
    /// Memory and swap together, in bytes; −1 for unlimited swap.
    #[prost(int64, tag = "2")]
    pub memory_swap: i64,
    /// Relative weight of the CPU share.
    #[prost(uint64, tag = "3")]
    pub cpu_shares: u64,
    /// Period of the CPU scheduler, in microseconds.
    #[prost(uint64, tag = "4")]
    pub cpu_period: u64,
    /// CPU time per period, in microseconds.
    #[prost(int64, tag = "5")]
    pub cpu_quota: i64,
    /// CPUs the step may run on, such as `0-3`.
    #[prost(string, tag = "6")]
    pub cpuset_cpus: String,
    /// Memory nodes the step may use, such as `0,1`.
    #[prost(string, tag = "7")]
    pub cpuset_mems: String,
}

/// [`pb::OpMetadata`] with the fields of current BuildKit.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OpMetadata {
    /// Build without a cache lookup; also empties the cache mounts of an exec.
    #[prost(bool, tag = "1")]
    pub ignore_cache: bool,
    /// Free text for people and tools; progress shows `llb.customname`.
    #[prost(btree_map = "string, string", tag = "2")]
    pub description: BTreeMap<String, String>,
    /// Whether exported caches contain the result; if absent, the build decides.
    #[prost(message, optional, tag = "4")]
    pub export_cache: Option<pb::ExportCache>,
    /// Capabilities of the engine that the op needs.
    #[prost(btree_map = "string, bool", tag = "5")]
    pub caps: BTreeMap<String, bool>,
    /// Progress shows the ops of a group as one line.
    #[prost(message, optional, tag = "6")]
    pub progress_group: Option<pb::ProgressGroup>,
    /// Resource limits of an exec.
    #[prost(message, optional, tag = "7")]
    pub linux_resources: Option<LinuxResources>,
}

/// [`pb::Definition`] with the op metadata of current BuildKit.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Definition {
    /// Marshaled ops, inputs before users; the last one is the terminal op.
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub def: Vec<Vec<u8>>,
    /// Metadata by op digest.
    #[prost(btree_map = "string, message", tag = "2")]
    pub metadata: BTreeMap<String, OpMetadata>,
    /// The source locations of the ops.
    #[prost(message, optional, tag = "3")]
    pub source: Option<pb::Source>,
}

/// [`pb::Op`] with the kinds of current BuildKit. For reading; `prost` would write the `oneof` at the wrong position
/// (BuildKit's daemon computes the digest of Go's encoding, in which the `oneof` comes last).
#[derive(Clone, PartialEq, prost::Message)]
pub struct Op {
    /// Outputs of other ops that this one depends on.
    #[prost(message, repeated, tag = "1")]
    pub inputs: Vec<pb::Input>,
    /// The platform of an exec or an image.
    #[prost(message, optional, tag = "10")]
    pub platform: Option<pb::Platform>,
    /// Which workers may build the op.
    #[prost(message, optional, tag = "11")]
    pub constraints: Option<pb::WorkerConstraints>,
    /// The operation; absent in the terminal op.
    #[prost(oneof = "OpKind", tags = "2, 3, 4, 5, 6, 7, 8")]
    pub op: Option<OpKind>,
}

/// The kinds of [`Op`].
// Exists only briefly while a definition is read, one at a time.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum OpKind {
    /// Run a process.
    #[prost(message, tag = "2")]
    Exec(pb::ExecOp),
    /// Load something from outside.
    #[prost(message, tag = "3")]
    Source(pb::SourceOp),
    /// Change files.
    #[prost(message, tag = "4")]
    File(pb::FileOp),
    /// Build a definition that another op produced.
    #[prost(message, tag = "5")]
    Build(pb::BuildOp),
    /// Merge results.
    #[prost(message, tag = "6")]
    Merge(pb::MergeOp),
    /// The difference between two results.
    #[prost(message, tag = "7")]
    Diff(pb::DiffOp),
    /// Pass inputs on after all of them are built.
    #[prost(message, tag = "8")]
    Passthrough(PassthroughOp),
}

/// [`SolveRequest`](crate::gateway::SolveRequest) that takes definitions as encoded bytes.
///
/// A message field and a bytes field have the same wire format, so the daemon sees no difference. Two benefits: op
/// metadata that the maintained types lack is kept, and a large definition is neither copied into maps nor encoded
/// twice.
#[derive(Clone, PartialEq, prost::Message)]
pub struct EncodedSolveRequest {
    /// An encoded [`Definition`]; `None` when `frontend` is used.
    #[prost(bytes = "vec", optional, tag = "1")]
    pub definition: Option<Vec<u8>>,
    /// Name of a frontend to delegate to: `dockerfile.v0` or `gateway.v0`.
    #[prost(string, tag = "2")]
    pub frontend: String,
    /// Options of that frontend.
    #[prost(btree_map = "string, string", tag = "3")]
    pub frontend_opt: BTreeMap<String, String>,
    /// Always set: the answer is in `SolveResponse.result`.
    #[prost(bool, tag = "5")]
    pub allow_result_return: bool,
    /// Always set: refs are arrays.
    #[prost(bool, tag = "6")]
    pub allow_result_array_ref: bool,
    /// Caches for this solve. The daemon does not apply the client's `--cache-from` by itself.
    #[prost(message, repeated, tag = "12")]
    pub cache_imports: Vec<crate::gateway::CacheOptionsEntry>,
    /// Encoded definitions that are inputs of the delegate, by name.
    #[prost(btree_map = "string, bytes", tag = "13")]
    pub frontend_inputs: BTreeMap<String, Vec<u8>>,
    /// Build at once instead of on first use; errors are then returned by this call.
    #[prost(bool, tag = "14")]
    pub evaluate: bool,
    /// Extra source policies, on top of the session's.
    #[prost(message, repeated, tag = "15")]
    pub source_policies: Vec<crate::sourcepolicy::Policy>,
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;
    use crate::gateway::SolveRequest;

    #[test]
    fn an_encoded_request_is_decoded_like_in_the_daemon() {
        let definition = Definition { def: vec![vec![1, 2], vec![3]], ..Definition::default() };
        let request = EncodedSolveRequest {
            definition: Some(definition.encode_to_vec()),
            frontend: "dockerfile.v0".into(),
            frontend_opt: [("target".to_owned(), "app".to_owned())].into(),
            allow_result_return: true,
            allow_result_array_ref: true,
            cache_imports: vec![crate::gateway::CacheOptionsEntry { r#type: "registry".into(), ..Default::default() }],
            frontend_inputs: [("context".to_owned(), definition.encode_to_vec())].into(),
            evaluate: true,
            source_policies: vec![crate::sourcepolicy::Policy::default()],
        };
        let read = SolveRequest::decode(request.encode_to_vec().as_slice()).unwrap();
        assert_eq!(read.definition.unwrap().def, definition.def);
        assert_eq!(read.frontend, "dockerfile.v0");
        assert_eq!(read.frontend_opt["target"], "app");
        assert!(read.allow_result_return && read.allow_result_array_ref && read.evaluate);
        assert_eq!(read.cache_imports[0].r#type, "registry");
        assert_eq!(read.frontend_inputs["context"].def, definition.def);
        assert_eq!(read.source_policies.len(), 1);
    }
}
