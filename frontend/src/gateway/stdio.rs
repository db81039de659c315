//! Standard input and output as the two halves of a connection.
//!
//! BuildKit passes two pipes. They are registered with the event loop, so that reading needs no thread and exiting
//! never waits for one.

use std::io;
use std::os::fd::AsFd;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::unix::pipe;
use tonic::transport::{Channel, Endpoint, Uri};
use tower::service_fn;

/// Errors contain the spec's text in a header; hyper's default limit of 16 KiB would drop it, or the whole connection.
const MAX_HEADER_BYTES: u32 = 64 << 20;

/// Both pipes as one stream.
struct Stdio {
    input: pipe::Receiver,
    output: pipe::Sender,
}

impl Stdio {
    fn open() -> io::Result<Self> {
        Ok(Self {
            input: pipe::Receiver::from_owned_fd(io::stdin().as_fd().try_clone_to_owned()?)?,
            output: pipe::Sender::from_owned_fd(io::stdout().as_fd().try_clone_to_owned()?)?,
        })
    }
}

impl AsyncRead for Stdio {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.input).poll_read(cx, buf)
    }
}

impl AsyncWrite for Stdio {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.output).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.output).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.output).poll_shutdown(cx)
    }
}

/// Connects to the daemon through standard input and output.
///
/// BuildKit expects the first bytes within ten seconds of the start, so this precedes all other work.
///
/// # Errors
/// Standard input and output are not pipes, or the other side does not speak HTTP/2.
pub(crate) async fn connect() -> Result<Channel, tonic::transport::Error> {
    // A second connection would reuse bytes of the first, so it must fail.
    let mut pipes = Some(Stdio::open());
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
