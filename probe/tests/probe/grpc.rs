//! gRPC checks.

use crate::run;
use crate::server::{Part, serve, text};

const SETTINGS: &[u8] = b"\0\0\0\x04\0\0\0\0\0";
const PING: &[u8] = b"\0\0\x08\x06\0\0\0\0\0\x01\x02\x03\x04\x05\x06\x07\x08";
/// Headers of the stream, with the flag END_HEADERS. The bytes are not valid HPACK, and need not be.
const HEADERS: &[u8] = b"\0\0\x02\x01\x04\0\0\0\x01\xff\xff";
/// The same with the flag END_STREAM.
const TRAILERS: &[u8] = b"\0\0\x02\x01\x05\0\0\0\x01\xff\xff";

fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).unwrap().to_be_bytes();
    [&[0, length[0], length[1], kind, flags, 0, 0, 0, stream], payload].concat()
}

/// An answer with a message.
fn with(message: &[u8]) -> Vec<u8> {
    let length = u8::try_from(message.len()).unwrap();
    let data = frame(0, 0, 1, &[&[0, 0, 0, 0, length], message].concat());
    [SETTINGS, PING, HEADERS, &data, TRAILERS].concat()
}

fn check(answer: Vec<u8>, service: &str) -> (i32, String) {
    let (port, _) = serve(vec![Part::Send(answer)], false);
    let address = format!(":{port}");
    match service {
        "" => run(&["grpc", "--timeout", "5000ms", &address]),
        service => run(&["grpc", "--timeout", "5000ms", "--service", service, &address]),
    }
}

#[test]
fn the_status_in_the_message_decides() {
    assert_eq!(check(with(&[8, 1]), ""), (0, String::new()));
    // A field that this version does not know, and a padded frame in two parts.
    assert_eq!(check(with(&[0x12, 2, b'x', b'y', 8, 1]), "shop"), (0, String::new()));
    let parts = [frame(0, 8, 1, &[2, 0, 0, 0, 0, 9, 9]), frame(0, 8, 1, &[0, 2, 8, 1])].concat();
    assert_eq!(check([SETTINGS, HEADERS, &parts, TRAILERS].concat(), ""), (0, String::new()));
    for (message, service, why) in [
        (&[8, 2][..], "", "the gRPC health status is NOT_SERVING"),
        (&[8, 2], "shop", "the gRPC health status for `shop` is NOT_SERVING"),
        (&[8, 3], "shop", "the gRPC health status for `shop` is SERVICE_UNKNOWN"),
        (&[], "", "the gRPC health status is UNKNOWN"),
        (&[8], "", "the answer to the gRPC health check cannot be read"),
        (&[0x12, 200, 1, 0], "", "the answer to the gRPC health check cannot be read"),
        (
            &[8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
            "",
            "the answer to the gRPC health check cannot be read",
        ),
    ] {
        assert_eq!(check(with(message), service), (1, why.to_owned()), "{message:?}");
    }
}

#[test]
fn an_answer_without_a_message_is_an_error() {
    let only_trailers = [SETTINGS, TRAILERS].concat();
    let without = "the gRPC server does not have the service grpc.health.v1.Health";
    assert_eq!(check(only_trailers.clone(), ""), (1, without.to_owned()));
    let (code, said) = check(only_trailers, "shop");
    assert_eq!((code, said.starts_with("the gRPC server does not know the service `shop`")), (1, true), "{said}");
    for (answer, why) in [
        (frame(3, 0, 1, &[0, 0, 0, 7]), "the gRPC server refused the request"),
        (frame(7, 0, 0, &[0, 0, 0, 0, 0, 0, 0, 0]), "the gRPC server refused the connection"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), "the server speaks HTTP/1, not gRPC"),
        (b"SSH-2.0-OpenSSH_9\r\n".to_vec(), "the answer is not HTTP/2"),
        (b"\0\0".to_vec(), "the server closed the connection without a complete answer"),
        (Vec::new(), "the server closed the connection without a complete answer"),
        (frame(0, 8, 1, &[9, 0]), "the answer is not HTTP/2"),
        (PING.repeat(2000), "the gRPC server sends frames without an end"),
        (frame(0, 0, 1, &[0; 5000]), "the answer to the gRPC health check is too long"),
    ] {
        let answer = [SETTINGS, &answer].concat();
        let answer =
            if answer.ends_with(b"9\r\n") || answer.ends_with(b"\r\n\r\n") { answer[9..].to_vec() } else { answer };
        let (code, said) = check(answer, "");
        // A server that closes while the client still answers pings breaks the connection.
        assert_eq!(code, 1);
        assert!(said == why || said.starts_with("the connection broke"), "{said} is not {why}");
    }
}

#[test]
fn a_silent_server_is_unhealthy_at_the_time_limit() {
    let (port, _) = serve(vec![Part::Send(SETTINGS.to_vec())], true);
    let (code, said) = run(&["grpc", "--timeout", "300ms", &format!(":{port}")]);
    assert_eq!((code, said.as_str()), (1, "no complete answer within the time limit"));
}

#[test]
fn the_request_is_what_servers_expect() {
    let (port, received) = serve(text(""), false);
    let _ = run(&["grpc", "--service", "shop", &format!(":{port}")]);
    let request = received.recv().unwrap();
    assert!(request.starts_with(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"));
    assert!(request.ends_with(b"\0\0\x0b\0\x01\0\0\0\x01\0\0\0\0\x06\x0a\x04shop"));
    let headers = [
        b"\x83\x86\x04\x1c/grpc.health.v1.Health/Check\x01".to_vec(),
        vec![u8::try_from(format!("localhost:{port}").len()).unwrap()],
        format!("localhost:{port}").into_bytes(),
        b"\0\x0ccontent-type\x10application/grpc\0\x02te\x08trailers\0\x0auser-agent\x0dslipway-probe".to_vec(),
    ]
    .concat();
    assert!(request.windows(headers.len()).any(|part| part == headers));
}
