//! The smallest frontend: it answers with an empty result at once. `scripts/bench` measures it, because no frontend in
//! an image can be faster.

#![allow(clippy::expect_used)] // It has nothing to report errors with.

use std::io;
use std::os::fd::AsFd;

use buildkit_proto::gateway::llb_bridge_client::LlbBridgeClient;
use buildkit_proto::gateway::{PingRequest, Ref, Result, ReturnRequest, result};
use hyper_util::rt::TokioIo;
use tokio::net::unix::pipe;
use tonic::transport::Endpoint;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("the system has room");
    runtime.block_on(answer());
    // Dropping the runtime could wait for standard input.
    std::process::exit(0);
}

async fn answer() {
    let mut pipes = Some(());
    let connector = tower::service_fn(move |_| {
        let first = pipes.take();
        async move {
            first.ok_or(io::ErrorKind::NotConnected)?;
            let input = pipe::Receiver::from_owned_fd(io::stdin().as_fd().try_clone_to_owned()?)?;
            let output = pipe::Sender::from_owned_fd(io::stdout().as_fd().try_clone_to_owned()?)?;
            io::Result::Ok(TokioIo::new(tokio::io::join(input, output)))
        }
    });
    let channel = Endpoint::from_static("http://localhost").connect_with_connector(connector).await;
    let mut client = LlbBridgeClient::new(channel.expect("BuildKit started this program"));
    client.ping(PingRequest {}).await.expect("BuildKit answers");
    let nothing = Result { result: Some(result::Result::Ref(Ref::default())), ..Result::default() };
    client.r#return(ReturnRequest { result: Some(nothing), error: None }).await.expect("BuildKit takes the result");
}
