//! The connection through standard input and output.

use std::io;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use tonic::transport::{Channel, Endpoint, Uri};
use tower::service_fn;

use super::pipes::Pipes;

/// Errors contain the spec's text in a header; hyper's default limit of 16 KiB would drop it, or the whole connection.
const MAX_HEADER_BYTES: u32 = 64 << 20;

/// Connects to the daemon through standard input and output.
///
/// BuildKit expects the first bytes within ten seconds of the start, so this precedes all other work.
///
/// # Errors
/// Standard input and output are not pipes, or the other side does not speak HTTP/2.
pub(crate) async fn connect() -> Result<Channel, tonic::transport::Error> {
    // A second connection would reuse bytes of the first, so it must fail.
    let mut pipes = Some(Pipes::open());
    let connector = service_fn(move |_: Uri| {
        let stdio = pipes.take().unwrap_or_else(|| Err(io::ErrorKind::NotConnected.into()));
        async move { stdio.map(TokioIo::new) }
    });
    Endpoint::from_static("http://localhost")
        .http2_max_header_list_size(MAX_HEADER_BYTES)
        .initial_stream_window_size(1 << 20)
        .initial_connection_window_size(4 << 20)
        .connect_timeout(Duration::from_secs(30))
        .connect_with_connector(connector)
        .await
}
