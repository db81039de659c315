//! A host that requires credentials: a git server, an npm registry and a Python index in one, on loopback.
//!
//! It is also a proxy that answers for every host name, so that a build can reach it by a name such as `git.acme.test`
//! through `http_proxy`.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use crate::Repository;

/// A host that requires credentials.
pub struct PrivateHost {
    address: SocketAddr,
    shared: Arc<Shared>,
    _repository: Repository,
}

struct Shared {
    /// The accepted values of `Authorization`.
    accepted: Vec<String>,
    files: Mutex<BTreeMap<String, Vec<u8>>>,
    refused: Mutex<Vec<String>>,
    repository: PathBuf,
}

impl PrivateHost {
    /// Starts it. It accepts `user` and `password`, or the password as a token. Its repository contains the given files
    /// in a commit tagged `v1.0.0`, and is at every path with a part `team`.
    ///
    /// # Panics
    /// There is no git, or no free port.
    #[must_use]
    pub fn start(user: &str, password: &str, files: &[(&str, &str)]) -> Self {
        let repository = Repository::with(files);
        repository.tag("v1.0.0");
        let basic = |user: &str| {
            let login = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
            format!("Basic {login}")
        };
        let shared = Arc::new(Shared {
            accepted: vec![basic(user), basic("x-access-token"), basic("__token__"), format!("Bearer {password}")],
            files: Mutex::default(),
            refused: Mutex::default(),
            repository: repository.path(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it listens");
        let state = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (Ok(stream), state) = (stream, Arc::clone(&state)) else { continue };
                // A client that disconnects does not concern the server.
                std::thread::spawn(move || state.answer(stream));
            }
        });
        Self { address, shared, _repository: repository }
    }

    /// Its host and port.
    #[must_use]
    pub fn name(&self) -> String {
        self.address.to_string()
    }

    /// Sets the contents of a path.
    ///
    /// # Panics
    /// A request has caused a panic.
    pub fn put(&self, path: &str, contents: &[u8]) {
        self.shared.files.lock().expect("no request panicked").insert(path.to_owned(), contents.to_vec());
    }

    /// The paths that were requested without valid credentials.
    ///
    /// # Panics
    /// A request has caused a panic.
    #[must_use]
    pub fn refused(&self) -> Vec<String> {
        self.shared.refused.lock().expect("no request panicked").clone()
    }
}

impl Shared {
    /// Whether a value of `Authorization` is valid; the case of its first word makes no difference.
    fn accepts(&self, login: &str) -> bool {
        let (scheme, rest) = login.split_once(' ').unwrap_or((login, ""));
        let mut known = self.accepted.iter().filter_map(|known| known.split_once(' '));
        known.any(|(name, value)| name.eq_ignore_ascii_case(scheme) && value == rest)
    }

    fn answer(&self, stream: TcpStream) -> Option<()> {
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let mut words = line.split_whitespace();
        let (method, url) = (words.next()?.to_owned(), words.next()?.to_owned());
        // A request to a proxy contains the host.
        let path =
            url.strip_prefix("http://").map_or(url.as_str(), |rest| &rest[rest.find('/').unwrap_or(rest.len())..]);
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim().split_once(':') else { break };
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let (status, kind, body) = if !headers.get("authorization").is_some_and(|login| self.accepts(login)) {
            self.refused.lock().ok()?.push(path.to_owned());
            ("401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"private\"", "text/plain".to_owned(), Vec::new())
        } else if let Some((_, inside)) = path.split_once("/team/") {
            let inside = inside.split_once('/').map_or("", |(_, inside)| inside);
            let (kind, body) = self.git(&method, inside, query, &headers, &body)?;
            ("200 OK", kind, body)
        } else {
            match self.files.lock().ok()?.get(path) {
                Some(file) => {
                    let kind = if path.ends_with('/') { "text/html" } else { "application/json" };
                    ("200 OK", kind.to_owned(), file.clone())
                }
                None => ("404 Not Found", "text/plain".to_owned(), Vec::new()),
            }
        };
        let mut stream = stream;
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        )
        .ok()?;
        stream.write_all(&body).ok()
    }

    /// The answer of git's own CGI program: its content type and body.
    fn git(
        &self,
        method: &str,
        path: &str,
        query: &str,
        headers: &BTreeMap<String, String>,
        body: &[u8],
    ) -> Option<(String, Vec<u8>)> {
        let header = |name: &str| headers.get(name).cloned().unwrap_or_default();
        let mut program = Command::new("git")
            .arg("http-backend")
            .env("GIT_PROJECT_ROOT", &self.repository)
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .envs([("REQUEST_METHOD", method), ("PATH_INFO", &format!("/.git/{path}")), ("QUERY_STRING", query)])
            .env("CONTENT_TYPE", header("content-type"))
            .env("CONTENT_LENGTH", body.len().to_string())
            .env("HTTP_CONTENT_ENCODING", header("content-encoding"))
            .env("GIT_PROTOCOL", header("git-protocol"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        program.stdin.take()?.write_all(body).ok()?;
        let output = program.wait_with_output().ok()?.stdout;
        let end = output.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&output[..end]).into_owned();
        let kind = head.lines().find_map(|line| line.strip_prefix("Content-Type: "))?.to_owned();
        Some((kind, output[end + 4..].to_vec()))
    }
}

/// Go's hash of files for `go.sum`; see <https://pkg.go.dev/golang.org/x/mod/sumdb/dirhash#Hash1>. Their names start
/// with `module@version/` for a module, and are `go.mod` for that line.
#[must_use]
pub fn go_sum(files: &[(String, &str)]) -> String {
    let mut files = files.to_vec();
    files.sort();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let lines: String =
        files.iter().map(|(name, text)| format!("{}  {name}\n", hex(&Sha256::digest(text.as_bytes())))).collect();
    format!("h1:{}", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(lines.as_bytes())))
}

/// An npm package in the format of the registry.
///
/// # Panics
/// There is no room for it.
#[must_use]
pub fn npm_package(files: &[(&str, &str)]) -> Vec<u8> {
    let packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut archive = tar::Builder::new(packed);
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, format!("package/{path}"), text.as_bytes()).expect("there is memory");
    }
    archive.into_inner().and_then(flate2::write::GzEncoder::finish).expect("there is memory")
}

/// A zip file with uncompressed members, which is valid for a Python wheel; see
/// <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>.
#[must_use]
pub fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut data, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let mut sum = flate2::Crc::new();
        sum.update(text.as_bytes());
        let size = (text.len() as u32).to_le_bytes();
        // Version 2.0, no flags, stored, 1 January 1980.
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        common.extend(sum.sum().to_le_bytes());
        common.extend(size.iter().chain(&size));
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend((data.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        data.extend(b"PK\x03\x04");
        data.extend(&common);
        data.extend(name.as_bytes());
        data.extend(text.as_bytes());
    }
    let (start, size, count) = (data.len() as u32, directory.len() as u32, files.len() as u16);
    data.extend(directory);
    data.extend(b"PK\x05\x06\0\0\0\0");
    data.extend(count.to_le_bytes().iter().chain(&count.to_le_bytes()));
    data.extend(size.to_le_bytes().iter().chain(&start.to_le_bytes()));
    data.extend([0, 0]);
    data
}
