//! The status page: for how long the shop has been open.

use std::time::Instant;

use humantime::format_duration;
use serde::Serialize;

const MESSAGE: &str = "all is well";

#[derive(Serialize)]
struct Status {
    message: &'static str,
    open: String,
}

fn main() {
    let start = Instant::now();
    server::serve("status", |path| {
        (path == "/status").then(|| Status { message: MESSAGE, open: format_duration(start.elapsed()).to_string() })
    });
}
