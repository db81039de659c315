//! Connections of checks: to a port of this container, within a time limit for everything together.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// A connection with the time at which the check ends.
pub(crate) struct Connection {
    stream: TcpStream,
    end: Instant,
}

/// Connects to a port, by IPv4 and then by IPv6: a program may listen on one of the two only.
///
/// # Errors
/// Nothing listens there.
pub(crate) fn connect(port: u16, timeout: Duration) -> Result<Connection, String> {
    let end = Instant::now() + timeout;
    let to = |address: IpAddr, timeout| TcpStream::connect_timeout(&SocketAddr::new(address, port), timeout);
    let first = to(Ipv4Addr::LOCALHOST.into(), timeout);
    let stream = match first {
        Ok(stream) => Ok(stream),
        Err(error) => match left(end) {
            Some(left) => to(Ipv6Addr::LOCALHOST.into(), left).map_err(|_| error),
            None => Err(error),
        },
    };
    match stream {
        Ok(stream) => Ok(Connection { stream, end }),
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => Err(format!("nothing listens on port {port}")),
        Err(error) => Err(format!("cannot connect to port {port}: {error}")),
    }
}

/// The time until a point in time, if it is in the future.
fn left(end: Instant) -> Option<Duration> {
    end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
}

const TOO_LATE: &str = "no complete answer within the time limit";

impl Connection {
    /// Sends bytes.
    ///
    /// # Errors
    /// They cannot be sent in time.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> Result<(), String> {
        let left = left(self.end).ok_or(TOO_LATE)?;
        let sent = self.stream.set_write_timeout(Some(left)).and_then(|()| self.stream.write_all(bytes));
        sent.map_err(|error| describe(&error))
    }

    /// Reads what has arrived; nothing at the end of the connection.
    ///
    /// # Errors
    /// Nothing arrives in time, or the connection broke.
    pub(crate) fn read<'a>(&mut self, buffer: &'a mut [u8]) -> Result<&'a [u8], String> {
        let left = left(self.end).ok_or(TOO_LATE)?;
        let read = self.stream.set_read_timeout(Some(left)).and_then(|()| self.stream.read(buffer));
        let length = read.map_err(|error| describe(&error))?;
        Ok(buffer.get(..length).unwrap_or_default())
    }

    /// Fills a buffer.
    ///
    /// # Errors
    /// The connection ends before, or nothing arrives in time.
    pub(crate) fn fill(&mut self, mut buffer: &mut [u8]) -> Result<(), String> {
        while !buffer.is_empty() {
            let length = self.read(buffer)?.len();
            if length == 0 {
                return Err("the server closed the connection without a complete answer".to_owned());
            }
            buffer = buffer.get_mut(length..).unwrap_or_default();
        }
        Ok(())
    }

    /// Reads the rest of an answer, if it comes soon: some servers log an error if a client closes before.
    pub(crate) fn drain(mut self) {
        self.end = self.end.min(Instant::now() + PATIENCE);
        let mut buffer = [0; 1024];
        for _ in 0..64 {
            match self.read(&mut buffer) {
                Ok([_, ..]) => {}
                _ => return,
            }
        }
    }
}

/// How long the rest of an answer may take.
const PATIENCE: Duration = Duration::from_millis(100);

fn describe(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => TOO_LATE.to_owned(),
        _ => format!("the connection broke: {error}"),
    }
}
