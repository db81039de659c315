//! The connection to BuildKit: one gRPC connection over standard input and output, with this process as the client.
//!
//! [`stdio`] opens the connection, [`Session`] has the requests. Only this module uses gRPC.

#[cfg_attr(not(unix), path = "no_pipes.rs")]
mod pipes;
mod session;
mod stdio;

pub(crate) use session::{GO_MODE_DIR, GO_MODE_TYPE, ImageQuery, Outcome, Session, Warning, is_not_found};
pub(crate) use stdio::connect;
