//! Standard input and output as the two halves of a connection.
//!
//! BuildKit passes two pipes. They are registered with the event loop, so that reading needs no thread and exiting
//! never waits for one.

use std::io;
use std::os::fd::AsFd;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::unix::pipe;

/// Both pipes as one stream.
pub(super) struct Pipes {
    input: pipe::Receiver,
    output: pipe::Sender,
}

impl Pipes {
    pub(super) fn open() -> io::Result<Self> {
        Ok(Self {
            input: pipe::Receiver::from_owned_fd(io::stdin().as_fd().try_clone_to_owned()?)?,
            output: pipe::Sender::from_owned_fd(io::stdout().as_fd().try_clone_to_owned()?)?,
        })
    }
}

impl AsyncRead for Pipes {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.input).poll_read(cx, buf)
    }
}

impl AsyncWrite for Pipes {
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
