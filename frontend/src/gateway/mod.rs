//! The conversation with BuildKit: one gRPC connection over standard input and output, on which this process is the
//! client.
//!
//! [`stdio`] makes the connection, [`Session`] is what can be said on it. Nothing else in the crate speaks gRPC.

mod session;
mod stdio;

pub(crate) use session::{ImageQuery, Outcome, Session, Warning, is_not_found};
pub(crate) use stdio::connect;
