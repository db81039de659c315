//! Health checks by gRPC: `grpc.health.v1.Health/Check`, over HTTP/2 without TLS.
//!
//! Reference: RFC 9113 and <https://github.com/grpc/grpc/blob/master/doc/health-checking.md>. Only the message of the
//! answer is read: an error has none, so the headers do not have to be decompressed.

use std::time::Duration;

use crate::check::{Connection, connect};
use crate::hpack;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const CHECK: &str = "/grpc.health.v1.Health/Check";
/// The one stream of the connection.
const STREAM: u32 = 1;

/// Types of frames.
mod kind {
    pub(super) const DATA: u8 = 0;
    pub(super) const HEADERS: u8 = 1;
    pub(super) const RST_STREAM: u8 = 3;
    pub(super) const SETTINGS: u8 = 4;
    pub(super) const PING: u8 = 6;
    pub(super) const GOAWAY: u8 = 7;
}

/// Flags of frames.
mod flag {
    pub(super) const ACK: u8 = 1;
    pub(super) const END_STREAM: u8 = 1;
    pub(super) const END_HEADERS: u8 = 4;
    pub(super) const PADDED: u8 = 8;
}

/// The maximum length of a frame, unless one end allows more.
const MAX_FRAME: usize = 16 * 1024;
/// The maximum number of frames of an answer: a few would do.
const MAX_FRAMES: usize = 1000;
/// The maximum length of the message: two bytes would do.
const MAX_MESSAGE: usize = 4 * 1024;

/// Asks for the health of a service, or of the whole server if the name is empty.
///
/// # Errors
/// The program is not healthy.
pub(crate) fn check(port: u16, service: &str, timeout: Duration) -> Result<(), String> {
    let mut connection = connect(port, timeout)?;
    connection.send(&request(port, service)?)?;
    let message = answer(&mut connection)?;
    let of = if service.is_empty() { String::new() } else { format!(" for `{service}`") };
    match message.as_deref().map(status) {
        Some(Some(1)) => Ok(()),
        Some(Some(0)) => Err(format!("the gRPC health status{of} is UNKNOWN")),
        Some(Some(2)) => Err(format!("the gRPC health status{of} is NOT_SERVING")),
        Some(Some(3)) => Err(format!("the gRPC health status{of} is SERVICE_UNKNOWN")),
        Some(_) => Err(format!("the answer to the gRPC health check{of} cannot be read")),
        None => Err(match service {
            "" => "the gRPC server does not have the service grpc.health.v1.Health".to_owned(),
            _ => format!("the gRPC server does not know the service `{service}`, or has no grpc.health.v1.Health"),
        }),
    }
}

/// All that is sent, at once.
fn request(port: u16, service: &str) -> Result<Vec<u8>, String> {
    let name = u8::try_from(service.len()).ok().filter(|length| *length < 0x80);
    let name = name.ok_or("the name of the service is longer than 127 bytes")?;
    let mut message = Vec::new();
    if name > 0 {
        // Field 1, a text.
        message.extend_from_slice(&[0x0a, name]);
        message.extend_from_slice(service.as_bytes());
    }
    let mut body = vec![0];
    body.extend_from_slice(&u32::try_from(message.len()).unwrap_or(0).to_be_bytes());
    body.extend_from_slice(&message);
    let mut bytes = PREFACE.to_vec();
    frame(&mut bytes, kind::SETTINGS, 0, 0, &[]);
    let headers = hpack::request(&format!("localhost:{port}"), CHECK);
    frame(&mut bytes, kind::HEADERS, flag::END_HEADERS, STREAM, &headers);
    frame(&mut bytes, kind::DATA, flag::END_STREAM, STREAM, &body);
    Ok(bytes)
}

fn frame(bytes: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    let [_, length @ ..] = u32::try_from(payload.len()).unwrap_or(0).to_be_bytes();
    bytes.extend_from_slice(&length);
    bytes.extend_from_slice(&[kind, flags]);
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.extend_from_slice(payload);
}

/// The message of the answer with its prefix; `None` if it has none.
fn answer(connection: &mut Connection) -> Result<Option<Vec<u8>>, String> {
    let mut message = Vec::new();
    let mut payload = vec![0; MAX_FRAME];
    for _ in 0..MAX_FRAMES {
        let mut head = [0; 9];
        connection.fill(&mut head)?;
        let [high, middle, low, kind, flags, stream @ ..] = head;
        let length = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
        let Some(payload) = payload.get_mut(..length) else {
            return Err(match &head {
                b"HTTP/1.1 " | b"HTTP/1.0 " => "the server speaks HTTP/1, not gRPC".to_owned(),
                _ => "the answer is not HTTP/2".to_owned(),
            });
        };
        connection.fill(payload)?;
        let is_ours = u32::from_be_bytes(stream) & 0x7fff_ffff == STREAM;
        match kind {
            kind::SETTINGS if flags & flag::ACK == 0 => {
                let mut bytes = Vec::new();
                frame(&mut bytes, kind::SETTINGS, flag::ACK, 0, &[]);
                // A server may close before, with a complete answer.
                let _ = connection.send(&bytes);
            }
            kind::PING if flags & flag::ACK == 0 => {
                let mut bytes = Vec::new();
                frame(&mut bytes, kind::PING, flag::ACK, 0, payload);
                let _ = connection.send(&bytes);
            }
            kind::DATA if is_ours => {
                let part = unpadded(payload, flags).ok_or("the answer is not HTTP/2")?;
                if message.len() + part.len() > MAX_MESSAGE {
                    return Err("the answer to the gRPC health check is too long".to_owned());
                }
                message.extend_from_slice(part);
            }
            kind::RST_STREAM if is_ours => return Err("the gRPC server refused the request".to_owned()),
            // A server that ends may still answer requests, but only those up to the stream in this frame.
            kind::GOAWAY => {
                let last = payload.first_chunk().map_or(0, |last| u32::from_be_bytes(*last) & 0x7fff_ffff);
                if last < STREAM {
                    return Err("the gRPC server refused the connection".to_owned());
                }
            }
            _ => {}
        }
        if is_ours && matches!(kind, kind::DATA | kind::HEADERS) && flags & flag::END_STREAM != 0 {
            return Ok(Some(message).filter(|message| !message.is_empty()));
        }
    }
    Err("the gRPC server sends frames without an end".to_owned())
}

/// The data of a frame without padding.
fn unpadded(payload: &[u8], flags: u8) -> Option<&[u8]> {
    if flags & flag::PADDED == 0 {
        return Some(payload);
    }
    let (padding, data) = payload.split_first()?;
    data.get(..data.len().checked_sub(usize::from(*padding))?)
}

/// The field `status` of a `HealthCheckResponse` after its prefix; `None` if it cannot be read.
fn status(message: &[u8]) -> Option<u64> {
    // The first byte says whether it is compressed, which was not offered.
    let ([0, length @ ..], mut rest) = message.split_first_chunk::<5>()? else { return None };
    if usize::try_from(u32::from_be_bytes(*length)).ok()? != rest.len() {
        return None;
    }
    let mut status = 0;
    while !rest.is_empty() {
        let key = number(&mut rest)?;
        match key & 7 {
            0 if key >> 3 == 1 => status = number(&mut rest)?,
            0 => drop(number(&mut rest)?),
            1 => rest = rest.get(8..)?,
            2 => {
                let length = usize::try_from(number(&mut rest)?).ok()?;
                rest = rest.get(length..)?;
            }
            5 => rest = rest.get(4..)?,
            _ => return None,
        }
    }
    Some(status)
}

/// A number in the form of Protocol Buffers.
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
