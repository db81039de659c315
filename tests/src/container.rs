//! Containers that a test starts, queries, and stops.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::running::discard;
use crate::{docker, output, unique};

/// Runs a container to its end, with the arguments of `docker run`, and returns what it prints on standard output.
///
/// It reads the log of the container. The client of `docker run` that is attached to the container can lose the output
/// of one that ends at once.
///
/// # Panics
/// It cannot be started, fails, or takes too long.
pub fn run<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> String {
    let container = Container { name: unique("run"), address: String::new() };
    let mut command = Command::new("docker");
    command.args(["run", "--detach", "--name", &container.name]).args(arguments).stdin(Stdio::null());
    let started = output(&mut command);
    assert!(started.status.success(), "{command:?} failed:\n{}", String::from_utf8_lossy(&started.stderr));
    let status = docker(["wait", &container.name]);
    assert_eq!(status.trim(), "0", "the status of {command:?}:\n{}", container.logs());
    let logs = output(Command::new("docker").args(["logs", &container.name]));
    String::from_utf8(logs.stdout).expect("the container prints text")
}

/// A running container with a port; it is removed when it goes out of scope.
pub struct Container {
    name: String,
    address: String,
}

impl Container {
    /// Starts an image and publishes one of its ports on loopback.
    #[must_use]
    pub fn run(image: &str, port: u16, arguments: &[&str]) -> Self {
        let name = unique("container");
        let publish = format!("127.0.0.1:0:{port}");
        let mut command = vec!["run", "--detach", "--name", &name, "--publish", &publish];
        command.extend(arguments);
        command.push(image);
        docker(command);
        let address = docker(["port", &name, &port.to_string()]);
        Self { address: address.lines().next().unwrap_or_default().trim().to_owned(), name }
    }

    /// Starts an image without a network.
    #[must_use]
    pub fn offline(image: &str, arguments: &[&str]) -> Self {
        let name = unique("container");
        let command = [&["run", "--detach", "--name", &name, "--network", "none"], arguments, &[image]].concat();
        docker(command);
        Self { address: String::new(), name }
    }

    /// Sends HTTP requests for a path until there is an answer; returns status and body.
    ///
    /// # Panics
    /// There is no answer within twenty seconds.
    #[must_use]
    pub fn get(&self, path: &str) -> (u16, String) {
        let start = Instant::now();
        loop {
            match request(&self.address, "GET", path, "") {
                Ok(answer) => return answer,
                Err(error) if start.elapsed() > Duration::from_secs(20) => {
                    panic!("no answer from {}: {error}\n{}", self.address, self.logs())
                }
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    /// A connection to its port, on which a server has listened for a moment.
    ///
    /// # Panics
    /// There is none within twenty seconds.
    #[must_use]
    pub fn connect(&self) -> TcpStream {
        let (start, limit) = (Instant::now(), Duration::from_secs(5));
        let socket: SocketAddr = self.address.parse().expect("Docker prints addresses");
        loop {
            // The engine itself accepts a connection, and closes it if nobody listens in the container.
            if let Ok(stream) = TcpStream::connect_timeout(&socket, limit) {
                let _ = stream.set_read_timeout(Some(Duration::from_millis(300)));
                match stream.peek(&mut [0]) {
                    Ok(0) => {}
                    Err(error) if !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                    _ => {
                        let _ = stream.set_read_timeout(Some(limit));
                        return stream;
                    }
                }
            }
            assert!(start.elapsed() < Duration::from_secs(20), "nobody listens:\n{}", self.logs());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Its name on the engine.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its output.
    #[must_use]
    pub fn logs(&self) -> String {
        let output = output(Command::new("docker").args(["logs", &self.name]));
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    }

    /// Stops it as an orchestrator would and returns its exit status.
    #[must_use]
    pub fn stop(&self) -> i32 {
        docker(["stop", "--time", "10", &self.name]);
        docker(["inspect", "--format", "{{.State.ExitCode}}", &self.name])
            .trim()
            .parse()
            .expect("the status is a number")
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        discard(&["rm", "--force", "--volumes", &self.name]);
    }
}

/// Sends an HTTP request; the status and the body of the answer. A body is JSON.
pub(crate) fn request(address: &str, method: &str, path: &str, body: &str) -> std::io::Result<(u16, String)> {
    let socket: SocketAddr = address.parse().map_err(|_| ErrorKind::InvalidInput)?;
    let mut stream = TcpStream::connect_timeout(&socket, Duration::from_secs(5))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let length = body.len();
    let about = if body.is_empty() {
        String::new()
    } else {
        format!("Content-Type: application/json\r\nContent-Length: {length}\r\n")
    };
    write!(stream, "{method} {path} HTTP/1.0\r\nHost: {address}\r\n{about}\r\n{body}")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(ErrorKind::InvalidData)?;
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or(ErrorKind::InvalidData)?;
    Ok((status, body.to_owned()))
}
