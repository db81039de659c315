//! The program that images can contain as `/.slipway/probe`: health checks for images without a shell, and the first
//! process of a container.
//!
//! It is in many images, so it is small and static, and allocates little. It trusts nothing that a server answers: each
//! check has a time limit and reads a limited number of bytes.
//!
//! Exit codes of checks: 0 if the program is healthy, 1 if it is not, 64 if the command line is wrong. `init` exits with
//! the code of its program, 128 + n if signal n ended it, 126 if it cannot be executed, and 127 if it does not exist.

mod arguments;
mod check;
mod grpc;
mod hpack;
mod http;
mod init;
mod message;

use std::process::ExitCode;

use arguments::Mode;

/// The command line is wrong: `EX_USAGE` of `sysexits.h`.
const WRONG_USAGE: u8 = 64;

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    let mode = match arguments::read(&words) {
        Ok(mode) => mode,
        Err(wrong) => {
            message::say(&wrong);
            return ExitCode::from(WRONG_USAGE);
        }
    };
    let found = match mode {
        Mode::Init(command) => return ExitCode::from(init::run(command)),
        Mode::Http(request, timeout) => http::check(&request, timeout),
        Mode::Tcp(port, timeout) => check::connect(port, timeout).map(drop),
        Mode::Grpc(port, service, timeout) => grpc::check(port, &service, timeout),
    };
    match found {
        Ok(()) => ExitCode::SUCCESS,
        Err(unhealthy) => {
            message::say(&unhealthy);
            ExitCode::FAILURE
        }
    }
}
