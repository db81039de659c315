//! The mailer: what a message looks like on its way.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

const SUBJECT: &str = "your order";

#[derive(Serialize)]
struct Message {
    subject: &'static str,
    body: String,
}

fn main() {
    server::serve("mailer", |path| {
        let text = path.strip_prefix("/message/")?;
        Some(Message { subject: SUBJECT, body: STANDARD.encode(text) })
    });
}
