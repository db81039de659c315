//! Servers on loopback that builds download from: web servers, a registry, and a git server with one repository.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::output;

/// Answers every request on a free port, for as long as the test runs; returns the host and the port. A client without
/// a request does not block others, and package managers keep several connections open. The answer to a request is a
/// status, with headers if needed, and a body.
fn listen(answer: impl Fn(&Request) -> (String, Vec<u8>) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it listens").to_string();
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (Ok(mut stream), answer) = (stream, Arc::clone(&answer)) else { continue };
            std::thread::spawn(move || {
                let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
                let request = Request::read(&mut stream);
                let (status, body) = answer(&request);
                let length = body.len();
                let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
                if request.method != "HEAD" {
                    let _ = stream.write_all(&body);
                }
            });
        }
    });
    address
}

/// A request to a server.
struct Request {
    method: String,
    path: String,
    body: Vec<u8>,
}

impl Request {
    fn read(stream: &mut TcpStream) -> Self {
        let mut reader = BufReader::new(stream);
        let head = reader.by_ref().lines().map_while(Result::ok);
        let head: Vec<_> = head.take_while(|line| !line.is_empty()).collect();
        let mut first = head.iter().flat_map(|line| line.split(' '));
        let (method, path) = (first.next().unwrap_or("GET").to_owned(), first.next().unwrap_or("/").to_owned());
        let header = |name: &str| {
            let named = head.iter().filter_map(|line| line.split_once(": "));
            named.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).next()
        };
        if header("Expect").is_some() {
            let _ = reader.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
        }
        let length = header("Content-Length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let mut body = Vec::new();
        let _ = reader.take(length).read_to_end(&mut body);
        Self { method, path, body }
    }
}

/// Serves one text at every path, for as long as the test runs.
///
/// # Panics
/// There is no free port.
#[must_use]
pub fn serve(text: &str) -> String {
    let body = text.as_bytes().to_vec();
    format!("http://{}", listen(move |_| ("200 OK".to_owned(), body.clone())))
}

/// Serves the files of a folder, for as long as the test runs.
///
/// # Panics
/// There is no free port.
#[must_use]
pub fn serve_folder(folder: PathBuf) -> String {
    let file = move |request: &Request| {
        let path = request.path.trim_start_matches('/');
        let found = if path.contains("..") { None } else { std::fs::read(folder.join(path)).ok() };
        found.map_or_else(|| ("404 Not Found".to_owned(), Vec::new()), |body| ("200 OK".to_owned(), body))
    };
    format!("http://{}", listen(file))
}

/// A registry of container images that passes every request on to another one, slowly, or answers that it is broken.
/// It runs for as long as the test; returns its host and port.
///
/// # Panics
/// There is no free port.
#[must_use]
pub fn serve_registry(other: &str, answer: Registry) -> String {
    let other = other.to_owned();
    listen(move |Request { path, .. }| {
        let status = match answer {
            Registry::Slow(delay) => {
                std::thread::sleep(delay);
                format!("307 Temporary Redirect\r\nLocation: http://{other}{path}")
            }
            Registry::Broken => "500 Internal Server Error".to_owned(),
        };
        (status, Vec::new())
    })
}

/// Serves objects as S3 and Azure do, without lists and without checking who asks, for as long as the test runs.
///
/// # Panics
/// There is no free port.
#[must_use]
pub fn serve_objects() -> String {
    let objects = Mutex::new(BTreeMap::new());
    let answer = move |Request { method, path, body }: &Request| {
        let mut objects = crate::running::locked(&objects);
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        if method == "PUT" {
            objects.insert(path.to_owned(), body.clone());
            return ("201 Created\r\nETag: \"0\"".to_owned(), Vec::new());
        }
        if query.contains("restype=container") {
            return ("200 OK".to_owned(), Vec::new());
        }
        // Caches touch objects that seem to be old.
        let found = "200 OK\r\nETag: \"0\"\r\nLast-Modified: Fri, 01 Jan 2100 00:00:00 GMT".to_owned();
        let missing = || ("404 Not Found\r\nx-ms-error-code: BlobNotFound".to_owned(), Vec::new());
        objects.get(path).map_or_else(missing, |body| (found, body.clone()))
    };
    format!("http://{}", listen(answer))
}

/// How a registry answers.
#[derive(Debug, Clone, Copy)]
pub enum Registry {
    /// After a while, by redirection.
    Slow(Duration),
    /// With status 500.
    Broken,
}

/// A git repository and its server, which is stopped when it goes out of scope.
pub struct Repository {
    folder: TempDir,
    server: Child,
    /// Its clone URL.
    pub url: String,
}

impl Repository {
    /// A repository with some files in one commit, tagged `v1`.
    ///
    /// # Panics
    /// There is no git, or no free port.
    #[must_use]
    pub fn with(files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let port = {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
            listener.local_addr().expect("it listens").port()
        };
        let tools = output(Command::new("git").arg("--exec-path")).stdout;
        let server = PathBuf::from(String::from_utf8_lossy(&tools).trim()).join("git-daemon");
        let server = Command::new(server)
            .args(["--listen=127.0.0.1", "--reuseaddr", "--export-all"])
            .args([format!("--port={port}"), format!("--base-path={}", folder.path().display())])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("git's own server can be started");
        let repository = Self { folder, server, url: format!("git://127.0.0.1:{port}/repository") };
        std::fs::create_dir(repository.path()).expect("folders can be made");
        repository.git(&["init", "--quiet"]);
        repository.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
        repository.commit(files);
        repository.git(&["tag", "v1"]);
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(10), "git's own server does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        repository
    }

    /// The commit that a name resolves to.
    #[must_use]
    pub fn commit_of(&self, name: &str) -> String {
        self.git(&["rev-parse", name]).trim().to_owned()
    }

    /// Tags the last commit.
    pub fn tag(&self, name: &str) {
        self.git(&["tag", name]);
    }

    /// Commits files and returns the commit.
    pub fn commit(&self, files: &[(&str, &str)]) -> String {
        self.commit_with(files, &[])
    }

    /// Commits files at a time, in seconds since 1970.
    pub fn commit_at(&self, seconds: u64, files: &[(&str, &str)]) {
        let date = format!("@{seconds} +0000");
        let _ = self.commit_with(files, &["GIT_COMMITTER_DATE", "GIT_AUTHOR_DATE"].map(|name| (name, date.as_str())));
    }

    fn commit_with(&self, files: &[(&str, &str)], variables: &[(&str, &str)]) -> String {
        for (path, text) in files {
            let path = self.path().join(path);
            std::fs::create_dir_all(path.parent().expect("files have folders")).expect("folders can be made");
            std::fs::write(path, text).expect("the file can be written");
        }
        self.git(&["add", "."]);
        let commit = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "--quiet", "-m", "files"];
        self.git_with(&commit, variables);
        self.commit_of("HEAD")
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("repository")
    }

    fn git(&self, arguments: &[&str]) -> String {
        self.git_with(arguments, &[])
    }

    fn git_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> String {
        let mut command = Command::new("git");
        let output = output(command.arg("-C").arg(self.path()).args(arguments).envs(variables.iter().copied()));
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
