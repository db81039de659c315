//! The command line. Slipway writes it, into image configs; errors are for people who write it themselves.

use std::ffi::OsString;
use std::time::Duration;

use crate::http::Request;

/// What the program does.
pub(crate) enum Mode<'a> {
    /// Runs a program as the first process.
    Init(&'a [OsString]),
    /// Sends an HTTP request.
    Http(Request, Duration),
    /// Connects to a port.
    Tcp(u16, Duration),
    /// Asks a gRPC server for its health: the port and the name of the service.
    Grpc(u16, String, Duration),
}

const USAGE: &str = "\
usage: probe http [--timeout Nms] [--status N or N-N] [--header 'Name: value']… :PORT/PATH
       probe tcp [--timeout Nms] :PORT
       probe grpc [--timeout Nms] [--service NAME] :PORT
       probe init PROGRAM [ARGUMENT]…";

/// The default time limit: that of Docker.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Reads the command line.
///
/// # Errors
/// It is wrong; the message says how.
pub(crate) fn read(words: &[OsString]) -> Result<Mode<'_>, String> {
    let Some((mode, rest)) = words.split_first() else { return Err(USAGE.to_owned()) };
    if mode == "init" {
        return match rest {
            [] => Err("there is no program to run: the image has neither an entrypoint nor a command".to_owned()),
            command => Ok(Mode::Init(command)),
        };
    }
    let mut options = Options::default();
    let mut address = None;
    let mut words = rest.iter().map(|word| word.to_str().ok_or("the command line is not UTF-8"));
    while let Some(word) = words.next().transpose()? {
        if !word.starts_with("--") {
            match address.replace(word) {
                None => continue,
                Some(_) => return Err(["there are two addresses\n", USAGE].concat()),
            }
        }
        let value = words.next().transpose()?.ok_or_else(|| ["`", word, "` has no value"].concat())?;
        options.set(word, value)?;
    }
    let address = address.ok_or(USAGE)?;
    let (port, path) = address.find('/').map_or((address, "/"), |slash| address.split_at(slash));
    let port = port.strip_prefix(':').and_then(|digits| digits.parse().ok()).filter(|port| *port != 0);
    // A path with one of these would be another request.
    let port = port.filter(|_| !path.contains(|c: char| c.is_control() || c == ' '));
    let port = port.ok_or_else(|| ["`", address, "` is not an address: write :PORT"].concat())?;
    let has_path = address.contains('/');
    let Options { timeout, status, headers, service } = options;
    let timeout = timeout.unwrap_or(TIMEOUT);
    match mode.to_str() {
        Some("http") if service.is_none() => {
            let status = status.unwrap_or((200, 399));
            Ok(Mode::Http(Request { port, path: path.to_owned(), headers, status }, timeout))
        }
        Some("tcp") if service.is_none() && status.is_none() && headers.is_empty() && !has_path => {
            Ok(Mode::Tcp(port, timeout))
        }
        Some("grpc") if status.is_none() && headers.is_empty() && !has_path => {
            Ok(Mode::Grpc(port, service.unwrap_or_default(), timeout))
        }
        _ => Err(USAGE.to_owned()),
    }
}

#[derive(Default)]
struct Options {
    timeout: Option<Duration>,
    status: Option<(u16, u16)>,
    headers: Vec<String>,
    service: Option<String>,
}

impl Options {
    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let wrong = || ["`", value, "` is not a value of `", name, "`"].concat();
        match name {
            "--timeout" => {
                let digits = value.strip_suffix("ms").and_then(|digits| digits.parse().ok());
                // A time limit of zero is an error of the system's functions.
                let limit = digits.filter(|limit| *limit > 0).ok_or_else(wrong)?;
                self.timeout = Some(Duration::from_millis(limit));
            }
            "--status" => {
                let (low, high) = value.split_once('-').unwrap_or((value, value));
                self.status = Some(low.parse().ok().zip(high.parse().ok()).ok_or_else(wrong)?);
            }
            "--header" => {
                let is_line = value.contains(':') && !value.contains(['\r', '\n']);
                self.headers.push(Some(value).filter(|_| is_line).ok_or_else(wrong)?.to_owned());
            }
            "--service" => self.service = Some(value.to_owned()),
            _ => return Err(["there is no option `", name, "`\n", USAGE].concat()),
        }
        Ok(())
    }
}
