//! Servers that answer one connection in a given way.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// One part of an answer.
#[derive(Clone)]
pub(crate) enum Part {
    /// Bytes.
    Send(Vec<u8>),
    /// A pause, in milliseconds.
    Wait(u64),
}

/// A server on a free port: it reads what the client sends first, answers, and keeps the connection if `stays`. The
/// receiver gets what it read.
pub(crate) fn serve(parts: Vec<Part>, stays: bool) -> (u16, Receiver<Vec<u8>>) {
    serve_on("127.0.0.1:0", parts, stays)
}

/// The same at an address.
pub(crate) fn serve_on(address: &str, parts: Vec<Part>, stays: bool) -> (u16, Receiver<Vec<u8>>) {
    let listener = TcpListener::bind(address).expect("a port is free");
    let port = listener.local_addr().expect("it listens").port();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client connects");
        let mut buffer = [0; 4096];
        let length = stream.read(&mut buffer).unwrap_or(0);
        let _ = sender.send(buffer[..length].to_vec());
        answer(&mut stream, &parts);
        if stays {
            std::thread::sleep(Duration::from_secs(20));
        }
    });
    (port, receiver)
}

fn answer(stream: &mut TcpStream, parts: &[Part]) {
    for part in parts {
        match part {
            Part::Send(bytes) => drop(stream.write_all(bytes)),
            Part::Wait(time) => std::thread::sleep(Duration::from_millis(*time)),
        }
    }
}

/// A text as an answer.
pub(crate) fn text(text: &str) -> Vec<Part> {
    vec![Part::Send(text.as_bytes().to_vec())]
}
