//! Health checks by HTTP: one request, of which only the status of the answer matters. Redirects are not followed.

use std::time::Duration;

use crate::check::connect;
use crate::message::visible;

/// A request, and the status that is expected.
pub(crate) struct Request {
    pub(crate) port: u16,
    /// The path, with its `/`.
    pub(crate) path: String,
    /// Lines such as `Name: value`.
    pub(crate) headers: Vec<String>,
    /// The lowest and the highest status of a healthy program.
    pub(crate) status: (u16, u16),
}

/// The maximum number of bytes before the status of the final answer.
const MAX_HEAD: usize = 16 * 1024;

/// Sends the request.
///
/// # Errors
/// The program is not healthy.
pub(crate) fn check(request: &Request, timeout: Duration) -> Result<(), String> {
    let mut connection = connect(request.port, timeout)?;
    connection.send(&request.bytes())?;
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    let status = loop {
        match status(&head)? {
            Some(status) => break status,
            None if head.len() > MAX_HEAD => return Err("the answer starts with too many headers".to_owned()),
            None => match connection.read(&mut buffer)? {
                [] if head.is_empty() => return Err("the server closed the connection without an answer".to_owned()),
                [] => return Err("the server closed the connection in the middle of its answer".to_owned()),
                bytes => head.extend_from_slice(bytes),
            },
        }
    };
    connection.drain();
    let (low, high) = request.status;
    if (low..=high).contains(&status) {
        return Ok(());
    }
    let expected = if low == high { low.to_string() } else { format!("{low}-{high}") };
    Err(format!("HTTP status {status} instead of {expected} from port {}, path {}", request.port, request.path))
}

impl Request {
    fn bytes(&self) -> Vec<u8> {
        let mut text = format!("GET {} HTTP/1.1\r\n", self.path);
        // Some servers answer only with these, others with a page for browsers.
        let defaults = [
            ("host", format!("Host: localhost:{}", self.port)),
            ("user-agent", "User-Agent: slipway-probe".to_owned()),
            ("accept", "Accept: */*".to_owned()),
            ("connection", "Connection: close".to_owned()),
        ];
        let name = |line: &str| line.split(':').next().unwrap_or_default().trim().to_ascii_lowercase();
        let own = |wanted: &str| self.headers.iter().any(|line| name(line) == wanted);
        let defaults = defaults.into_iter().filter(|(name, _)| !own(name)).map(|(_, line)| line);
        for line in defaults.chain(self.headers.iter().cloned()) {
            text.push_str(&line);
            text.push_str("\r\n");
        }
        text.push_str("\r\n");
        text.into_bytes()
    }
}

/// The status of the final answer, if it has arrived; answers such as `100 Continue` come before it.
fn status(mut head: &[u8]) -> Result<Option<u16>, String> {
    loop {
        let Some(end) = head.iter().position(|byte| *byte == b'\n') else {
            return match head.starts_with(START) || START.starts_with(head) {
                true => Ok(None),
                false => Err(not_http(head)),
            };
        };
        let line = head.get(..end).unwrap_or_default();
        let digits = line.strip_prefix(START).and_then(|rest| rest.get(1..)).and_then(|rest| match rest {
            [b' ', digits @ ..] => digits.get(..3).filter(|_| digits.get(3).is_none_or(|next| !next.is_ascii_digit())),
            _ => None,
        });
        let status = digits.and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<u16>().ok());
        match status.filter(|status| *status >= 100) {
            None => return Err(not_http(line)),
            Some(status) if !(100..200).contains(&status) || status == 101 => return Ok(Some(status)),
            Some(_) => {}
        }
        // An empty line ends the headers.
        let next = ends(head, b"\r\n\r\n").into_iter().chain(ends(head, b"\n\n")).min();
        match next {
            Some(next) => head = head.get(next..).unwrap_or_default(),
            None => return Ok(None),
        }
        if head.is_empty() {
            return Ok(None);
        }
    }
}

/// How answers start, before the digit of the minor version.
const START: &[u8] = b"HTTP/1.";

fn ends(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|part| part == wanted).map(|start| start + wanted.len())
}

fn not_http(line: &[u8]) -> String {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    format!("the answer is not HTTP/1: it starts with `{}`", visible(line))
}
