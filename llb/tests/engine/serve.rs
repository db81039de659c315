//! Servers for sources: one file over HTTP, one repository over git's own protocol. They end with the process.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use buildkit_llb::Digest;
use serde_json::json;

/// The response for every path.
pub(crate) const CONTENT: &str = "served";

/// Starts a server that responds with [`CONTENT`], except for `…/headers`, which returns some headers of the request;
/// returns its URL.
pub(crate) fn files() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = stream;
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).unwrap_or_default();
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            let header = |name: &str| {
                let of = |line: &str| line.to_lowercase().starts_with(&format!("{name}:"));
                let line = request.lines().find(|line| of(line)).unwrap_or_default();
                format!("{name}: {}", line.split_once(": ").unwrap_or_default().1)
            };
            let content = if request.lines().next().is_some_and(|line| line.contains("/headers")) {
                ["authorization", "accept", "user-agent"].map(header).join("\n")
            } else {
                CONTENT.to_owned()
            };
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length";
            let _ = write!(stream, "{head}: {}\r\n\r\n{content}", content.len());
        }
    });
    url
}

/// A repository that is served until it is dropped.
pub(crate) struct Repository {
    pub(crate) url: String,
    pub(crate) commit: String,
    /// Public half of the key that signed the branch `signed`. `None` without ssh-keygen.
    pub(crate) key: Option<String>,
    daemon: Child,
}

impl Drop for Repository {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// The time of all commits, in seconds.
pub(crate) const COMMIT_TIME: u64 = 1_600_000_000;

/// Creates a repository with `f` and `sub/g` on `main` and serves it. The branch `moduled` has the repository itself as
/// submodule `module`, and the branch `signed` a signed commit. `None` without git.
pub(crate) fn git(directory: &Path) -> Option<Repository> {
    let repository = directory.join("git/repo");
    std::fs::create_dir_all(repository.join("sub")).unwrap();
    std::fs::write(repository.join("f"), "in git\n").unwrap();
    std::fs::write(repository.join("sub/g"), "g\n").unwrap();
    let git = |args: &[&str]| {
        let mut command = Command::new("timeout");
        command
            .args(["--kill-after=10", "60", "git"])
            .args(["-c", "user.name=t", "-c", "user.email=t@t"])
            .args(args)
            .current_dir(&repository);
        command.env("GIT_COMMITTER_DATE", format!("@{COMMIT_TIME} +0000"));
        let output = command.output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    git(&["init", "-q", "-b", "main"])?;
    git(&["add", "."])?;
    git(&["commit", "-q", "-m", "first"])?;
    git(&["config", "uploadpack.allowAnySHA1InWant", "true"])?;
    let commit = git(&["rev-parse", "HEAD"])?;
    git(&["checkout", "-q", "-b", "moduled"])?;
    std::fs::write(repository.join(".gitmodules"), "[submodule \"module\"]\npath = module\nurl = ../repo\n").unwrap();
    git(&["update-index", "--add", "--cacheinfo", &format!("160000,{commit},module"), ".gitmodules"])?;
    git(&["commit", "-q", "-m", "with a submodule"])?;
    git(&["checkout", "-q", "-f", "-b", "signed", "main"])?;
    let key = directory.join("git/key");
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
    let key = made.ok().filter(std::process::ExitStatus::success).and_then(|_| {
        let signing = format!("user.signingkey={}", key.display());
        git(&["-c", "gpg.format=ssh", "-c", &signing, "commit", "-q", "-S", "--allow-empty", "-m", "signed"])?;
        std::fs::read_to_string(key.with_extension("pub")).ok()
    });
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let base = repository.parent()?.to_str()?.to_owned();
    let arguments = ["daemon", "--export-all", "--reuseaddr", "--listen=127.0.0.1", &format!("--port={port}")];
    let daemon = Command::new("git")
        .args(arguments)
        .args([format!("--base-path={base}"), base])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    Some(Repository { url: format!("git://127.0.0.1:{port}/repo"), commit, key, daemon })
}

/// Writes the blobs of an image with one file, `in-layout`; returns the digest of its manifest.
pub(crate) fn oci_layout(root: &Path) -> String {
    let blobs = root.join("blobs/sha256");
    std::fs::create_dir_all(&blobs).unwrap();
    let write = |kind: &str, content: &[u8]| {
        let digest = Digest::of(content).to_string();
        std::fs::write(blobs.join(digest.trim_start_matches("sha256:")), content).unwrap();
        let media_type = format!("application/vnd.oci.image.{kind}");
        json!({"mediaType": media_type, "digest": digest, "size": content.len()})
    };
    let layer = write("layer.v1.tar", &tar("in-layout", CONTENT));
    let config = json!({
        "os": "linux",
        "architecture": "amd64",
        "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]},
    });
    let config = write("config.v1+json", config.to_string().as_bytes());
    let media_type = "application/vnd.oci.image.manifest.v1+json";
    let manifest = json!({"schemaVersion": 2, "mediaType": media_type, "config": config, "layers": [layer]});
    write("manifest.v1+json", manifest.to_string().as_bytes())["digest"].as_str().unwrap().to_owned()
}

/// An archive with one file.
fn tar(name: &str, content: &str) -> Vec<u8> {
    let mut header = vec![0; 512];
    let mut put = |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, name);
    put(100, "0000644\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, &format!("{:011o}\0", content.len()));
    put(136, "00000000000\0");
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\u{0}00");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header.extend(content.bytes());
    header.resize(512 + content.len().next_multiple_of(512) + 1024, 0);
    header
}
