//! How every service of the shop answers: JSON over HTTP, and its health.

use serde::Serialize;
use tiny_http::{Header, Response, Server};

/// What every answer says of the service.
pub const GREETING: &str = "hello from the shop";

#[derive(Serialize)]
struct Health<'a> {
    service: &'a str,
    greeting: &'a str,
}

/// Serves on `PORT` (8080 by default) until the end; `answer` is given the path of each request.
pub fn serve<T: Serialize>(service: &str, answer: impl Fn(&str) -> Option<T>) {
    let port = std::env::var("PORT").unwrap_or_else(|_| "8080".to_owned());
    let server = Server::http(format!("0.0.0.0:{port}")).expect("the port is free");
    println!("{service} listens on {port}");
    for request in server.incoming_requests() {
        let (status, body) = respond(service, request.url(), &answer);
        let json = Header::from_bytes("content-type", "application/json").expect("the header is one");
        let response = Response::from_string(body).with_status_code(status).with_header(json);
        // Who asked may be gone.
        let _ = request.respond(response);
    }
}

fn respond<T: Serialize>(service: &str, path: &str, answer: &impl Fn(&str) -> Option<T>) -> (u16, String) {
    if path == "/health" {
        let health = Health { service, greeting: GREETING };
        return (200, serde_json::to_string(&health).expect("health is JSON"));
    }
    match answer(path) {
        Some(found) => (200, serde_json::to_string(&found).expect("answers are JSON")),
        None => (404, "null".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn health_names_the_service() {
        let log = tempfile::NamedTempFile::new().expect("a file can be made");
        let (status, body) = respond("test", "/health", &|_: &str| None::<u8>);
        std::fs::write(log.path(), &body).expect("the file can be written");
        assert_eq!(status, 200);
        assert!(body.contains("\"service\":\"test\""));
    }
}
