//! HTTP and TCP checks.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::run;
use crate::server::{Part, serve, serve_on, text};

/// The result of a check of a server with an answer, after which it closes the connection.
fn check(answer: &str) -> (i32, String) {
    let (port, _) = serve(text(answer), false);
    let (code, said) = run(&["http", "--timeout", "5000ms", &format!(":{port}/healthz")]);
    (code, said.replace(&port.to_string(), "PORT"))
}

const CUT: &str = "the server closed the connection in the middle of its answer";

#[test]
fn the_status_decides() {
    for healthy in [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\n\r\nok",
        "HTTP/1.1 204\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ] {
        assert_eq!(check(healthy), (0, String::new()), "{healthy}");
    }
    for (answer, why) in [
        ("HTTP/1.1 503 Unavailable\r\n\r\n", "HTTP status 503 instead of 200-399 from port PORT, path /healthz"),
        ("HTTP/1.1 404 Not Found\r\n\r\n", "HTTP status 404 instead of 200-399 from port PORT, path /healthz"),
        ("", "the server closed the connection without an answer"),
        ("HTTP/1.1 200", CUT),
        ("HTTP/1.1 100 Continue\r\n\r\n", CUT),
        ("HTTP/1.1 100 Continue\r\nX:", CUT),
        ("HTTP/1.1 2000 OK\r\n\r\n", "the answer is not HTTP/1: it starts with `HTTP/1.1 2000 OK`"),
        ("HTTP/2 200\r\n\r\n", "the answer is not HTTP/1: it starts with `HTTP/2 200`"),
        ("SSH-2.0-x\x1b[31m\r\n", "the answer is not HTTP/1: it starts with `SSH-2.0-x?[31m`"),
        ("\0\0\0", "the answer is not HTTP/1: it starts with `???`"),
    ] {
        assert_eq!(check(answer), (1, why.to_owned()), "{answer}");
    }
}

#[test]
fn a_hostile_answer_ends() {
    let endless = format!("HTTP/1.1 100 x\r\n{}", "a".repeat(100_000));
    assert_eq!(check(&endless), (1, "the answer starts with too many headers".to_owned()));
    assert_eq!(check(&"HTTP/1.1 100 x\r\n\r\n".repeat(10_000)).0, 1);
}

#[test]
fn slow_and_silent_servers_are_unhealthy_at_the_time_limit() {
    let dripping = "HTTP/1.1 200".bytes().flat_map(|byte| [Part::Send(vec![byte]), Part::Wait(50)]).collect();
    for parts in [Vec::new(), text("HTTP/1.1 20"), dripping] {
        let (port, _) = serve(parts, true);
        let start = Instant::now();
        let (code, said) = run(&["http", "--timeout", "300ms", &format!(":{port}/")]);
        assert_eq!((code, said.as_str()), (1, "no complete answer within the time limit"));
        assert!(start.elapsed() < Duration::from_secs(5));
    }
    // One that answers slowly, and then keeps the connection open.
    let (port, _) = serve([vec![Part::Wait(200)], text("HTTP/1.1 200 OK\r\n")].concat(), true);
    let start = Instant::now();
    assert_eq!(run(&["http", &format!(":{port}/")]).0, 0);
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn the_request_is_as_it_was_asked_for() {
    let (port, received) = serve(text("HTTP/1.1 418 x\r\n\r\n"), false);
    let address = format!(":{port}/a?b=c");
    let asked =
        ["http", "--status", "418", "--header", "Authorization: Bearer x", "--header", "host: shop.test", &address];
    assert_eq!(run(&asked), (0, String::new()));
    let request = String::from_utf8(received.recv().unwrap()).unwrap();
    assert_eq!(
        request,
        "GET /a?b=c HTTP/1.1\r\nUser-Agent: slipway-probe\r\nAccept: */*\r\nConnection: close\r\n\
         Authorization: Bearer x\r\nhost: shop.test\r\n\r\n"
    );
    let (port, _) = serve(text("HTTP/1.1 200 OK\r\n\r\n"), false);
    let (code, said) = run(&["http", "--status", "300-399", &format!(":{port}")]);
    assert_eq!((code, said), (1, format!("HTTP status 200 instead of 300-399 from port {port}, path /")));
}

#[test]
fn a_port_is_open_or_not() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!(":{}", listener.local_addr().unwrap().port());
    // The system accepts for a program that does nothing.
    assert_eq!(run(&["tcp", &address]), (0, String::new()));
    drop(listener);
    let (code, said) = run(&["tcp", &address]);
    assert_eq!((code, said), (1, format!("nothing listens on port {}", &address[1..])));
}

#[test]
fn a_program_may_listen_on_ipv6_only() {
    if TcpListener::bind("[::1]:0").is_err() {
        return;
    }
    let (port, _) = serve_on("[::1]:0", text("HTTP/1.1 200 OK\r\n\r\n"), false);
    assert_eq!(run(&["http", &format!(":{port}/")]), (0, String::new()));
}
