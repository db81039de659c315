//! The program as containers run it, against real sockets and real processes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // Everything here is test code.

mod grpc;
mod http;
mod init;
mod server;
mod usage;

use std::process::{Command, Output};

/// The program with arguments.
fn probe(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_slipway-probe"));
    command.args(arguments);
    command
}

/// The exit code, and what the program says without its name.
fn run(arguments: &[&str]) -> (i32, String) {
    said(&probe(arguments).output().expect("it starts"))
}

fn said(output: &Output) -> (i32, String) {
    let text = String::from_utf8_lossy(&output.stderr);
    (output.status.code().expect("it exits"), text.trim_end().trim_start_matches("slipway-probe: ").to_owned())
}
