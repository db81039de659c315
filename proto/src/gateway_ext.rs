//! A gateway call that the generated stub does not support: `Solve` with encoded definitions.

use tonic::{
    client::{Grpc, GrpcService},
    codegen::{Body, Bytes, StdError, http},
};

use crate::{ext::EncodedSolveRequest, gateway::SolveResponse};

/// Calls `LLBBridge.Solve` with [`EncodedSolveRequest`]; the answer is the ordinary one.
///
/// `max_response_bytes` is the maximum size of the answer; BuildKit sends up to 16 MiB (since v0.14).
///
/// # Errors
///
/// The status of the daemon, with its details, or that of the transport.
pub async fn solve_encoded<T>(
    channel: T,
    request: EncodedSolveRequest,
    max_response_bytes: usize,
) -> Result<tonic::Response<SolveResponse>, tonic::Status>
where
    T: GrpcService<tonic::body::Body>,
    T::Error: Into<StdError>,
    T::ResponseBody: Body<Data = Bytes> + Send + 'static,
    <T::ResponseBody as Body>::Error: Into<StdError> + Send,
{
    let mut grpc = Grpc::new(channel).max_decoding_message_size(max_response_bytes);
    grpc.ready().await.map_err(|error| tonic::Status::unknown(format!("service was not ready: {}", error.into())))?;
    let path = http::uri::PathAndQuery::from_static("/moby.buildkit.v1.frontend.LLBBridge/Solve");
    let codec = tonic_prost::ProstCodec::default();
    grpc.unary(tonic::Request::new(request), path, codec).await
}
